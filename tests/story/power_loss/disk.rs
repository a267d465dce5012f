//! A disk whose power fails: what is on it for certain, and what may be.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::trace::Change;

const SECTOR: usize = 512;

/// What became of what was written and not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// All of it is there.
    Kept,
    /// None of it is, and names are as they were when the folder was synced.
    Lost,
    /// Sector by sector: there, or as before.
    Mixed(u64),
    /// The same, and some are zeroes or noise.
    Spoilt(u64),
}

/// A file: its bytes when it was synced, and what was written since.
#[derive(Debug, Default)]
struct File {
    synced: Rc<Vec<u8>>,
    since: Vec<Since>,
}

#[derive(Debug, Clone)]
enum Since {
    Write(usize, Rc<Vec<u8>>),
    Cut(usize),
}

#[derive(Debug, Default)]
pub(super) struct Disk {
    files: Vec<File>,
    /// Names as programs see them, and as they were when the folder was synced.
    names: BTreeMap<String, usize>,
    synced_names: BTreeMap<String, usize>,
}

impl Disk {
    pub(super) fn take(&mut self, change: &Change) {
        match change {
            Change::Create(name) => {
                self.files.push(File::default());
                self.names.insert(name.clone(), self.files.len() - 1);
            }
            Change::Write { name, at, bytes } => {
                let at = usize::try_from(*at).unwrap();
                self.file(name).since.push(Since::Write(at, Rc::new(bytes.clone())));
            }
            Change::Cut { name, length } => {
                let length = usize::try_from(*length).unwrap();
                self.file(name).since.push(Since::Cut(length));
            }
            Change::Sync(name) => {
                let file = self.file(name);
                let mut bytes = file.synced.to_vec();
                for since in std::mem::take(&mut file.since) {
                    since.apply(&mut bytes);
                }
                file.synced = Rc::new(bytes);
                // A file system that syncs a new file makes its name durable with it.
                let number = self.names[name];
                if !self.synced_names.values().any(|synced| *synced == number) {
                    self.synced_names.insert(name.clone(), number);
                }
            }
            Change::SyncFolder => self.synced_names = self.names.clone(),
            Change::Remove(name) => {
                self.names.remove(name);
            }
            Change::Rename { from, to } => {
                if let Some(number) = self.names.remove(from) {
                    self.names.insert(to.clone(), number);
                }
            }
            Change::Mark(_) => {}
        }
    }

    fn file(&mut self, name: &str) -> &mut File {
        let number = self.names[name];
        &mut self.files[number]
    }

    /// Whether anything may be otherwise than it was written.
    pub(super) fn is_certain(&self) -> bool {
        self.names == self.synced_names && self.names.values().all(|number| self.files[*number].since.is_empty())
    }

    /// Puts into `folder` what is found after the power failed.
    pub(super) fn found(&self, folder: &Path, fate: Fate) {
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder).unwrap();
        let mut dice = Dice(match fate {
            Fate::Kept | Fate::Lost => 1,
            Fate::Mixed(seed) | Fate::Spoilt(seed) => seed,
        });
        let names = match fate {
            Fate::Kept => &self.names,
            Fate::Lost => &self.synced_names,
            Fate::Mixed(_) | Fate::Spoilt(_) => {
                if dice.of(2) == 0 {
                    &self.names
                } else {
                    &self.synced_names
                }
            }
        };
        for (name, number) in names {
            let file = &self.files[*number];
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file.found(fate, &mut dice)).unwrap();
        }
    }
}

impl File {
    fn found(&self, fate: Fate, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.synced.to_vec();
        for since in &self.since {
            match (fate, since) {
                (Fate::Lost, _) => {}
                (Fate::Kept, since) => since.apply(&mut bytes),
                (Fate::Mixed(_) | Fate::Spoilt(_), Since::Cut(_)) => {
                    if dice.of(2) == 0 {
                        since.apply(&mut bytes);
                    }
                }
                (Fate::Mixed(_) | Fate::Spoilt(_), Since::Write(at, written)) => {
                    let spoils = matches!(fate, Fate::Spoilt(_));
                    by_sector(&mut bytes, *at, written, spoils, dice);
                }
            }
        }
        bytes
    }
}

impl Since {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Cut(length) => bytes.resize(*length, 0),
            Self::Write(at, written) => {
                let end = at + written.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at..end].copy_from_slice(written);
            }
        }
    }
}

fn by_sector(bytes: &mut Vec<u8>, at: usize, written: &[u8], spoils: bool, dice: &mut Dice) {
    let mut from = 0;
    while from < written.len() {
        let to = written.len().min(from + SECTOR - (at + from) % SECTOR);
        let (place, part) = (at + from, &written[from..to]);
        let sector = match dice.of(if spoils { 6 } else { 2 }) {
            0 | 2 => Some(part.to_vec()),
            4 => Some(vec![0; part.len()]),
            5 => Some(part.iter().map(|_| u8::try_from(dice.of(256)).unwrap()).collect()),
            _ => None,
        };
        if let Some(sector) = sector {
            Since::Write(place, Rc::new(sector)).apply(bytes);
        }
        from = to;
    }
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn of(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}
