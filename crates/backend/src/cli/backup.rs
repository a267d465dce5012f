//! `backup`: copies register, attachments and keys, sealed to the backup identity, while serving or not.

use std::path::PathBuf;
use std::process::ExitCode;

use baken_backend::admin::backup;
use baken_backend::environment::Environment;

use super::Where;

/// Copies register, attachments and keys, sealed to the backup identity, while serving or not.
#[derive(clap::Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    place: Where,
    /// The folder to write.
    #[arg(long)]
    out: PathBuf,
}

impl Backup {
    pub(crate) fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let done = backup::backup_at(&self.place.folder(), &self.place.place()?, &self.out, environment)?;
        println!("Copied {} files to {}, sealed to {}.", done.files, self.out.display(), done.sealed_to);
        println!("SHA-256 of its manifest, to keep apart from it: {}", done.manifest_sha256);
        Ok(ExitCode::SUCCESS)
    }
}
