//! A person, by pseudonym: never by name in the open part, and sealed whatever is said of them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::PersonId;

/// A person, by pseudonym.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, rename = "SealedPerson")]
pub struct Person {
    /// P1, P2, …
    pub pseudonym: String,
    /// In the author's words.
    pub description: String,
    /// What the person said about sharing.
    pub consents: Vec<Consent>,
}

/// A person, by pseudonym and by an id: whoever is P1 in five observations of one inspection is so by it, whatever each of
/// them says. The id is made on the device and says nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DescribedPerson {
    /// The same in every observation of this person.
    pub id: PersonId,
    /// P1, P2, …
    pub pseudonym: String,
    /// What the person does there, in the author's words; may be empty, as all that follows.
    pub role: String,
    /// The age, roughly: `25-34`.
    pub age_band: String,
    /// What can be spoken with them.
    pub language: String,
    /// What they need first.
    pub needs: String,
    /// In the author's words.
    pub description: String,
    /// What the person said about sharing.
    pub consents: Vec<Consent>,
}

/// One answer to one question of consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Consent {
    /// What for: a code of the vocabulary's consent purposes.
    pub purpose: String,
    /// Not asked, refused or given.
    pub state: String,
}
