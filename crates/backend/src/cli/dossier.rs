//! `dossier`: writes one record with everything to check it by into a folder.

use std::path::PathBuf;
use std::process::ExitCode;

use baken_backend::admin::check;
use baken_backend::admin::dossier::{self, RecordName};
use baken_backend::admin::fingerprint::groups;
use baken_backend::environment::Environment;

use super::Where;

/// Writes one record with everything to check it by into a folder.
#[derive(clap::Args)]
pub(crate) struct Dossier {
    #[command(flatten)]
    place: Where,
    /// The record, as the console shows it: DEVICE.OPERATION, or the operation alone where only one device gave
    /// that id.
    #[arg(long)]
    operation: RecordName,
    /// The folder to write.
    #[arg(long)]
    out: PathBuf,
}

impl Dossier {
    pub(crate) fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let out = self.out.as_path();
        let attachments = self.place.folder().attachments();
        let (storage, installation) = self.place.open()?;
        let record = dossier::dossier(&storage, &attachments, environment, self.operation, out)?;
        let report = check::check(out, installation.root_key.fingerprint(), None);
        if report.verdict != check::Verdict::Holds {
            eprint!("{report}");
            anyhow::bail!("the dossier in {} does not hold: run `baken-backend verify`", out.display());
        }
        for note in &report.notes {
            println!("note: {note}");
        }
        println!(
            "Record {record} written to {}, and it holds: CHECK.html there says how others check it.",
            out.display()
        );
        println!(
            "Fingerprint of the root key, to tell them by another way: {}",
            groups(&installation.root_key.fingerprint())
        );
        Ok(ExitCode::SUCCESS)
    }
}
