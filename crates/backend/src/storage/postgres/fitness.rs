//! Whether a server keeps what it says it has, and whether a role may serve: what keeps registers apart binds neither a superuser nor whoever may bypass it, and whoever
//! owns the tables could take it away.

use super::session::Session;
use crate::storage::StorageError;

/// Refuses a role that could see more than one register, and tables that would show it.
pub(super) fn assert_fit(session: &Session) -> Result<(), StorageError> {
    let role = "SELECT rolsuper OR rolbypassrls,
                       EXISTS (SELECT FROM pg_class WHERE relnamespace = 'baken'::regnamespace
                               AND pg_has_role(current_user, relowner, 'MEMBER'))
                FROM pg_roles WHERE rolname = current_user";
    let open = "SELECT count(*) FROM pg_class c
                WHERE c.relnamespace = 'baken'::regnamespace AND c.relkind = 'r' AND c.relname <> 'applied_migrations'
                  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                           AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) = 1)";
    let role = session.wait(session.client().query_one(role, &[]))?;
    let open = session.wait(session.client().query_one(open, &[]))?;
    let (sees_all, owns, open): (bool, bool, i64) = (role.try_get(0)?, role.try_get(1)?, open.try_get(0)?);
    if sees_all || owns {
        return Err(StorageError::UnfitRole);
    }
    if open > 0 {
        return Err(StorageError::Unguarded);
    }
    // A cluster of the tests says of itself that it is thrown away.
    let lasts = "SELECT (current_setting('fsync')::boolean AND current_setting('full_page_writes')::boolean)
                        OR coalesce(current_setting('baken.thrown_away', true), '') = 'yes'";
    let lasts: bool = session.wait(session.client().query_one(lasts, &[]))?.try_get(0)?;
    if lasts { Ok(()) } else { Err(StorageError::NotDurable) }
}
