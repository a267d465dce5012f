//! Where the register of a data folder is: in the folder itself, or in a PostgreSQL database under a name that the folder
//! keeps. Keys and attachments are in the folder either way.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::postgres::{DatabaseUrl, PostgresStorage, RegisterName};
use super::sqlite::SqliteStorage;
use super::{Database, StorageError};
use crate::files::data_folder::DataFolder;

/// Where a register is.
#[derive(Clone)]
pub enum Place {
    /// In a file.
    File(PathBuf),
    /// In a database.
    Database(DatabaseUrl, RegisterName),
}

/// Why no register is where it was looked for.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Neither file nor name is in the folder.
    #[error("there is no register in this folder; run `baken-backend init` first")]
    Nowhere,
    /// It is in a database, and nobody said in which.
    #[error(
        "the register of this folder is in a PostgreSQL database; name that with --database postgres://… or BAKEN_DATABASE"
    )]
    InDatabase,
    /// A database was named, and the register is in the folder.
    #[error(
        "the register of this folder is its own file, and not in a database; leave --database and BAKEN_DATABASE out, or \
         take it there with `baken-backend move`"
    )]
    InFile,
    /// The folder names it as nothing can be named.
    #[error("register-name in the data folder names no register: 1 to 64 letters, digits or hyphens are expected")]
    Name,
    /// The folder cannot be read.
    #[error("the data folder cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl Place {
    /// The place of a folder's register, which is to be there: in `database`, where one is named.
    pub fn of(folder: &DataFolder, database: Option<&DatabaseUrl>) -> Result<Self, PlaceError> {
        match (name(folder)?, database, folder.register().exists()) {
            (Some(name), Some(url), _) => Ok(Self::Database(url.clone(), name)),
            (Some(_), None, _) => Err(PlaceError::InDatabase),
            (None, None, true) => Ok(Self::File(folder.register())),
            (None, Some(_), true) => Err(PlaceError::InFile),
            (None, _, false) => Err(PlaceError::Nowhere),
        }
    }

    /// Opens the register as it is: another process may be serving from it.
    pub fn open(&self) -> Result<Box<dyn Database>, StorageError> {
        match self {
            Self::File(path) => Ok(Box::new(SqliteStorage::open(path)?)),
            Self::Database(url, name) => Ok(Box::new(PostgresStorage::open(url, name.clone())?)),
        }
    }

    /// Opens or makes it with this program's schema, for whoever has the folder alone. A database is not changed by the
    /// role that serves: it is refused if its schema is another.
    pub fn bring_up(&self) -> Result<Box<dyn Database>, StorageError> {
        match self {
            Self::File(path) => Ok(Box::new(SqliteStorage::bring_up(path)?)),
            Self::Database(..) => self.open(),
        }
    }
}

/// The name of the folder's register in a database, if it is in one.
fn name(folder: &DataFolder) -> Result<Option<RegisterName>, PlaceError> {
    match fs::read_to_string(folder.register_name()) {
        Ok(text) => text.trim().parse().map(Some).map_err(|_| PlaceError::Name),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
