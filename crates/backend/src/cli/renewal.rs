//! `renew` and `restore`: what they say of keys, since a person has to act on it at once.

use std::path::{Path, PathBuf};

use anyhow::Context;
use baken_backend::admin::newest_directory::KeyState;
use baken_backend::admin::renew::{Renewal, Renewed, TeamKeyOrder};
use baken_backend::admin::{check, restore};
use baken_backend::environment::Environment;
use baken_backend::files::data_folder::DataFolder;
use baken_backend::time_zone::TimeZone;
use baken_protocol::digest::Digest;
use chrono::SecondsFormat;

use super::Where;

/// What every renewal is told.
pub(crate) struct Orders {
    pub(crate) place: Where,
    pub(crate) root_key: PathBuf,
    pub(crate) directories: Vec<PathBuf>,
    pub(crate) no_later_directory: Option<u64>,
}

impl Orders {
    fn done<T>(&self, environment: &Environment, work: impl FnOnce(Renewal<'_>) -> T) -> anyhow::Result<T> {
        let (storage, _) = self.place.open()?;
        let folder = self.place.folder();
        let renewal = Renewal::new(&folder, &storage, environment, &self.root_key);
        Ok(work(renewal.after(&self.directories).with_none_later_than(self.no_later_directory)))
    }
}

/// Signs the next key directory, with whatever it changes.
pub(crate) fn renewed(
    orders: &Orders,
    new_receipt_key: bool,
    time_zone: Option<TimeZone>,
    environment: &Environment,
) -> anyhow::Result<()> {
    if let Some(zone) = time_zone {
        say(&orders.done(environment, |renewal| renewal.time_zone(zone))??);
    } else if new_receipt_key {
        let (renewed, anew) = orders.done(environment, |renewal| renewal.receipt_key())??;
        println!("Another key signs receipts from now on, and has signed {} messages anew.", anew.messages);
        if anew.left > 0 {
            println!("{} did not hold before and were left: run `baken-backend verify`.", anew.left);
        }
        println!("Make a backup NOW. Older ones are good only together with this key directory or a later one:");
        println!("keep what /v1/key-directory answers beside them, for `restore --directory`.");
        println!("Dossiers that were handed out before prove nothing any more: hand them out anew, and publish");
        println!("the number of this key directory.");
        say(&renewed);
    } else {
        say(&orders.done(environment, |renewal| renewal.renew())??);
    }
    Ok(())
}

pub(crate) fn content_key_changed(orders: &Orders, environment: &Environment) -> anyhow::Result<()> {
    let (renewed, anew) = orders.done(environment, |renewal| renewal.content_key())??;
    println!("Another key signs what devices are given, and has signed {} lists anew.", anew.messages);
    if anew.left > 0 {
        println!("{} did not hold before: load them again with `baken-backend content`.", anew.left);
    }
    say(&renewed);
    println!("Make a backup now: older ones hold the key that signs no more.");
    Ok(())
}

pub(crate) fn team_keys_changed(
    orders: &Orders,
    order: &TeamKeyOrder,
    environment: &Environment,
) -> anyhow::Result<()> {
    for (login, _) in &order.joined {
        println!("{login} is taken into team_members.json, with the organisation and levels that the register says.");
    }
    let (mut renewed, made) = orders.done(environment, |renewal| renewal.team_keys(order))??;
    for key in made {
        if let Some(state) = &mut renewed.taken_in {
            state.teams_without_key.retain(|team| *team != key.team);
        }
        let holders = if key.members.is_empty() { "nobody".to_owned() } else { key.members.join(", ") };
        println!("another key for {}, handed to {holders}", key.team);
        if !key.without.is_empty() {
            println!("  not to {}: team_members.json does not name their key. A colleague", key.without.join(", "));
            println!("  gives it to them in the console; or name them with --joined.");
        }
    }
    say(&renewed);
    println!("Make a backup now, since only the register holds the new keys. Members must open their key again.");
    Ok(())
}

fn say(renewed: &Renewed) {
    if let Some(state) = &renewed.taken_in {
        say_of_directories(state);
        say_of_teams(state);
    }
    println!("key directory {} is in force until {}", renewed.epoch, renewed.not_after.format("%Y-%m-%d"));
    if renewed.after_restore {
        println!("It is the first that this restored register signs. Is this a drill? Then let no device reach this");
        println!("register, and destroy it afterwards: a device that took this directory in would follow the real");
        println!("register no more.");
    }
}

pub(crate) fn restored(
    from: &Path,
    data: PathBuf,
    identity: &Path,
    manifest_sha256: Option<Digest>,
    directories: &[PathBuf],
    environment: &Environment,
) -> anyhow::Result<()> {
    let key = check::read_identity(identity).with_context(|| format!("--identity {}", identity.display()))?;
    let order = restore::RestoreOrder { from, identity: &key, manifest_sha256, directories };
    let done = restore::restore(&order, &DataFolder::new(data), environment)?;
    println!("Restored {} files. Everybody is signed out and open invitations are withdrawn.", done.files);
    println!(
        "It knows what people did until {}. What was done after that is not in it: revoke again the devices \
         that were revoked and change again the accounts that were changed, before a proxy leads to it.",
        done.known_until.to_rfc3339_opts(SecondsFormat::Secs, true)
    );
    match &done.taken_in {
        Some(state) => {
            say_of_directories(state);
            println!(
                "The first renewal here asks whether number {0} is the newest there is: say so with \
                 --no-later-directory {0}, or name the newest with --directory.",
                state.epoch
            );
            if state.receipt_key_is_closed {
                println!("The receipt key of this register was closed. It is not served until another one is made:");
                println!(
                    "`baken-backend renew --data DIR --root-key FILE --new-receipt-key --no-later-directory {}`.",
                    state.epoch
                );
            }
            say_of_teams(state);
        }
        None => println!(
            "Its newest key directory is number {}. If a later one was signed, devices follow it and no other: \
             take it in before a proxy leads here (OPERATIONS, procedure 9): `baken-backend renew --data DIR --root-key \
             FILE --directory FILE`.",
            done.key_directory
        ),
    }
    println!("In a drill, sign nothing with the real root key here and let no real device reach it.");
    println!("Then run `baken-backend verify` with the root key's fingerprint.");
    Ok(())
}

fn say_of_directories(state: &KeyState) {
    if state.taken_in.is_empty() {
        println!("The register has key directory {} already.", state.epoch);
    } else {
        let taken_in: Vec<String> = state.taken_in.iter().map(u64::to_string).collect();
        println!("Taken in: key directory {}. The next one follows number {}.", taken_in.join(", "), state.epoch);
    }
    if !state.missing.is_empty() {
        let missing: Vec<String> = state.missing.iter().map(ToString::to_string).collect();
        println!("Not here: key directory {}. Of a record sealed under one of these it cannot be", missing.join(", "));
        println!(
            "shown to whose keys it was sealed. At the next renewal name their files too, beside the newest, with \
             --directory."
        );
    }
}

fn say_of_teams(state: &KeyState) {
    for team in &state.teams_without_key {
        println!(
            "The key of {team} was changed after the backup, and its members do not have it here: change it again"
        );
        println!(
            "with `baken-backend renew --data DIR --root-key FILE --members FILE --new-team-keys {team}`. The recovery \
             identity opens what was sealed to it."
        );
    }
}
