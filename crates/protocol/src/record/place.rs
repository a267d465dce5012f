//! A place: where exactly a record is about. It is sealed; its kind and district stand in the open part.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! exact_place {
    ($($(#[$doc:meta])* $field:ident as $name:literal,)+) => {
        /// An exact place. Every field may be empty; identifiers are kept as they were written.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[ts(export)]
        pub struct ExactPlace {
            $($(#[$doc])* #[serde(rename = $name)] pub $field: String,)+
            /// Coordinates, where measured or typed.
            pub coordinates: Option<Coordinates>,
        }

        impl ExactPlace {
            /// Its texts by their names, in the order they are signed in.
            pub fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
                [$(($name, self.$field.as_str())),+].into_iter()
            }

            /// A place with the text that `text` gives for each name.
            pub fn of_texts(text: impl Fn(&'static str) -> String) -> Self {
                Self { $($field: text($name),)+ coordinates: None }
            }

            /// The same place with each text as `change` makes it.
            #[must_use]
            pub fn with_texts(&self, change: impl Fn(&str) -> String) -> Self {
                Self { $($field: change(&self.$field),)+ coordinates: self.coordinates.clone() }
            }
        }
    };
}

// The one description of a place: each text once, in the order they are signed in. The form of a draft has this very
// struct in it, so what is written down, checked and sealed follows. Version 1 is frozen: another text is another
// version of what is sealed (docs/adr/0033-how-the-format-grows.md).
exact_place! {
    /// A neighbourhood's own name, such as Driehuis, beside the district's code.
    neighbourhood as "neighbourhood",
    /// The name of the ship or premises.
    name as "name",
    /// Street and number.
    address as "address",
    /// Dutch postcode.
    postcode as "postcode",
    /// Berth, quay or terminal.
    berth as "berth",
    /// IMO ship number.
    imo as "imo",
    /// Maritime Mobile Service Identity.
    mmsi as "mmsi",
    /// European vessel identification number.
    eni as "eni",
    /// Fishing mark.
    fishing_mark as "fishingMark",
    /// Chamber of commerce number.
    kvk as "kvk",
    /// BAG address or building id.
    bag as "bag",
}

/// WGS 84 coordinates in microdegrees (10^-6 degree, about 11 cm), since signed JSON has no floats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Coordinates {
    /// North positive.
    #[serde(rename = "latitudeE6")]
    pub latitude_e6: i32,
    /// East positive.
    #[serde(rename = "longitudeE6")]
    pub longitude_e6: i32,
    /// The 95 % radius the device reported, in metres.
    pub accuracy_metres: Option<u32>,
    /// Measured or typed.
    pub source: CoordinateSource,
}

/// Where coordinates came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum CoordinateSource {
    /// By the device's positioning.
    Measured,
    /// By a person.
    Typed,
}
