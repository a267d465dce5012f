//! `baken-fleet`: simulated devices on the real companion core, against a running backend.
//!
//! The demo's data, the headless story, load for benchmarks, and `make run` and `make bench` around them. Everything goes
//! through the same door the app uses; nothing here reaches into a store or a backend from the side. Same seed, same content.

#![allow(clippy::print_stdout, reason = "a command line tool: what it prints is what it is for")]

mod backend;
mod bench;
mod demo;
mod device;
mod finalise;
mod growth;
mod interruption;
mod load;
mod office;
mod picture;
mod prepare;
mod process;
mod programs;
mod run;
mod scenario;
mod story;
mod times;
mod unlock;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use run::Screen;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a demo municipality with a year of reports, and a companion enrolled to it. Goes on where the last run left off.
    Run {
        /// Where all of it stands.
        #[arg(long, default_value = "var")]
        folder: PathBuf,
        /// Where its backend listens.
        #[arg(long, default_value = "127.0.0.1:8787")]
        listen: SocketAddr,
        /// Opens the app; otherwise the same job is played without it.
        #[arg(long)]
        window: bool,
    },
    /// Stops the backend that a run left running.
    Stop {
        /// Where all of it stands.
        #[arg(long, default_value = "var")]
        folder: PathBuf,
    },
    /// Measures the programs beside this one, and prints a table.
    Bench {
        #[command(flatten)]
        extent: bench::Extent,
    },
    /// Enrols four demo devices and syncs a year of observations.
    Demo {
        /// A file with one `baken:` invitation a line; four are used.
        #[arg(long)]
        invitations: PathBuf,
        /// Where the demo devices live.
        #[arg(long)]
        homes: PathBuf,
    },
    /// Makes a companion's data folder: vault made, enrolled, locked, ready for the app.
    Prepare {
        /// The data folder.
        #[arg(long)]
        home: PathBuf,
        /// A `baken:` invitation.
        #[arg(long)]
        invitation: String,
        /// The passphrase of the new vault.
        #[arg(long, env = "BAKEN_PASSPHRASE")]
        passphrase: String,
    },
    /// Plays the main job on one device and prints each step and what it proved.
    Story {
        /// The data folder of a prepared or new device.
        #[arg(long)]
        home: PathBuf,
        /// A `baken:` invitation, for a new device.
        #[arg(long)]
        invitation: Option<String>,
        /// The passphrase of its vault.
        #[arg(long, env = "BAKEN_PASSPHRASE")]
        passphrase: String,
    },
    /// Records and syncs many observations on several devices, and prints figures.
    Load {
        /// A file with one `baken:` invitation a line; each makes one device.
        #[arg(long)]
        invitations: PathBuf,
        /// Observations in all.
        #[arg(long, default_value_t = 10_000)]
        observations: usize,
        /// The seed of their content.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Where the devices live; a temporary folder unless given.
        #[arg(long)]
        homes: Option<PathBuf>,
    },
    /// Finalises observations one by one beside raw SQLCipher commits in the same run, and prints both.
    BenchFinalise {
        /// A `baken:` invitation.
        #[arg(long)]
        invitation: String,
        /// How many.
        #[arg(long, default_value_t = 2_000)]
        observations: usize,
    },
    /// Lets one device grow and prints at each size what a person waits for: unlock, home, the list, *Vastleggen*.
    BenchGrowth {
        /// A `baken:` invitation.
        #[arg(long)]
        invitation: String,
        /// The sizes, the smallest first.
        #[arg(long, value_delimiter = ',', default_value = "1000,10000,100000")]
        records: Vec<usize>,
    },
    /// Times what coordinators wait for: the inbox in each order and under each filter, and one record.
    BenchOffice {
        /// The backend's address.
        #[arg(long)]
        address: String,
        /// The member's file that `init` wrote.
        #[arg(long)]
        member: PathBuf,
    },
    /// Opens a device with many records and times it to an unlocked home screen.
    BenchUnlock {
        /// The data folder of a device with records.
        #[arg(long)]
        home: PathBuf,
        /// The passphrase of its vault.
        #[arg(long, env = "BAKEN_PASSPHRASE")]
        passphrase: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match done(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format!("baken-fleet: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn done(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Run { folder, listen, window } => {
            let screen = if window { Screen::Present } else { Screen::Absent };
            run::run(&folder, listen, screen).await
        }
        Command::Stop { folder } => run::stop(&folder).await,
        Command::Bench { extent } => bench::run(&extent).await,
        Command::Demo { invitations, homes } => demo::run(&device::invitations(&invitations)?, &homes).await,
        Command::Prepare { home, invitation, passphrase } => prepare::run(&home, &invitation, &passphrase).await,
        Command::Story { home, invitation, passphrase } => story::run(&home, invitation.as_deref(), &passphrase).await,
        Command::Load { invitations, observations, seed, homes } => {
            load::run(&invitations, observations, seed, homes).await
        }
        Command::BenchFinalise { invitation, observations } => finalise::run(&invitation, observations).await,
        Command::BenchGrowth { invitation, records } => growth::run(&invitation, &records).await,
        Command::BenchOffice { address, member } => office::run(&address, &member).await,
        Command::BenchUnlock { home, passphrase } => unlock::run(&home, &passphrase),
    }
}

/// What is told beside what a command answers: to standard error.
fn say(text: impl AsRef<str>) {
    eprintln!("{}", text.as_ref());
}
