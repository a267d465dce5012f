//! `baken-recover`: what a folder still holds whose owner is locked out or gone, brought back with the recovery identity.

use std::path::PathBuf;

use anyhow::Context;
use baken_companion::Environment;
use baken_protocol::seal::Identity;
use baken_recover::{bring_back, send};
use clap::Parser;
use zeroize::Zeroizing;

/// Brings back what the data folder of a locked-out or lost device still holds.
#[derive(Parser)]
struct Arguments {
    /// The data folder, or a copy of it. It is only read.
    #[arg(long)]
    folder: PathBuf,
    /// A file with the municipality's recovery identity (`AGE-SECRET-KEY-1…`), as `init` wrote it.
    #[arg(long)]
    identity: PathBuf,
    /// Where everything is written; made here, or empty.
    #[arg(long)]
    out: PathBuf,
    /// Also sends what was signed and not sent to the municipality's backend. Only once the device itself will not be
    /// used any more: it and its copy would write two histories.
    #[arg(long)]
    send: bool,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a command that tells what it did")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let text = std::fs::read_to_string(&arguments.identity).map(Zeroizing::new);
    let text = text.with_context(|| format!("reading {}", arguments.identity.display()))?;
    let identity = identity(&text)?;
    let (store, found) = bring_back(&arguments.folder, &identity, &arguments.out, Environment::system())?;
    println!("{} records, {} of them not sent; {} drafts", found.records, found.unsent_records, found.drafts);
    println!("{} batches and {} photos are ready to be delivered", found.batches, found.photos);
    println!("Written to {}; read README.txt there.", arguments.out.display());
    if arguments.send {
        println!("{}", send(store).await?);
    }
    Ok(())
}

/// The one line of the file that is an identity; age's own files have comments beside it.
fn identity(text: &str) -> anyhow::Result<Identity> {
    let line = text.lines().map(str::trim).find(|line| line.starts_with("AGE-SECRET-KEY-1"));
    line.context("no line AGE-SECRET-KEY-1… in the identity file")?.parse().context("the identity cannot be read")
}
