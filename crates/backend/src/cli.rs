//! The command line: one file for each subcommand, with its arguments and what it prints. It belongs to the program, not
//! to the library. `renewal` is what `renew` and `restore` share.

mod backup;
mod check;
mod content;
mod doctor;
mod dossier;
mod import;
mod init;
mod invite;
mod migrate;
mod relocate;
mod renew;
mod renewal;
mod restore;
mod roles;
mod second_factor;
mod serve;
mod sign_in;
mod verifier;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::storage::postgres::DatabaseUrl;
use baken_backend::storage::{Database, Installation, Place, PlaceError, UnitOfWork};
use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Makes a municipality's keys, an empty register and the first members.
    Init(init::Init),
    /// Serves devices and the console.
    Serve(serve::Serve),
    /// Brings a register of an older version to this one, while nobody serves from it.
    Migrate(migrate::Migrate),
    /// Signs the next key directory: with a later end, and other keys where they are asked for.
    Renew(renew::Renew),
    /// Tries a backend through its front door, as devices come in. Needs no secrets and changes nothing.
    Doctor(doctor::Doctor),
    /// Makes an invitation for one device.
    Invite(invite::Invite),
    /// Shows who does what in the office, or gives a member roles.
    Roles(roles::Roles),
    /// Takes a member's second factor away, whose phone is lost.
    SecondFactor(second_factor::SecondFactor),
    /// The municipality's own sign-in: shows it, sets it, says which of its names belongs to which member.
    SignIn(sign_in::SignIn),
    /// Takes in a file that somebody carried from a device without a network, and writes the receipts to carry back.
    Import(import::Import),
    /// Gives devices something to work with: places, cards, planned inspections, telephone numbers.
    Content(content::Content),
    /// Checks every signature, hash and link of the register again.
    Verify(verify::Verify),
    /// Writes one record with everything to check it by into a folder.
    Dossier(dossier::Dossier),
    /// Checks a dossier: exit code 0 holds, 1 does not hold, 2 cannot be checked here, 3 proves nothing any more.
    Check(check::Check),
    /// Writes the verifier that needs nothing of ours (Python and openssl), and says its SHA-256.
    Verifier(verifier::Verifier),
    /// Takes the register of a data folder from a file to a PostgreSQL database, or back, while nobody serves from it.
    Move(relocate::Relocate),
    /// Copies register, attachments and keys, sealed to the backup identity, while serving or not.
    Backup(backup::Backup),
    /// Makes a data folder from a backup, after checking every file of it.
    Restore(restore::Restore),
}

impl Command {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let environment = Environment::system();
        match self {
            Self::Init(it) => it.run(&environment),
            Self::Serve(it) => it.run(environment).await,
            Self::Migrate(it) => it.run(),
            Self::Renew(it) => it.run(&environment),
            Self::Doctor(it) => it.run(&environment).await,
            Self::Invite(it) => it.run(&environment),
            Self::Roles(it) => it.run(&environment),
            Self::SecondFactor(it) => it.run(&environment),
            Self::SignIn(it) => it.run(&environment).await,
            Self::Import(it) => it.run(&environment),
            Self::Content(it) => it.run(&environment),
            Self::Verify(it) => it.run(),
            Self::Dossier(it) => it.run(&environment),
            Self::Check(it) => it.run(),
            Self::Verifier(it) => it.run(),
            Self::Move(it) => it.run(),
            Self::Backup(it) => it.run(&environment),
            Self::Restore(it) => it.run(&environment),
        }
    }
}

/// Where the register is.
#[derive(clap::Args)]
pub(crate) struct Where {
    /// The data folder.
    #[arg(long)]
    data: PathBuf,
    /// The PostgreSQL database the register is in, as postgres://ROLE@/DATABASE?host=/run/postgresql; without, the
    /// register is a file in the data folder.
    #[arg(long, env = "BAKEN_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<DatabaseUrl>,
}

impl Where {
    fn folder(&self) -> DataFolder {
        DataFolder::new(self.data.clone())
    }

    fn place(&self) -> Result<Place, PlaceError> {
        Place::of(&self.folder(), self.database.as_ref())
    }

    /// The register, as it is.
    fn open(&self) -> anyhow::Result<(Box<dyn Database>, Installation)> {
        let storage = self.place()?.open()?;
        let installation = storage.read(|tx| tx.installation())?.context("there is no register in this folder")?;
        Ok((storage, installation))
    }
}
