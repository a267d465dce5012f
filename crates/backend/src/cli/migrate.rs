//! `migrate`: brings a register of an older version to this one, while nobody serves from it.

use std::path::PathBuf;
use std::process::ExitCode;

use baken_backend::admin::migrate;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::storage::Migrated;
use baken_backend::storage::postgres::{self, DatabaseUrl};

/// Brings a register of an older version to this one, while nobody serves from it.
#[derive(clap::Args)]
pub(crate) struct Migrate {
    /// The data folder, of a register that is a file in it.
    #[arg(long, required_unless_present = "database")]
    data: Option<PathBuf>,
    /// A PostgreSQL database, as the role that owns its tables: makes or brings up the schema of every register in it.
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    database: Option<DatabaseUrl>,
}

impl Migrate {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let (what, Migrated { from, to }) = match (self.database, self.data) {
            (Some(url), _) => ("database", postgres::migrate(&url)?),
            (None, data) => ("register", migrate::migrate(&DataFolder::new(data.unwrap_or_default()))?),
        };
        println!("The {what} has schema {to}{}.", if from == to { " already" } else { " now" });
        Ok(ExitCode::SUCCESS)
    }
}
