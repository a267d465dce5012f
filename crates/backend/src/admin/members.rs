//! `team_members.json`: who may have which team's key, as it was when `init` made the members, and as somebody compared since. It
//! lies with the root key.
//!
//! The register says the same, but whoever can write to the register could put a recipient of his own beside a login, or
//! a level. Keys are handed out only where both agree.

use std::fs;
use std::io;
use std::path::Path;

use baken_protocol::ids::Code;
use baken_protocol::record::ConfidentialityLevel;
use baken_protocol::seal::Recipient;
use serde::{Deserialize, Serialize};

use crate::files::private_files;
use crate::storage::Account;

/// The file's name in the secrets folder; no login may have the underscore.
pub const MEMBERS: &str = "team_members.json";

/// A member as `init` made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Member {
    /// The login name.
    pub login: String,
    /// The organisation.
    pub organisation: Code,
    /// The levels the member may see.
    pub levels: Vec<ConfidentialityLevel>,
    /// To whom team keys are sealed.
    pub recipient: Recipient,
}

/// Why the list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MembersError {
    /// It is no such list.
    #[error("this is not the team_members.json that `init` wrote: {0}")]
    Form(#[from] serde_json::Error),
    /// It cannot be read or written.
    #[error("team_members.json cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl Member {
    /// Whether the register says the same of this member.
    pub fn is(&self, account: &Account) -> bool {
        self.login == account.login
            && self.organisation == account.organisation
            && self.levels == account.levels
            && self.recipient.to_string() == account.recipient
    }
}

/// Reads the list.
pub fn read(path: &Path) -> Result<Vec<Member>, MembersError> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

/// Writes the list into the secrets folder.
pub(super) fn write(secrets: &Path, members: &[Member]) -> Result<(), MembersError> {
    write_to(&secrets.join(MEMBERS), members)
}

/// Writes it in place of the one that was there.
pub(super) fn write_to(path: &Path, members: &[Member]) -> Result<(), MembersError> {
    Ok(private_files::write_durably(path, &serde_json::to_vec_pretty(members)?)?)
}
