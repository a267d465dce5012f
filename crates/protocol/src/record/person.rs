//! A person, by pseudonym: never by name in the open part, and sealed whatever is said of them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A person, by pseudonym.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, rename = "PersonForm")]
pub struct Person {
    /// P1, P2, …
    pub pseudonym: String,
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
