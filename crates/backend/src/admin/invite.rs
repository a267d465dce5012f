//! `baken-backend invite`: an invitation, for whoever stands at the machine. Works while the backend serves.

use crate::environment::Environment;
use crate::invitations;
use crate::storage::{Installation, Invitations, LOCAL};

pub use crate::invitations::{FreshInvitation, InvitationOrder, InviteError};

/// Makes and stores an invitation.
pub fn invite(
    storage: &(impl Invitations + ?Sized),
    installation: &Installation,
    environment: &Environment,
    order: InvitationOrder,
) -> Result<FreshInvitation, InviteError> {
    invitations::invite(storage, installation, environment, order, LOCAL)
}
