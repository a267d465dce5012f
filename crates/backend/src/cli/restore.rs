//! `restore`: makes a data folder from a backup, after checking every file of it.

use std::path::PathBuf;
use std::process::ExitCode;

use baken_backend::admin::fingerprint;
use baken_backend::environment::Environment;
use baken_protocol::digest::Digest;

use super::renewal;

/// Makes a data folder from a backup, after checking every file of it.
#[derive(clap::Args)]
pub(crate) struct Restore {
    /// The backup.
    #[arg(long)]
    from: PathBuf,
    /// The data folder to make.
    #[arg(long)]
    data: PathBuf,
    /// The identity it is sealed to: the backup.age-identity.txt that `init` wrote.
    #[arg(long)]
    identity: PathBuf,
    /// The SHA-256 the backup's manifest must have, as `backup` printed it.
    #[arg(long, value_parser = fingerprint::typed)]
    manifest_sha256: Option<Digest>,
    /// The newest key directory (keydir-N.dsse.json of a dossier, or what /v1/key-directory answered), if one was
    /// signed after the backup. May be repeated, for those before it that the backup lacks.
    #[arg(long = "directory", value_name = "FILE")]
    directories: Vec<PathBuf>,
}

impl Restore {
    pub(crate) fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let Self { from, data, identity, manifest_sha256, directories } = self;
        renewal::restored(&from, data, &identity, manifest_sha256, &directories, environment)?;
        Ok(ExitCode::SUCCESS)
    }
}
