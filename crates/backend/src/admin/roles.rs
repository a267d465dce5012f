//! `baken-backend roles`: who does what, for whoever stands at the machine. It is how the first administrator of a register
//! is named that was made before there were roles, and the way back where the only one has gone. Works while the backend
//! serves.

use baken_protocol::vocabulary::Vocabulary;

use crate::access::Role;
use crate::environment::Environment;
use crate::register::members::{Refused, may_be_given};
use crate::storage::{AuditAction, AuditEntry, AuditObject, Database, StorageError, UnitOfWork};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RolesError {
    /// There is no such member, or one whose account was ended.
    #[error("there is no member of this login whose account is open; nothing was changed")]
    NoSuchMember,
    /// Nobody of this organisation may have one of these roles.
    #[error("a member of enforcement is never care-coordinator; nothing was changed")]
    RoleNotPossible,
    /// Nobody else could give roles then.
    #[error("nobody else is administrator; give another member that role first. Nothing was changed")]
    LastAdministrator,
    /// The register refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<Refused> for RolesError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NoSuchMember => Self::NoSuchMember,
            // Nobody gives anything to themselves here.
            Refused::RoleNotPossible | Refused::OwnRoles => Self::RoleNotPossible,
            Refused::LastAdministrator => Self::LastAdministrator,
        }
    }
}

/// Gives `login` these roles, in place of those before.
pub fn give(storage: &dyn Database, environment: &Environment, login: &str, roles: &[Role]) -> Result<(), RolesError> {
    storage.write(|tx| {
        may_be_given(&tx.members()?, None, (login, roles), &Vocabulary::built_in())?;
        tx.give_roles(login, roles)?;
        // Whoever stands at the machine vouches for it.
        tx.admit(login, environment.clock.now())?;
        let detail = roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(",");
        let entry = AuditEntry::by_operator(AuditAction::GiveRoles, AuditObject::Account, login);
        Ok(tx.audit(environment.clock.now(), &entry.with_detail(&detail))?)
    })
}
