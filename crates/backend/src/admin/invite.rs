//! `baken-backend invite`: an invitation, for whoever stands at the machine. Works while the backend serves.

use crate::environment::Environment;
use crate::register;
use crate::storage::{Database, Installation, LOCAL, UnitOfWork};

pub use crate::register::{FreshInvitation, InvitationOrder, InviteError};

/// Makes and stores an invitation.
pub fn invite(
    storage: &dyn Database,
    installation: &Installation,
    environment: &Environment,
    order: InvitationOrder,
) -> Result<FreshInvitation, InviteError> {
    storage.write(|tx| register::invite(tx, installation, environment, order, LOCAL))
}
