//! `import`: takes in a file that somebody carried, and writes the receipts to carry back.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use baken_backend::admin::import::{Desk, ImportError};
use baken_backend::environment::Environment;
use baken_backend::files::attachments::AttachmentFiles;
use baken_backend::ingest::ReceiptSigner;
use baken_backend::register::signs_with_a_closed_key;
use baken_backend::storage::UnitOfWork;
use baken_protocol::carried::CarryCode;
use baken_protocol::limits;

use super::Where;

/// Takes in a file that somebody carried from a device, and writes the receipts to carry back.
#[derive(clap::Args)]
pub(crate) struct Import {
    #[command(flatten)]
    place: Where,
    /// The file.
    file: PathBuf,
    /// The file of receipts to write. It opens with the same code.
    #[arg(long)]
    receipts: PathBuf,
    /// The code on the device's screen. Without, it is read from standard input, so that no list of processes shows it.
    #[arg(long)]
    code: Option<String>,
}

impl Import {
    pub(crate) fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let size = fs::metadata(&self.file).with_context(|| format!("reading {}", self.file.display()))?.len();
        ensure!(
            usize::try_from(size).is_ok_and(|size| size <= limits::CARRIED_BYTES),
            "the file is larger than any of ours"
        );
        let mut bytes = Vec::new();
        File::open(&self.file)?.read_to_end(&mut bytes).with_context(|| format!("reading {}", self.file.display()))?;
        let typed = self.code.map_or_else(asked, Ok)?;
        let code: CarryCode = typed.parse().context("the code was mistyped: it has 17 letters and digits")?;
        ensure!(!self.receipts.exists(), "{} is there already: name another", self.receipts.display());

        let folder = self.place.folder();
        // Nobody changes the receipt key meanwhile: what it signed after that no device would ever believe.
        let _lock = folder.lock_for_copying()?;
        let (storage, installation) = self.place.open()?;
        let directory = storage.read(|tx| tx.key_directory())?;
        let key = folder.named_receipt_key(&installation.receipt_key)?.ok_or(ImportError::ReceiptKey)?;
        ensure!(!signs_with_a_closed_key(&installation, &directory)?, ImportError::ReceiptKey);
        let attachments = AttachmentFiles::open(folder.attachments())?;
        let desk = Desk {
            storage: storage.as_ref(),
            attachments: &attachments,
            installation: &installation,
            signer: ReceiptSigner { tenant: &installation.tenant, log_origin: &installation.log_origin, key: &key },
            environment,
        };
        let imported = desk.import(&bytes, &code)?;
        let written = File::create_new(&self.receipts)
            .and_then(|mut file| file.write_all(&imported.receipts).and_then(|()| file.sync_all()));
        written.with_context(|| format!("writing {}; run it again, nothing is lost", self.receipts.display()))?;
        println!(
            "{} batches taken in, {} were held before; {} photos and other attachments are held",
            imported.batches, imported.held_before, imported.attachments
        );
        if imported.set_apart > 0 {
            println!("{} batches are set apart: their device is revoked", imported.set_apart);
        }
        for refused in &imported.refused {
            println!("not taken: {refused}");
        }
        println!("Carry {} back to the device: it opens with the same code there.", self.receipts.display());
        Ok(if imported.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn asked() -> anyhow::Result<String> {
    eprint!("Code on the device's screen: ");
    Ok(io::stdin().lines().next().context("no code was given")??)
}
