//! A contact moment of an outreach worker: who was met, what was asked for, what was given, and when it goes on. It needs
//! no inspection and has no photos.
//!
//! What is open says when someone must go on, and who may see it. Deliberately absent there: what was asked for and what
//! was given, which say of one person what they need (docs/adr/0045-a-contact-moment-is-a-record.md).

use serde::{Deserialize, Serialize};

use crate::ids::Code;
use crate::record::{ConfidentialityLevel, DescribedPerson, ExactPlace, Operation, OperationError, SealedHeader};
use crate::strict_json::{self, StrictJsonError};

/// The open part of a contact moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenContact {
    /// When it goes on.
    pub follow_up: Code,
    /// Who may see it.
    pub level: ConfidentialityLevel,
}

impl OpenContact {
    pub(super) const fn level(&self) -> ConfidentialityLevel {
        self.level
    }

    /// Nothing is photographed at a door.
    #[expect(clippy::unused_self, reason = "every kind answers this, and this one by the operation alone")]
    pub(super) const fn check(&self, operation: &Operation) -> Result<(), OperationError> {
        if operation.attachments.is_empty() { Ok(()) } else { Err(OperationError::Inconsistent) }
    }
}

/// The sealed part of a contact moment, of a first record and of a correction alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedContact {
    /// The record it belongs to.
    pub header: SealedHeader,
    /// Why it was corrected, in the author's words; empty in a first record.
    pub reason: String,
    /// Who was met, by pseudonym, with what can be spoken and what they said about sharing.
    pub person: DescribedPerson,
    /// What they asked for: codes of the vocabulary's requests.
    pub asked_for: Vec<Code>,
    /// What they were given: codes of the vocabulary's offers.
    pub given: Vec<Code>,
    /// What else there is to say, in the author's words; may be empty.
    pub note: String,
    /// Where; may be empty.
    pub place: ExactPlace,
}

impl SealedContact {
    /// The schema name in the header.
    pub const SCHEMA: &'static str = "contact.v1";

    /// Reads what is sealed, if it is written in the one way it can be.
    pub fn parse(text: &[u8]) -> Result<Self, StrictJsonError> {
        strict_json::parse_canonical(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::ids::{DeviceId, OperationId, PersonId};

    fn contact() -> SealedContact {
        let id = uuid::Uuid::nil();
        SealedContact {
            header: SealedHeader {
                tenant: "GM0453".parse().unwrap(),
                device: DeviceId(id),
                operation: OperationId(id),
                schema: SealedContact::SCHEMA.to_owned(),
            },
            reason: String::new(),
            person: DescribedPerson {
                id: PersonId(id),
                pseudonym: "Roos".into(),
                role: String::new(),
                age_band: String::new(),
                language: "Roemeens".into(),
                needs: String::new(),
                description: String::new(),
                consents: Vec::new(),
            },
            asked_for: vec!["arts".parse().unwrap()],
            given: vec!["kaart".parse().unwrap()],
            note: String::new(),
            place: ExactPlace::default(),
        }
    }

    #[test]
    fn a_contact_moment_is_read_as_it_was_written_and_no_other_way() {
        let text = serde_json::to_string(&contact()).unwrap();
        assert_eq!(SealedContact::parse(text.as_bytes()).unwrap(), contact());
        for (member, other) in [
            ("\"reason\":\"\",", ""),
            ("\"id\":\"00000000-0000-0000-0000-000000000000\",", ""),
            ("\"askedFor\":[\"arts\"]", "\"askedFor\":[\"een arts\"]"),
            ("\"given\":[\"kaart\"]", "\"given\":null"),
            ("\"note\":\"\"", "\"narrative\":\"\""),
        ] {
            assert!(text.contains(member), "{member}");
            assert!(SealedContact::parse(text.replace(member, other).as_bytes()).is_err(), "{member}");
        }
    }
}
