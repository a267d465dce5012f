//! `baken-backend invite`: an invitation, for whoever stands at the machine. Works while the backend serves.

use baken_protocol::ids::Code;
use baken_protocol::invitation::{Invitation, InvitationCode, RootFingerprint};
use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::environment::{Environment, NoRandomness};
use crate::storage::{Enrolments, Installation, NewInvitation, StorageError};

/// What an invitation is to be.
#[derive(Debug, Clone)]
pub struct InvitationOrder {
    /// The name the device will have.
    pub label: String,
    /// The organisation of whoever carries it.
    pub organisation: Code,
    /// Account login, or `operator`.
    pub created_by: String,
    /// How long it may be used.
    pub valid: TimeDelta,
}

/// An invitation with the code that is shown once and never stored.
pub struct FreshInvitation {
    /// Its id.
    pub id: Uuid,
    /// What is shown.
    pub invitation: Invitation,
    /// After this it is worthless.
    pub expires_at: DateTime<Utc>,
}

/// Why there is no invitation.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The vocabulary has no such organisation.
    #[error("the vocabulary has no organisation with this code")]
    Organisation,
    /// A device must have a name of 1 to 60 characters.
    #[error("a device needs a name of 1 to 60 characters")]
    Label,
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

/// Makes and stores an invitation.
pub fn invite(
    storage: &(impl Enrolments + ?Sized),
    installation: &Installation,
    environment: &Environment,
    order: InvitationOrder,
) -> Result<FreshInvitation, InviteError> {
    if Vocabulary::built_in().organisation(order.organisation.as_str()).is_none() {
        return Err(InviteError::Organisation);
    }
    let label = order.label.trim();
    if label.is_empty() || label.chars().count() > 60 {
        return Err(InviteError::Label);
    }
    let code = InvitationCode::from_random(environment.random::<11>()?);
    let now = environment.clock.now();
    let id = environment.uuid();
    let expires_at = now + order.valid;
    storage.create_invitation(&NewInvitation {
        id,
        challenge: code.challenge(),
        label: label.to_owned(),
        organisation: order.organisation,
        created_by: order.created_by,
        created_at: now,
        expires_at,
    })?;
    let root = RootFingerprint::of(&installation.root_key);
    Ok(FreshInvitation { id, invitation: Invitation { address: installation.address.clone(), code, root }, expires_at })
}
