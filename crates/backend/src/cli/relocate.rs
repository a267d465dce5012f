//! `move`: takes the register of a data folder from a file to a PostgreSQL database, or back.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use baken_backend::admin::relocate;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::storage::postgres::{DatabaseUrl, DatabaseUrlError, RegisterName};
use baken_backend::storage::{Place, PlaceError, UnitOfWork};

/// Takes the register of a data folder from a file to a PostgreSQL database, or back, while nobody serves from it.
#[derive(clap::Args)]
pub(crate) struct Relocate {
    /// The data folder; keys and attachments stay in it.
    #[arg(long)]
    data: PathBuf,
    /// Where the register is: `file`, or postgres://ROLE@/DATABASE?host=/run/postgresql.
    #[arg(long, value_name = "file|URL")]
    from: Side,
    /// Where it is to be.
    #[arg(long, value_name = "file|URL")]
    to: Side,
    /// The register's name in the database it goes to; without, the municipality's code.
    #[arg(long)]
    register: Option<RegisterName>,
}

/// One end of a move.
#[derive(Clone)]
enum Side {
    File,
    Database(DatabaseUrl),
}

impl FromStr for Side {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        if text == "file" { Ok(Self::File) } else { text.parse().map(Self::Database) }
    }
}

impl Relocate {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let folder = DataFolder::new(self.data);
        let from = match &self.from {
            Side::File => Place::of(&folder, None)?,
            Side::Database(url) => Place::of(&folder, Some(url))?,
        };
        let to = match self.to {
            Side::File => Place::File(folder.register()),
            Side::Database(url) => {
                let tenant = || from.open()?.read(|tx| tx.installation());
                let name = match self.register {
                    Some(name) => name,
                    None => tenant()?.ok_or(PlaceError::Nowhere)?.tenant.as_str().parse()?,
                };
                Place::Database(url, name)
            }
        };
        let arrived = relocate::relocate(&folder, &from, &to)?;
        for relocate::Moved { table, rows, hash } in &arrived.tables {
            println!("{table}: {rows} rows, SHA-256 {hash} on both sides");
        }
        let report = &arrived.report;
        println!("checked there: {} batches, {} operations; everything holds", report.batches, report.operations);
        if let Some(head) = &report.audit_head {
            println!("audit log: {}:{head}, as it was", report.audit_lines);
        }
        println!("The folder's register is there from now on. Whoever was signed in signs in again.");
        Ok(ExitCode::SUCCESS)
    }
}
