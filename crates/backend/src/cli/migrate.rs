//! `migrate`: brings a register of an older version to this one, while nobody serves from it.

use std::path::PathBuf;
use std::process::ExitCode;

use baken_backend::admin::migrate::{self, Migrated};
use baken_backend::files::data_folder::DataFolder;

/// Brings a register of an older version to this one, while nobody serves from it.
#[derive(clap::Args)]
pub(crate) struct Migrate {
    /// The data folder.
    #[arg(long)]
    data: PathBuf,
}

impl Migrate {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Migrated { from, to } = migrate::migrate(&DataFolder::new(self.data))?;
        println!("The register has schema {to}{}.", if from == to { " already" } else { " now" });
        Ok(ExitCode::SUCCESS)
    }
}
