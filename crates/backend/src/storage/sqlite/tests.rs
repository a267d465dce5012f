#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.sqlite");
    let storage = SqliteStorage::open(&path).unwrap();
    hold(&storage.writer).pragma_update(None, "user_version", 99).unwrap();
    drop(storage);
    assert!(matches!(SqliteStorage::open(&path), Err(StorageError::TooNew)));
}

#[test]
fn a_damaged_register_is_reported_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.sqlite");
    drop(SqliteStorage::open(&path).unwrap());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..64].fill(0xaa);
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(SqliteStorage::open(&path), Err(StorageError::Damaged)));
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn nobody_changes_or_removes_an_audit_line() {
    use crate::storage::{Audit, AuditEntry};
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::open(&folder.path().join("register.sqlite")).unwrap();
    let entry = AuditEntry { actor: "a", action: "b", object: "c", result: "ok", origin: "local" };
    storage.audit(DateTime::UNIX_EPOCH, &entry).unwrap();
    for sql in ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"] {
        let refused = storage.write::<_, StorageError>(|tx| Ok(tx.execute(sql, [])?));
        assert!(refused.is_err(), "{sql}");
    }
}
