//! Identifiers, each its own type so that one can never stand where another belongs.
//!
//! Ids are made by whoever owns the thing and come in as parameters; nothing here is random.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::from_str(text).map(Self)
            }
        }
    };
}

uuid_id!(
    /// A device that is or was enrolled.
    DeviceId
);
uuid_id!(
    /// One hash chain of batches; a fresh one per installation.
    ChainId
);
uuid_id!(
    /// One batch in a chain.
    BatchId
);
uuid_id!(
    /// One signed, immutable step in the life of an entity.
    OperationId
);
uuid_id!(
    /// An inspection or an observation, through all operations on it.
    EntityId
);
uuid_id!(
    /// A person whom observations speak of, in all of them.
    PersonId
);

macro_rules! owned_id {
    ($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $id:ident }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name {
            /// The device that named it.
            pub device: DeviceId,
            $(#[$field_doc])*
            pub $field: $id,
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}.{}", self.device, self.$field)
            }
        }

        impl FromStr for $name {
            type Err = OwnedIdError;

            fn from_str(text: &str) -> Result<Self, OwnedIdError> {
                let (device, own) = text.split_once('.').ok_or(OwnedIdError)?;
                let device = device.parse().map_err(|_| OwnedIdError)?;
                Ok(Self { device, $field: own.parse().map_err(|_| OwnedIdError)? })
            }
        }
    };
}

/// The text does not name a device and something of it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("two UUIDs with a full stop between them are expected: the device, and its own id")]
pub struct OwnedIdError;

owned_id!(
    #[derive(Deserialize)]
    #[serde(try_from = "String")]
    /// A record by its author: an operation's id belongs to the device that signed it. As text `DEVICE.OPERATION`.
    RecordId {
        /// Its id there.
        operation: OperationId
    }
);
owned_id!(
    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    /// An inspection or observation by its author. As text `DEVICE.ENTITY`.
    EntityReference {
        /// Its id there.
        entity: EntityId
    }
);
owned_id!(
    /// A chain by the device that writes it. As text `DEVICE.CHAIN`.
    ChainReference {
        /// Its id there.
        chain: ChainId
    }
);

impl TryFrom<String> for RecordId {
    type Error = OwnedIdError;

    fn try_from(text: String) -> Result<Self, OwnedIdError> {
        text.parse()
    }
}

/// A tenant: the municipality's code at Statistics Netherlands (CBS), as `GM0453` for Velsen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct TenantId(String);

/// The text was not a municipality code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a municipality code: GM and four digits are expected")]
pub struct TenantIdError;

impl TenantId {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantId {
    type Err = TenantIdError;

    fn from_str(text: &str) -> Result<Self, TenantIdError> {
        let digits = text.strip_prefix("GM").ok_or(TenantIdError)?;
        if digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(TenantIdError)
        }
    }
}

impl TryFrom<String> for TenantId {
    type Error = TenantIdError;

    fn try_from(text: String) -> Result<Self, TenantIdError> {
        text.parse()
    }
}

impl From<TenantId> for String {
    fn from(tenant: TenantId) -> Self {
        tenant.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A code from the vocabulary: letters, digits and hyphens, at most 40.
///
/// Whether the vocabulary knows it is another question: a backend keeps a record with a code it does
/// not know (a newer vocabulary, a retired term), since refusing it could lose a victim.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Code(String);

/// The text cannot be a vocabulary code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a vocabulary code: 1 to 40 letters, digits or hyphens are expected")]
pub struct CodeError;

impl Code {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let fits = (1..=40).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(CodeError)
        }
    }
}

impl TryFrom<String> for Code {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        text.parse()
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_only_municipality_codes_as_tenant() {
        assert!("GM0453".parse::<TenantId>().is_ok());
        for wrong in ["", "GM453", "GM04533", "gm0453", "GM04a3", "PV0027"] {
            assert_eq!(wrong.parse::<TenantId>(), Err(TenantIdError), "{wrong}");
        }
    }

    #[test]
    fn refuses_codes_that_could_carry_text_or_markup() {
        for wrong in ["", "a b", "<b>", "é", &"a".repeat(41)] {
            assert_eq!(wrong.parse::<Code>(), Err(CodeError), "{wrong}");
        }
        assert!("awb-5-15".parse::<Code>().is_ok());
    }
}
