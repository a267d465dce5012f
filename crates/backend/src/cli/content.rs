//! `content`: gives devices something to work with: places, cards, planned inspections, telephone numbers.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use baken_backend::content;
use baken_backend::environment::Environment;
use baken_protocol::catalogue::CatalogueKind;

use super::Where;

/// Gives devices something to work with, or says what they are given.
#[derive(clap::Args)]
pub(crate) struct Content {
    #[command(flatten)]
    place: Where,
    /// What: `places` (CSV), or `cards`, `inspections`, `settings` (JSON). Without, says what devices are given now.
    #[arg(requires = "file")]
    kind: Option<CatalogueKind>,
    /// The file. It takes the place of what was given before.
    file: Option<PathBuf>,
    /// Tells what is wrong with the file, and changes nothing.
    #[arg(long, requires = "file")]
    check: bool,
    /// For how many days devices take it in; one that holds it already goes on with it, and says that it is old.
    #[arg(long, default_value_t = content::TERM_DAYS, value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,
}

impl Content {
    pub(crate) fn run(self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let folder = self.place.folder();
        let (storage, _) = self.place.open()?;
        let (Some(kind), Some(file)) = (self.kind, self.file) else {
            let held = content::held(&storage)?;
            if held.is_empty() {
                println!("Devices are given nothing but what is built in.");
            }
            for list in held {
                let (issued, over) = (list.issued_at.format("%Y-%m-%d"), list.not_after.format("%Y-%m-%d"));
                println!("{}: version {}, signed {issued}, taken in until {over}", list.kind, list.version);
            }
            return Ok(ExitCode::SUCCESS);
        };
        let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
        let read = content::read(kind, &bytes)?;
        for warning in &read.warnings {
            println!("note: {warning}");
        }
        if self.check {
            println!("{} {kind}; nothing was changed.", read.entries);
            return Ok(ExitCode::SUCCESS);
        }
        let loaded = content::load(&folder, &storage, environment, kind, &read, self.days)?;
        println!("{} {kind}, version {}. Devices fetch it at their next sync.", loaded.entries, loaded.version);
        Ok(ExitCode::SUCCESS)
    }
}
