//! What opens the demo: the coordinator's login as `init` wrote it, and the passphrases of devices that are made here.
//! Each is drawn once and kept for its owner alone.

use std::fs;
use std::path::Path;

use anyhow::Context;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

/// Letters and digits that are not mistaken for one another. 16 of them are 79 bits.
const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS: usize = 4;
const GROUP: usize = 4;

/// What a coordinator signs in with, and opens the team's keys with.
#[derive(Deserialize)]
pub(crate) struct Login {
    #[serde(rename = "login")]
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) passphrase: String,
}

#[derive(Serialize, Deserialize)]
struct Passphrase {
    passphrase: String,
}

/// The coordinator's.
pub(crate) fn coordinator(secrets: &Path) -> anyhow::Result<Login> {
    let file = secrets.join("coordinator.json");
    let text = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no member's file", file.display()))
}

/// That of the device `name`.
pub(crate) fn passphrase(secrets: &Path, name: &str) -> anyhow::Result<String> {
    let file = secrets.join(format!("{name}.json"));
    // An empty one is what a full disk left.
    let kept = fs::read(&file).unwrap_or_default();
    if !kept.is_empty() {
        let Passphrase { passphrase } =
            serde_json::from_slice(&kept).with_context(|| format!("{} holds no passphrase", file.display()))?;
        return Ok(passphrase);
    }
    let drawn = Passphrase { passphrase: drawn()? };
    let aside = secrets.join(format!("{name}.json.new"));
    fs::write(&aside, serde_json::to_vec(&drawn)?).with_context(|| format!("writing {}", aside.display()))?;
    fs::rename(&aside, &file)?;
    Ok(drawn.passphrase)
}

fn drawn() -> anyhow::Result<String> {
    let mut letters = Vec::new();
    while letters.len() < GROUPS * GROUP {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system gives no random bytes"))?;
        letters.extend(bytes.into_iter().filter_map(letter));
    }
    let groups: Vec<String> = letters.chunks(GROUP).take(GROUPS).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

/// None for a byte beyond the last whole round of the letters: it would make the first ones likelier.
fn letter(byte: u8) -> Option<char> {
    let index = usize::from(byte);
    let rounds = 256 / LETTERS.len() * LETTERS.len();
    (index < rounds).then(|| LETTERS.get(index % LETTERS.len()).copied().map(char::from)).flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_passphrase_is_drawn_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = passphrase(folder.path(), "companion").unwrap();
        assert_eq!(passphrase(folder.path(), "companion").unwrap(), first);
        assert_ne!(passphrase(folder.path(), "story").unwrap(), first);
        fs::write(folder.path().join("companion.json"), "").unwrap();
        assert_ne!(passphrase(folder.path(), "companion").unwrap(), first);
    }

    #[test]
    fn a_file_that_is_no_passphrase_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("companion.json"), "{}").unwrap();
        assert!(passphrase(folder.path(), "companion").is_err());
        assert_eq!(fs::read(folder.path().join("companion.json")).unwrap(), b"{}");
    }

    #[test]
    fn a_passphrase_is_four_groups_of_four_letters() {
        let drawn = drawn().unwrap();
        let groups: Vec<&str> = drawn.split('-').collect();
        assert_eq!(groups.len(), GROUPS, "{drawn}");
        assert!(groups.iter().all(|group| group.len() == GROUP && group.bytes().all(|it| LETTERS.contains(&it))));
    }

    #[test]
    fn every_letter_is_as_likely() {
        let mut times = std::collections::HashMap::new();
        (0..=u8::MAX).filter_map(letter).for_each(|letter| *times.entry(letter).or_insert(0) += 1);
        assert_eq!(times.len(), LETTERS.len());
        assert!(times.values().all(|times| *times == 8));
    }
}
