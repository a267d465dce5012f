//! `check`: checks a dossier: exit code 0 holds, 1 does not hold, 2 cannot be checked here, 3 proves nothing any more.

use std::path::PathBuf;
use std::process::ExitCode;

use baken_backend::admin::check;
use baken_backend::admin::fingerprint;
use baken_protocol::digest::Digest;

/// Checks a dossier: exit code 0 holds, 1 does not hold, 2 cannot be checked here, 3 proves nothing any more.
#[derive(clap::Args)]
pub(crate) struct Check {
    /// The folder of the dossier.
    dossier: PathBuf,
    /// The fingerprint of the municipality's root key, asked by another way than the dossier came by.
    #[arg(long, value_parser = fingerprint::typed)]
    root: Digest,
    /// The number of the municipality's newest key directory, asked in the same way: without it, a key that was closed
    /// since is not known as closed.
    #[arg(long, value_name = "NUMBER")]
    key_directory: Option<u64>,
    /// A file with an age identity: what is sealed is opened too, and compared with the record.
    #[arg(long)]
    identity: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let known = check::Known { root: self.root, key_directory: self.key_directory };
        let cannot = ExitCode::from(check::Verdict::CannotCheck.exit_code());
        let identity = match self.identity.as_deref().map(check::read_identity).transpose() {
            Ok(identity) => identity,
            Err(error) => {
                eprintln!("baken-backend: --identity: {error}");
                return Ok(cannot);
            }
        };
        let report = check::check(&self.dossier, known, identity.as_ref());
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            print!("{report}");
        }
        Ok(ExitCode::from(report.verdict.exit_code()))
    }
}
