//! Identifications in the Dutch register of addresses and buildings: Catalogus BAG 2018. Sixteen digits:
//! the municipality's four, the object type's two, a sequence of ten. Towns (*woonplaatsen*) have four
//! digits only and are deliberately absent: they are no exact place.

use super::number::{digits, with_zeros};

/// What stands before or after the number, as in "NL.IMBAG.Pand.0453100000012345".
const NAMES: [&str; 12] = [
    "nl",
    "imbag",
    "bag",
    "verblijfsobject",
    "ligplaats",
    "standplaats",
    "pand",
    "nummeraanduiding",
    "openbareruimte",
    "adres",
    "object",
    "viewer",
];
/// Zeros a number may have lost: municipalities begin at 0003.
const LOST_ZEROS: usize = 3;

/// A BAG identification.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bag {
    number: String,
    object: BagObject,
}

/// What a BAG identification stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BagObject {
    /// 01, *verblijfsobject*: a dwelling or business unit.
    Unit,
    /// 02, *ligplaats*: a berth for a houseboat.
    Berth,
    /// 03, *standplaats*: a pitch for a caravan.
    Pitch,
    /// 10, *pand*: a building.
    Building,
    /// 20, *nummeraanduiding*: an address.
    Number,
    /// 30, *openbare ruimte*: a street.
    Street,
}

/// Why the text is no BAG identification: reject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BagError {
    /// Not sixteen digits.
    #[error("a BAG identification has 16 digits")]
    Format,
    /// The fifth and sixth digit name no type of object.
    #[error("the BAG identification is of no known type of object")]
    ObjectType,
    /// It would be one with zeros before it.
    #[error("the BAG identification may have lost zeros in front")]
    LeadingZero(Bag),
}

impl Bag {
    /// The sixteen digits.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// What it stands for.
    pub const fn object(&self) -> BagObject {
        self.object
    }
}

/// Reads a BAG identification, with its name and any separators.
pub fn check(text: &str) -> Result<Bag, BagError> {
    let number = digits(text, &NAMES, &[16]).ok_or(BagError::Format)?;
    if number.len() == 16 {
        return of(number);
    }
    let whole = with_zeros(&number, 16, LOST_ZEROS).and_then(|whole| of(whole).ok());
    Err(whole.map_or(BagError::Format, BagError::LeadingZero))
}

fn of(number: String) -> Result<Bag, BagError> {
    let object = match number.get(4..6) {
        Some("01") => BagObject::Unit,
        Some("02") => BagObject::Berth,
        Some("03") => BagObject::Pitch,
        Some("10") => BagObject::Building,
        Some("20") => BagObject::Number,
        Some("30") => BagObject::Street,
        Some(_) | None => return Err(BagError::ObjectType),
    };
    Ok(Bag { number, object })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn accepts_every_type_of_object() {
        let types = [
            ("01", BagObject::Unit),
            ("02", BagObject::Berth),
            ("03", BagObject::Pitch),
            ("10", BagObject::Building),
            ("20", BagObject::Number),
            ("30", BagObject::Street),
        ];
        for (digits, object) in types {
            let number = format!("0453{digits}0000012345");
            let bag = check(&number).unwrap();
            assert_eq!((bag.as_str(), bag.object()), (number.as_str(), object));
        }
        for text in [
            "0453 0100 0001 2345",
            "0453-0100-0001-2345",
            "NL.IMBAG.Verblijfsobject.0453010000012345",
            "BAG-id: 0453010000012345",
            "０４５３０１０００００１２３４５",
        ] {
            assert_eq!(check(text).unwrap().as_str(), "0453010000012345", "{text}");
        }
    }

    #[test]
    fn rejects_unknown_types_of_object() {
        for digits in ["00", "04", "11", "21", "40", "99"] {
            assert_eq!(check(&format!("0453{digits}0000012345")), Err(BagError::ObjectType), "{digits}");
        }
    }

    #[test]
    fn rejects_anything_but_sixteen_digits() {
        for text in ["", "3049", "453040000012345", "04530100000123456", "KvK 0453010000012345", "045301000001234o"] {
            assert_eq!(check(text), Err(BagError::Format), "{text}");
        }
    }

    #[test]
    fn says_when_zeros_were_lost() {
        let lost = |text: &str| match check(text) {
            Err(BagError::LeadingZero(whole)) => whole.as_str().to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(lost("453010000012345"), "0453010000012345");
        assert_eq!(lost("3010000012345"), "0003010000012345");
    }
}
