//! Opening the store's file: for reading and writing, or only for reading where the folder cannot be written.

use std::path::Path;

use baken_sqlite::make_durable;
use data_encoding::HEXLOWER;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use url::Url;
use zeroize::Zeroizing;

use super::soundness::{self, Extent, Left};
use super::{StoreError, migrate};
use crate::access::Access;
use crate::environment::Environment;
use crate::vault::StoreKey;

/// More than all the statements this crate runs.
const STATEMENTS: usize = 96;

/// The connection, and what is still to be looked at.
pub(super) fn connection(
    path: &Path,
    key: &StoreKey,
    environment: &Environment,
    access: Access,
) -> Result<(Connection, Option<Extent>), StoreError> {
    let left = soundness::left(path);
    let mut connection = match access {
        Access::ReadWrite => Connection::open(path)?,
        Access::ReadOnly => read_only(path, left)?,
    };
    unlock(&connection, key)?;
    // Before the first look at the file: then the index of its log is kept in memory, and opening needs no space.
    connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
    if access == Access::ReadWrite {
        make_durable(&connection)?;
    }
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "secure_delete", true)?;
    let now = environment.clock.now();
    let due = soundness::due(&connection, path, left, access, now)?;
    soundness::look(&connection, due.before)?;
    if due.meanwhile.is_some() {
        soundness::read_unsent(&connection)?;
    }
    migrate::migrate(&mut connection, environment)?;
    if access == Access::ReadWrite {
        soundness::note_whole(&connection, path, due.before, now);
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without it SQLite prepares a statement anew whenever a parameter it weighed against a partial index changes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok((connection, due.meanwhile))
}

/// A second connection, to look at the file as it stands, without its log and without any lock.
pub(super) fn beside(path: &Path, key: &StoreKey) -> Result<Connection, StoreError> {
    let connection = read_only(path, Left::Closed)?;
    unlock(&connection, key)?;
    Ok(connection)
}

fn unlock(connection: &Connection, key: &StoreKey) -> Result<(), StoreError> {
    let raw = Zeroizing::new(format!("x'{}{}'", HEXLOWER.encode(key.key.as_ref()), HEXLOWER.encode(&key.salt)));
    Ok(connection.pragma_update(None, "key", raw.as_str())?)
}

/// A store that was closed well has no log beside it, and then SQLite must be told that nothing will change. One that
/// was not has what was written last in that log, which must be read too.
fn read_only(path: &Path, left: Left) -> Result<Connection, StoreError> {
    if left == Left::Open {
        return Ok(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?);
    }
    let mut address = Url::from_file_path(std::path::absolute(path)?).map_err(|()| StoreError::Content)?;
    address.set_query(Some("immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Ok(Connection::open_with_flags(address.as_str(), flags)?)
}
