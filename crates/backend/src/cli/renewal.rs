//! `renew` and `restore`: what they say of keys, since a person has to act on it at once.

use std::path::{Path, PathBuf};

use anyhow::Context;
use baken_backend::admin::{check, newest_directory, renew, restore};
use baken_backend::data_folder::DataFolder;
use baken_backend::environment::Environment;
use baken_backend::time_zone::TimeZone;
use baken_protocol::digest::Digest;
use chrono::SecondsFormat;

use crate::open;

/// Signs the next key directory, with whatever it changes.
pub(crate) fn renewed(
    data: PathBuf,
    root_key: &Path,
    new_receipt_key: bool,
    time_zone: Option<TimeZone>,
    environment: &Environment,
) -> anyhow::Result<()> {
    let folder = DataFolder::new(data.clone());
    let (storage, installation) = open(data)?;
    let renewed = if let Some(zone) = time_zone {
        renew::renew_time_zone(&folder, &storage, &installation, environment, root_key, zone)?
    } else if new_receipt_key {
        let (renewed, anew) = renew::renew_receipt_key(&folder, &storage, &installation, environment, root_key)?;
        println!("Another key signs receipts from now on, and has signed {} messages anew.", anew.messages);
        if anew.left > 0 {
            println!("{} did not hold before and were left: run `baken-backend verify`.", anew.left);
        }
        println!("Make a backup NOW. Older ones are good only together with this key directory or a later one:");
        println!("keep what /v1/key-directory answers beside them, for `restore --directory`.");
        println!("Dossiers that were handed out before prove nothing any more: hand them out anew, and publish");
        println!("the number of this key directory.");
        renewed
    } else {
        renew::renew(&storage, &installation, environment, root_key)?
    };
    println!("key directory {} is in force until {}", renewed.epoch, renewed.not_after.format("%Y-%m-%d"));
    Ok(())
}

pub(crate) fn restored(
    from: &Path,
    data: PathBuf,
    identity: &Path,
    manifest_sha256: Option<Digest>,
    directory: Option<&Path>,
    environment: &Environment,
) -> anyhow::Result<()> {
    let key = check::read_identity(identity).with_context(|| format!("--identity {}", identity.display()))?;
    let order = restore::RestoreOrder { from, identity: &key, manifest_sha256, directory };
    let done = restore::restore(&order, &DataFolder::new(data), environment)?;
    println!("Restored {} files. Everybody is signed out and open invitations are withdrawn.", done.files);
    println!(
        "It knows what people did until {}. What was done after that is not in it: revoke again the devices \
         that were revoked and change again the accounts that were changed, before a proxy leads to it.",
        done.known_until.to_rfc3339_opts(SecondsFormat::Secs, true)
    );
    match &done.taken_in {
        Some(state) => say_of_keys(state),
        None => println!(
            "Its newest key directory is number {}. If a later one was signed, devices follow it and no other: \
             take it in before a proxy leads here (OPERATIONS, procedure 9): `baken-backend renew --data DIR --root-key \
             FILE --directory FILE`.",
            done.key_directory
        ),
    }
    println!("Then run `baken-backend verify` with the root key's fingerprint.");
    Ok(())
}

/// Takes in a directory that was brought from elsewhere, if one was.
pub(crate) fn taken_in(data: &Path, directory: Option<&Path>, environment: &Environment) -> anyhow::Result<()> {
    let Some(file) = directory else { return Ok(()) };
    let folder = DataFolder::new(data.to_owned());
    let (storage, _) = open(data.to_owned())?;
    match newest_directory::take_in(&folder, &storage, environment, file)? {
        Some(state) => say_of_keys(&state),
        None => println!("The register has this key directory already."),
    }
    Ok(())
}

fn say_of_keys(state: &newest_directory::KeyState) {
    println!("Key directory {} was taken in; the next one follows it.", state.epoch);
    if state.receipt_key_is_closed {
        println!("It closed the receipt key of this register, which is not served until another one is made:");
        println!("`baken-backend renew --data DIR --root-key FILE --new-receipt-key`.");
    }
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

pub(crate) fn team_keys_changed(
    data: PathBuf,
    root_key: &Path,
    order: &renew::TeamKeyOrder,
    environment: &Environment,
) -> anyhow::Result<()> {
    let (storage, installation) = open(data)?;
    let (renewed, made) = renew::renew_team_keys(&storage, &installation, environment, root_key, order)?;
    for key in made {
        let holders = if key.members.is_empty() { "nobody".to_owned() } else { key.members.join(", ") };
        println!("another key for {}, handed to {holders}", key.team);
    }
    println!("key directory {} is in force until {}", renewed.epoch, renewed.not_after.format("%Y-%m-%d"));
    println!("Make a backup now, since only the register holds the new keys. Members must open their key again.");
    Ok(())
}
