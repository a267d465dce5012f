//! `verifier`: writes the verifier that needs nothing of ours (Python and openssl), and says its SHA-256.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use baken_backend::admin::verifier;

/// Writes the verifier that needs nothing of ours (Python and openssl), and says its SHA-256.
#[derive(clap::Args)]
pub(crate) struct Verifier {
    /// The file to write.
    #[arg(long)]
    out: PathBuf,
}

impl Verifier {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let out = self.out;
        verifier::write(&out).with_context(|| format!("writing {}", out.display()))?;
        println!("Written to {}. Its SHA-256, to publish beside it: {}", out.display(), verifier::script_hash());
        Ok(ExitCode::SUCCESS)
    }
}
