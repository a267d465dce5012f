//! `baken-backend move`: takes a register from one engine to the other. The folder keeps keys and attachments, and says
//! from then on where its register is.
//!
//! Page by page, so that a register of any size takes no more memory than a small one; a page that arrived is durable, and
//! whoever was cut short goes on behind it. The row that makes a register of them comes last, after both sides were read
//! once more and hashed alike: until then the folder's register is the old one, which is left as it was. Nobody may serve
//! meanwhile, and nobody else writes. Sessions are left behind.

use std::fs;
use std::io;

use baken_protocol::digest::Digest;
use ring::digest::{Context, SHA256};

use super::verify::{Report, verify};
use crate::files::data_folder::{DataFolder, LockError};
use crate::files::private_files;
use crate::storage::{
    Cell, Cells, Database, Place, PlaceError, StorageError, TABLES, TableShape, Transaction, UnitOfWork,
};

/// Rows that are in memory together; one may hold a whole sealed part.
const PAGE: usize = 64;

/// Why the register is still where it was.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// It is not where it was said to be.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// Another process has the folder.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The folder cannot be written.
    #[error("the data folder cannot be used: {0}")]
    Io(#[from] io::Error),
    /// From and to are the same engine.
    #[error("the register is in a file already, or in a database already: say from where and to where")]
    SameEngine,
    /// There is no register to move.
    #[error("there is no register in this folder; run `baken-backend init` first")]
    Nothing,
    /// Somebody else's is there.
    #[error(
        "where it is to go there is a register already. In a database, name another with --register; in the folder, set its \
         register.sqlite aside"
    )]
    Occupied,
    /// What arrived is not what left.
    #[error(
        "table {0} is not the same on both sides: the register was changed since a move of it began, or another move had \
         begun there. The folder's register is where it was. Begin anew: in a database under another name (--register), in \
         the folder after setting that move's register.sqlite aside"
    )]
    Different(&'static str),
    /// It arrived whole, and does not hold.
    #[error("the register does not hold: run `baken-backend verify` on it where it is. It was not moved")]
    DoesNotHold(Vec<String>),
}

/// How a table arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The table.
    pub table: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 over all of them, on both sides.
    pub hash: Digest,
}

/// What arrived, table by table, and what `verify` says of it there.
#[derive(Debug)]
pub struct Arrived {
    /// Each table.
    pub tables: Vec<Moved>,
    /// That of the register where it is now.
    pub report: Report,
}

/// Takes the register of `folder` from one place to the other.
pub fn relocate(folder: &DataFolder, from: &Place, to: &Place) -> Result<Arrived, MoveError> {
    let _lock = folder.lock()?;
    match (from, to) {
        (Place::File(_), Place::Database(..)) | (Place::Database(..), Place::File(_)) => {}
        (Place::File(_), Place::File(_)) | (Place::Database(..), Place::Database(..)) => {
            return Err(MoveError::SameEngine);
        }
    }
    let (source, target) = (from.open()?, to.bring_up()?);
    // As the one writer: what `renew` or `invite` did after the copy would be lost, and nobody would notice.
    let alone = source.begin()?;
    let tables = copy(alone.as_ref(), &target)?;
    let installation = alone.installation()?.ok_or(MoveError::Nothing)?;
    let report = verify(&target, &folder.attachments(), &installation)?;
    if !report.faults.is_empty() {
        return Err(MoveError::DoesNotHold(report.faults));
    }
    // It is the one writer still.
    alone.check()?;
    drop(target);
    point(folder, to)?;
    drop(alone);
    Ok(Arrived { tables, report })
}

/// Copies every table that is not there yet, as all of them are at one moment, and answers what is the same on both sides.
pub fn copy(from: &dyn Transaction, target: &dyn Database) -> Result<Vec<Moved>, MoveError> {
    let moved = from.installation()?.ok_or(MoveError::Nothing)?;
    let (last, before) = TABLES.split_last().ok_or(MoveError::Nothing)?;
    match target.read(|tx| tx.installation())? {
        None => before.iter().try_for_each(|table| bring(from, target, table))?,
        // The end of a move was cut off: nothing more is brought, and all of it is compared.
        Some(there) if there == moved => {}
        Some(_) => return Err(MoveError::Occupied),
    }
    let mut tables = before.iter().map(|table| same(from, target, table)).collect::<Result<Vec<_>, _>>()?;
    bring(from, target, last)?;
    tables.push(same(from, target, last)?);
    Ok(tables)
}

/// What a table still lacks.
fn bring(from: &dyn Transaction, target: &dyn Database, table: &TableShape) -> Result<(), MoveError> {
    let mut key = target.read(|tx| tx.last_key(table))?;
    loop {
        let rows = from.rows_after(table, &key, PAGE)?;
        let Some(last) = rows.last() else { return Ok(()) };
        key = last.iter().take(table.key).cloned().collect();
        target.write(|tx| tx.put_rows(table, &rows))?;
    }
}

fn same(from: &dyn Transaction, target: &dyn Database, table: &TableShape) -> Result<Moved, MoveError> {
    let (left, arrived) = (summed(from, table)?, target.read(|tx| summed(tx, table))?);
    if left == arrived { Ok(arrived) } else { Err(MoveError::Different(table.name)) }
}

fn summed(tx: &dyn Transaction, table: &TableShape) -> Result<Moved, StorageError> {
    let (mut hash, mut rows, mut key) = (Context::new(&SHA256), 0, Cells::new());
    loop {
        let page = tx.rows_after(table, &key, PAGE)?;
        let Some(last) = page.last() else { break };
        key = last.iter().take(table.key).cloned().collect();
        for cell in page.iter().flatten() {
            add(&mut hash, cell);
        }
        rows += u64::try_from(page.len()).unwrap_or(u64::MAX);
    }
    let bytes: [u8; 32] = hash.finish().as_ref().try_into().map_err(|_| StorageError::Content)?;
    Ok(Moved { table: table.name, rows, hash: Digest::from_bytes(bytes) })
}

/// A cell with its kind and its length, so that two rows with other cells never sum up alike.
fn add(hash: &mut Context, cell: &Cell) {
    let mut part = |kind: u8, bytes: &[u8]| {
        hash.update(&[kind]);
        hash.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(bytes);
    };
    match cell {
        Cell::Null => part(0, b""),
        Cell::Text(text) => part(1, text.as_bytes()),
        Cell::Bytes(bytes) => part(2, bytes),
        Cell::Integer(number) => part(3, &number.to_be_bytes()),
        Cell::Bool(is) => part(4, &[u8::from(*is)]),
        Cell::Moment(time) => part(5, &time.timestamp_micros().to_be_bytes()),
        Cell::Id(id) => part(6, id.as_bytes()),
        Cell::Hash(digest) => part(7, digest.as_bytes()),
    }
}

/// From here on the folder says that its register is there. Where it was it is left, under another name.
fn point(folder: &DataFolder, to: &Place) -> io::Result<()> {
    match to {
        Place::Database(_, name) => {
            private_files::write(&folder.register_name(), name.to_string().as_bytes())?;
            private_files::sync_folder(folder.path())?;
            fs::rename(folder.register(), folder.moved_register())?;
        }
        Place::File(_) => fs::remove_file(folder.register_name())?,
    }
    private_files::sync_folder(folder.path())
}
