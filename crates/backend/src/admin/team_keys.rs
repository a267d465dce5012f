//! A team's key while it is made: in clear only as long as a command runs, sealed to each member who may have it.

use baken_protocol::keydir::{Team, TeamRecipient};
use baken_protocol::seal::{self, Identity, Recipient, SealError};

use crate::storage::TeamKey;

/// A team with its key.
pub(super) struct TeamIdentity {
    pub(super) name: Team,
    pub(super) identity: Identity,
}

impl TeamIdentity {
    /// A fresh one.
    pub(super) fn generate(name: Team) -> Self {
        Self { name, identity: Identity::generate() }
    }

    /// As the key directory names it.
    pub(super) fn recipient(&self) -> TeamRecipient {
        TeamRecipient { name: self.name.clone(), recipient: self.identity.recipient() }
    }

    /// The share of `member` in it, under the directory of `epoch`.
    pub(super) fn share(&self, epoch: u64, member: &Recipient) -> Result<TeamKey, SealError> {
        Ok(TeamKey {
            team: self.name.clone(),
            epoch,
            recipient: self.identity.recipient().to_string(),
            sealed: seal::wrap_to(&self.identity.to_secret_line(), member)?,
        })
    }
}
