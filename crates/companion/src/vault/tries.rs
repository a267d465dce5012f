//! The file with the count of wrong tries: two places of 512 bytes that are overwritten in turn and in place. So it
//! needs no space that is not there already, and after a power cut in the middle of a write the place before it holds.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use baken_protocol::digest::Digest;
use serde::{Deserialize, Serialize};

use super::VaultError;
use super::attempts::Attempts;
use super::file::replace_durably;

const PLACE_BYTES: usize = 512;
const PLACES: u64 = 2;

pub(super) struct TriesFile(PathBuf);

/// One place: the newer of the two whole ones counts.
#[derive(Serialize, Deserialize)]
struct Place {
    turn: u64,
    attempts: Attempts,
}

impl TriesFile {
    pub(super) fn beside(vault: &Path) -> Self {
        Self(vault.with_file_name("tries"))
    }

    /// The same for the PIN that goes with a finger.
    pub(super) fn of_pin(vault: &Path) -> Self {
        Self(vault.with_file_name("tries-pin"))
    }

    /// Removes the file, with what it counts for.
    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The count; a file that is gone or damaged as a whole has lost it.
    pub(super) fn read(&self) -> Result<Attempts, VaultError> {
        Ok(self.newest()?.map_or_else(Attempts::unknown, |place| place.attempts))
    }

    /// Writes the count down for good before this returns.
    pub(super) fn write(&self, attempts: &Attempts) -> Result<(), VaultError> {
        let turn = self.newest()?.map_or(0, |place| place.turn.saturating_add(1));
        let place = encode(&Place { turn, attempts: attempts.clone() })?;
        match OpenOptions::new().write(true).open(&self.0) {
            Ok(file) if file.metadata()?.len() == PLACES * length() => Ok(overwrite(file, turn % PLACES, &place)?),
            Ok(_) => Ok(self.make(&place)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(self.make(&place)?),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes the file with the same in both places.
    fn make(&self, place: &[u8]) -> io::Result<()> {
        replace_durably(&self.0, &[place, place].concat())
    }

    fn newest(&self) -> Result<Option<Place>, VaultError> {
        let mut bytes = Vec::new();
        match File::open(&self.0) {
            Ok(file) => file.take(PLACES * length()).read_to_end(&mut bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(bytes.chunks_exact(PLACE_BYTES).filter_map(decode).max_by_key(|place| place.turn))
    }
}

/// Removes the file, with the vault it belongs to.
pub(crate) fn remove(vault: &Path) -> io::Result<()> {
    TriesFile::beside(vault).remove()
}

fn length() -> u64 {
    u64::try_from(PLACE_BYTES).unwrap_or(u64::MAX)
}

fn overwrite(mut file: File, place: u64, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(place * length()))?;
    file.write_all(bytes)?;
    file.sync_data()
}

/// SHA-256 in hexadecimal, a space, JSON, spaces up to the length.
fn encode(place: &Place) -> Result<Vec<u8>, VaultError> {
    let json = serde_json::to_string(place).map_err(|_| VaultError::Damaged)?;
    let mut bytes = format!("{} {json}", Digest::of(json.as_bytes())).into_bytes();
    if bytes.len() > PLACE_BYTES {
        return Err(VaultError::Damaged);
    }
    bytes.resize(PLACE_BYTES, b' ');
    Ok(bytes)
}

fn decode(bytes: &[u8]) -> Option<Place> {
    let (hash, json) = std::str::from_utf8(bytes).ok()?.trim_end().split_once(' ')?;
    if Digest::of(json.as_bytes()).to_string() == hash { serde_json::from_str(json).ok() } else { None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::environment::Uptime;

    fn after(failures: u32) -> Attempts {
        (0..failures).fold(Attempts::none(), |so_far, _| so_far.one_more(Uptime { boot: uuid::Uuid::nil(), ms: 1 }))
    }

    #[test]
    fn a_power_cut_in_the_middle_of_a_write_leaves_the_count_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = TriesFile::beside(&folder.path().join("vault.json"));
        for failures in 0..5 {
            file.write(&after(failures)).unwrap();
            assert_eq!(file.read().unwrap(), after(failures));
        }
        let whole = fs::read(&file.0).unwrap();
        assert_eq!(whole.len(), 2 * PLACE_BYTES);
        for cut in 0..PLACE_BYTES {
            let mut torn = whole.clone();
            torn[..cut].fill(0);
            fs::write(&file.0, &torn).unwrap();
            let read = file.read().unwrap();
            assert!(read == after(4) || read == after(3), "{cut}: {read:?}");
        }
    }

    #[test]
    fn a_count_that_is_lost_costs_the_longest_wait_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let file = TriesFile::beside(&folder.path().join("vault.json"));
        let now = Uptime { boot: uuid::Uuid::nil(), ms: 5 };
        let anew = file.read().unwrap().begun_anew(&now).unwrap();
        assert_eq!(anew.wait_seconds(&now), 600);
        assert_eq!(anew.wait_seconds(&Uptime { ms: 600_005, ..now }), 0);
    }
}
