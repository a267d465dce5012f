//! Invitations: what one must say, and how it is made, for the console and the command line alike.

use baken_protocol::ids::Code;
use baken_protocol::invitation::{Invitation, InvitationCode, OrganisationMark, RootFingerprint};
use baken_protocol::text::{has_hidden, is_blank};
use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::environment::{Environment, NoRandomness};
use crate::storage::{AuditAction, AuditEntry, AuditObject, Installation, NewInvitation, StorageError, Transaction};

/// Characters of a device's name, at most.
const LABEL_CHARS: usize = 60;

/// What an invitation is to be, as somebody typed it.
#[derive(Debug, Clone)]
pub struct InvitationOrder {
    /// The name the device will have.
    pub label: String,
    /// The code of the organisation of whoever carries it.
    pub organisation: String,
    /// Account login, or `operator`.
    pub created_by: String,
    /// How long it may be used.
    pub valid: TimeDelta,
}

/// An invitation with the code that is shown once and never stored.
pub struct FreshInvitation {
    /// Its id.
    pub id: Uuid,
    /// The name the device will have.
    pub label: String,
    /// The organisation of whoever carries it.
    pub organisation: Code,
    /// What is shown.
    pub invitation: Invitation,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
}

/// What is wrong with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOrder {
    /// No name.
    #[error("a device needs a name")]
    LabelMissing,
    /// A name that fits no label.
    #[error("a device's name has {LABEL_CHARS} characters at most")]
    LabelTooLong,
    /// A name with characters that are not seen, that turn its direction or end its line.
    #[error("a device's name holds characters that cannot be seen; type it again")]
    LabelHidden,
    /// No organisation.
    #[error("an organisation is needed")]
    OrganisationMissing,
    /// The vocabulary has no such organisation.
    #[error("the vocabulary has no organisation with this code")]
    OrganisationUnknown,
}

/// Why there is no invitation.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Everything that is wrong with the order.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<InvalidOrder>),
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

/// Makes and stores an invitation, with its line in the audit log: `origin` is where the order came from.
pub fn invite(
    tx: &dyn Transaction,
    installation: &Installation,
    environment: &Environment,
    order: InvitationOrder,
    origin: &str,
) -> Result<FreshInvitation, InviteError> {
    let (label, organisation) = match (label(&order.label), organisation(&order.organisation)) {
        (Ok(label), Ok(organisation)) => (label, organisation),
        (label, organisation) => {
            let wrong = label.err().into_iter().chain(organisation.err());
            return Err(InviteError::Invalid(wrong.collect()));
        }
    };
    let code = InvitationCode::from_random(environment.random::<11>()?);
    let created_at = environment.clock.now();
    let invitation = NewInvitation {
        id: environment.uuid(),
        challenge: code.challenge(),
        label,
        organisation,
        created_by: order.created_by,
        created_at,
        expires_at: created_at + order.valid,
    };
    let id = invitation.id.to_string();
    let entry = AuditEntry::new(&invitation.created_by, AuditAction::Invite, AuditObject::Invitation, &id, origin);
    tx.create_invitation(&invitation)?;
    tx.audit(created_at, &entry)?;
    let epoch = tx.newest_epoch()?;
    let root = RootFingerprint::of(&installation.root_key);
    let mark = OrganisationMark::of(&invitation.organisation);
    Ok(FreshInvitation {
        id: invitation.id,
        label: invitation.label,
        organisation: invitation.organisation,
        invitation: Invitation { address: installation.address.clone(), code, root, organisation: mark, epoch },
        expires_at: invitation.expires_at,
    })
}

fn label(text: &str) -> Result<String, InvalidOrder> {
    match text.trim() {
        label if is_blank(label) => Err(InvalidOrder::LabelMissing),
        label if has_hidden(label) => Err(InvalidOrder::LabelHidden),
        label if label.chars().count() > LABEL_CHARS => Err(InvalidOrder::LabelTooLong),
        label => Ok(label.to_owned()),
    }
}

fn organisation(text: &str) -> Result<Code, InvalidOrder> {
    if text.is_empty() {
        return Err(InvalidOrder::OrganisationMissing);
    }
    let known = Vocabulary::built_in().organisations.into_iter().find(|known| known.code.as_str() == text);
    known.map(|known| known.code).ok_or(InvalidOrder::OrganisationUnknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_seen_as_it_is_or_refused() {
        for name in ["Boa 1", "Zoë’s tablet", "🚤 haven", " سفينة "] {
            assert_eq!(label(name).as_deref(), Ok(name.trim()));
        }
        for name in ["\u{202e}1 aoB", "Boa\u{200b} 1", "Boa\u{2069}", "Boa\n1", "Bo\0a", "B\u{ad}oa"] {
            assert_eq!(label(name), Err(InvalidOrder::LabelHidden), "{name:?}");
        }
        for name in ["", " \u{200b}", "\u{3164}"] {
            assert_eq!(label(name), Err(InvalidOrder::LabelMissing), "{name:?}");
        }
    }
}
