//! Why a database refuses, whichever engine it is.

/// Why the database refused.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The disk is full: nothing of the change was kept.
    #[error("no space left")]
    Full,
    /// Another writer held the database for too long.
    #[error("the database is busy")]
    Busy,
    /// Made by an older version of this program: only `serve` and `migrate`, which have the folder alone, change it.
    #[error(
        "the register was made by an older version of baken-backend; stop the backend that serves it, then start this \
         version with `serve`, or run `baken-backend migrate --data DIR`"
    )]
    TooOld,
    /// Made by a newer version of this program.
    #[error("the register was made by a newer version of baken-backend")]
    TooNew,
    /// Made by a program whose migration of this number was another: one between two releases.
    #[error(
        "the register was made by a version of baken-backend that was never released: its migration {0} is another than \
         this version's. It was left untouched. Make a demo anew (`make reset`, then `make run`). Go on with any other by the \
         version that made it, or restore a backup that a released version made"
    )]
    OtherSchema(usize),
    /// The file is damaged. It is left as it is: restore a backup beside it.
    #[error("the register is damaged; it was left untouched, restore a backup into another folder")]
    Damaged,
    /// A stored value is not what this program writes.
    #[error("the register holds a value that cannot be read")]
    Content,
    /// Something else went wrong in SQLite.
    #[error("the database failed: {0}")]
    Sqlite(#[source] rusqlite::Error),
    /// Something else went wrong in PostgreSQL. Its details may repeat a row's values, so only the message is told.
    #[error("the database failed: {}", .0.as_db_error().map_or_else(|| .0.to_string(), |error| error.message().to_owned()))]
    Postgres(#[source] tokio_postgres::Error),
    /// No database answers where one is said to be.
    #[error("the database cannot be reached; see that it runs, and that its address, role and password are right")]
    Unreachable,
    /// A PostgreSQL database has an older schema than this program's, or none.
    #[error(
        "the database does not have this version's schema; run `baken-backend migrate --database postgres://OWNER@…` with \
         the role that owns its tables"
    )]
    Unmigrated,
    /// The role that serves is to be let in by this one, which is not there.
    #[error("the database has no role baken_program; make it first (CREATE ROLE baken_program NOLOGIN)")]
    NoProgramRole,
    /// A superuser, or whoever bypasses row-level security or owns the tables, sees every register.
    #[error(
        "this role could see every register in the database; serve with one that is no superuser, has no BYPASSRLS and does \
         not own the tables (CREATE ROLE baken LOGIN IN ROLE baken_program)"
    )]
    UnfitRole,
    /// A table is without what keeps registers apart.
    #[error("a table of the database is without its row-level security; have its owner put that back")]
    Unguarded,
    /// The server may lose what it said was kept.
    #[error(
        "the database server may lose what it called kept (fsync or full_page_writes is off), and devices delete what they \
         have a receipt for; have both switched on"
    )]
    NotDurable,
}
