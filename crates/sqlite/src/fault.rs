//! What an error of SQLite means to the one who stores.

use rusqlite::ErrorCode;

/// Why a statement failed, as far as somebody can act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The disk is full: nothing of the change was kept, everything before it was.
    DiskFull,
    /// The file or its folder cannot be written.
    ReadOnly,
    /// Somebody else writes; trying again helps.
    Busy,
    /// The statement was ended from outside.
    Interrupted,
    /// The file is damaged, or is no such file.
    Damaged,
    /// A page could not be read: the disk answers an error, or SQLCipher finds that the page is not what was written.
    /// SQLCipher tells the latter as SQLite's plainest error, which a sound statement gives for nothing else.
    Unreadable,
    /// Anything else.
    Other,
}

impl Fault {
    /// What `error` means.
    pub fn of(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::OperationInterrupted) => Self::Interrupted,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            Some(ErrorCode::Unknown | ErrorCode::SystemIoFailure) => Self::Unreadable,
            Some(_) | None => Self::Other,
        }
    }

    /// Whether the file itself may be at fault.
    pub const fn may_be_the_file(self) -> bool {
        matches!(self, Self::Damaged | Self::Unreadable)
    }
}
