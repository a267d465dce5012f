//! Every message of a register, byte by byte: as the file of an older version holds it, and as this program reads it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use baken_backend::storage::sqlite::SqliteStorage;
use baken_backend::storage::{StorageError, UnitOfWork};
use baken_protocol::ids::RecordId;
use rusqlite::Connection;

/// Bytes by a name that tells what they are.
pub(crate) type Messages = BTreeMap<String, Vec<u8>>;

/// Where version 0.2.0 keeps them. What an upgrade makes of these tables is its own affair.
const OF_0_2_0: [&str; 13] = [
    "SELECT 'key directory ' || epoch, envelope FROM key_directories",
    "SELECT 'continuation ' || log_origin, envelope FROM log_continuations",
    "SELECT 'enrolment ' || device, enrolment_envelope FROM devices",
    "SELECT 'certificate ' || device, certificate_envelope FROM devices",
    "SELECT 'batch ' || leaf_index, envelope FROM batches",
    "SELECT 'receipt ' || leaf_index, receipt_envelope FROM batches",
    "SELECT 'operation ' || device || '.' || operation, envelope FROM operations JOIN operation_contents USING (number)",
    "SELECT 'sealed part ' || device || '.' || operation, sealed FROM operations JOIN operation_contents USING (number)",
    "SELECT 'listed by ' || device || '.' || operation || ' ' || sha256, CAST(size_bytes AS BLOB) FROM attachments",
    "SELECT 'receipt of ' || device || '.' || operation || ' ' || sha256, receipt_envelope FROM attachments
     WHERE receipt_envelope IS NOT NULL",
    "SELECT 'fork ' || hash, push FROM forked_batches",
    "SELECT 'audit line ' || id,
            CAST(concat_ws('|', at, actor, action, object, object_id, result, origin, detail, hash) AS BLOB) FROM audit",
    "SELECT 'team key ' || login || ' ' || team || ' ' || epoch, CAST(sealed AS BLOB) FROM team_key_shares",
];

/// As the file itself holds them, made by 0.2.0 and not brought up since.
pub(crate) fn in_file(register: &Path) -> Messages {
    let file = Connection::open(register).unwrap();
    let mut messages = Messages::new();
    for sql in OF_0_2_0 {
        let mut statement = file.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        messages.extend(rows.map(Result::unwrap));
    }
    messages
}

/// As this program reads them.
pub(crate) fn as_read(register: &Path, logins: &[&str]) -> Messages {
    let read = RefCell::new(Messages::new());
    let note = |name: String, bytes: Vec<u8>| {
        assert!(read.borrow_mut().insert(name.clone(), bytes).is_none(), "{name} is there twice");
        Ok(())
    };
    let storage = SqliteStorage::open(register).unwrap();
    let reading = storage.read::<_, StorageError>(|tx| {
        tx.each_key_directory(&mut |(epoch, envelope)| note(format!("key directory {epoch}"), envelope))?;
        tx.each_continuation(&mut |(origin, envelope)| note(format!("continuation {origin}"), envelope))?;
        tx.each_device(&mut |row| {
            note(format!("enrolment {}", row.device), row.enrolment)?;
            note(format!("certificate {}", row.device), row.certificate)
        })?;
        tx.each_batch(&mut |row| {
            note(format!("batch {}", row.leaf), row.envelope)?;
            note(format!("receipt {}", row.leaf), row.receipt)
        })?;
        tx.each_operation(&mut |row| {
            let record = format!("{}.{}", row.device, row.operation);
            note(format!("operation {record}"), row.envelope)?;
            note(format!("sealed part {record}"), row.sealed)?;
            let id: RecordId = record.parse().unwrap();
            for listed in tx.listings_of(id)? {
                let size = listed.size_bytes.to_string().into_bytes();
                note(format!("listed by {record} {}", listed.sha256), size)?;
                if let Some(receipt) = listed.receipt {
                    note(format!("receipt of {record} {}", listed.sha256), receipt)?;
                }
            }
            Ok(())
        })?;
        tx.each_audit_line(&mut |line| {
            let detail = line.detail.into_iter().chain([line.hash]);
            let texts: Vec<String> = line.texts.into_iter().chain(detail).collect();
            note(format!("audit line {}", line.id), texts.join("|").into_bytes())
        })?;
        for login in logins {
            for key in tx.team_keys(login)? {
                note(format!("team key {login} {} {}", key.team, key.epoch), key.sealed.into_bytes())?;
            }
        }
        Ok(())
    });
    reading.unwrap();
    // No part of the program asks for these yet.
    let file = Connection::open(register).unwrap();
    let mut forks = file.prepare("SELECT 'fork ' || hash, push FROM forked_batches").unwrap();
    let forks = forks.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap);
    read.into_inner().into_iter().chain(forks).collect()
}

/// What is in one of them and not, or otherwise, in the other.
pub(crate) fn differing(one: &Messages, other: &Messages) -> Vec<String> {
    let names = one.keys().chain(other.keys());
    let mut differing: Vec<String> = names.filter(|name| one.get(*name) != other.get(*name)).cloned().collect();
    differing.dedup();
    differing
}
