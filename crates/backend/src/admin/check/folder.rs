//! The folder of a dossier: every entry is accounted for, and none is read before its size is known to be bounded.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use baken_protocol::digest::Digest;
use ring::digest::{Context, SHA256};

use super::verdict::{FaultCode, Faults};
use super::{Ended, Obstacle};
use crate::admin::dossier::layout::{ATTACHMENTS, Manifest, ManifestError, Part, SINGLE};

/// More entries than a dossier has.
const ENTRIES: usize = 200;

/// What is kept of a file.
pub(super) enum Content {
    /// All of it.
    Bytes(Vec<u8>),
    /// Its size and hash: attachments are large.
    Hashed { size_bytes: u64, sha256: Digest },
}

/// A folder in which every entry has its place.
#[derive(Default)]
pub(super) struct Folder {
    parts: BTreeMap<Part, Content>,
    /// The epochs of its key directories, the newest last.
    pub(super) epochs: Vec<u64>,
}

impl Folder {
    /// Reads the folder at `path`, and says what has no place in it or is not there.
    pub(super) fn read(path: &Path, faults: &mut Faults) -> Result<Self, Ended> {
        let mut folder = Self::default();
        for name in entries(path, ".", faults)? {
            let inner = path.join(ATTACHMENTS);
            if name == ATTACHMENTS && fs::symlink_metadata(&inner).is_ok_and(|found| found.is_dir()) {
                let below = entries(&inner, "attachments/", faults)?;
                faults.expect(!below.is_empty(), FaultCode::Unexpected, &[&name]);
                for entry in below {
                    folder.take(path, &format!("{ATTACHMENTS}/{entry}"), faults)?;
                }
            } else {
                folder.take(path, &name, faults)?;
            }
        }
        folder.read_manifest(faults)?;
        folder.account(faults);
        Ok(folder)
    }

    /// The bytes of a part; none for an attachment, or a part that is not there.
    pub(super) fn bytes(&self, part: Part) -> &[u8] {
        match self.parts.get(&part) {
            Some(Content::Bytes(bytes)) => bytes,
            Some(Content::Hashed { .. }) | None => &[],
        }
    }

    /// Size and hash of a part that is there.
    pub(super) fn size_and_hash(&self, part: Part) -> Option<(u64, Digest)> {
        self.parts.get(&part).map(|content| match content {
            Content::Bytes(bytes) => (bytes.len() as u64, Digest::of(bytes)),
            Content::Hashed { size_bytes, sha256 } => (*size_bytes, *sha256),
        })
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = Part> {
        self.parts.keys().copied()
    }

    fn take(&mut self, path: &Path, name: &str, faults: &mut Faults) -> Result<(), Obstacle> {
        let Ok(part) = name.parse::<Part>() else {
            let code = if name == ATTACHMENTS { FaultCode::NotAFile } else { FaultCode::Unexpected };
            faults.add(code, &[&plain(name)]);
            return Ok(());
        };
        let unreadable = |error: io::Error| Obstacle(format!("{name} cannot be read: {error}"));
        let file = path.join(name);
        if !fs::symlink_metadata(&file).map_err(unreadable)?.is_file() {
            faults.add(FaultCode::NotAFile, &[&name]);
            return Ok(());
        }
        let file = File::open(file).map_err(unreadable)?;
        if file.metadata().map_err(unreadable)?.len() > part.bound() {
            faults.add(FaultCode::TooLarge, &[&name]);
            return Ok(());
        }
        let mut bounded = file.take(part.bound());
        let content = if matches!(part, Part::Attachment(_)) {
            hashed(&mut bounded).map_err(unreadable)?
        } else {
            let mut bytes = Vec::new();
            bounded.read_to_end(&mut bytes).map_err(unreadable)?;
            Content::Bytes(bytes)
        };
        self.parts.insert(part, content);
        Ok(())
    }

    fn read_manifest(&mut self, faults: &mut Faults) -> Result<(), Obstacle> {
        if !self.parts.contains_key(&Part::Manifest) {
            return Ok(());
        }
        match Manifest::parse(self.bytes(Part::Manifest)) {
            Ok(manifest) => self.epochs = manifest.key_directories().to_vec(),
            Err(ManifestError::Malformed) => faults.add(FaultCode::Format, &[&Part::Manifest]),
            Err(ManifestError::Newer(edition)) => {
                let known = crate::admin::dossier::layout::EDITION;
                return Err(Obstacle(format!(
                    "dossier.json says edition {edition}, and this program knows {known}: get a newer one"
                )));
            }
        }
        Ok(())
    }

    /// Names what must be there and is not, and key directories the manifest knows nothing of.
    fn account(&self, faults: &mut Faults) {
        let absent = |part: &Part, faults: &Faults| !self.parts.contains_key(part) && !faults.names(&part.to_string());
        for part in SINGLE {
            if absent(&part, faults) {
                faults.add(FaultCode::Missing, &[&part]);
            }
        }
        for part in self.epochs.iter().map(|epoch| Part::KeyDirectory(*epoch)) {
            if absent(&part, faults) {
                faults.add(FaultCode::Missing, &[&part, &Part::Manifest]);
            }
        }
        for part in self.parts.keys() {
            if let Part::KeyDirectory(epoch) = part
                && !self.epochs.is_empty()
                && !self.epochs.contains(epoch)
            {
                faults.add(FaultCode::Unexpected, &[part, &Part::Manifest]);
            }
        }
    }
}

/// The names in a folder, in the order of their bytes.
fn entries(path: &Path, shown: &str, faults: &mut Faults) -> Result<Vec<String>, Ended> {
    let unreadable = |error: io::Error| Obstacle(format!("{} cannot be read: {error}", plain(&path.to_string_lossy())));
    let mut names = vec![];
    for entry in fs::read_dir(path).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.file_name());
        if names.len() > ENTRIES {
            faults.add(FaultCode::TooLarge, &[&shown]);
            return Err(Ended::Faults);
        }
    }
    names.sort();
    Ok(names.iter().map(|name| name.to_string_lossy().into_owned()).collect())
}

fn hashed(reader: &mut impl Read) -> io::Result<Content> {
    let (mut context, mut size_bytes, mut buffer) = (Context::new(&SHA256), 0, vec![0; 64 * 1024]);
    loop {
        let count = reader.read(&mut buffer)?;
        let Some(piece) = buffer.get(..count).filter(|piece| !piece.is_empty()) else { break };
        context.update(piece);
        size_bytes += piece.len() as u64;
    }
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(context.finish().as_ref());
    Ok(Content::Hashed { size_bytes, sha256: Digest::from_bytes(sha256) })
}

/// Text of somebody else's making, so that it can play no tricks on a terminal.
pub(super) fn plain(text: &str) -> String {
    let shown = |c: char| if (' '..='~').contains(&c) { c.to_string() } else { format!("\\u{{{:x}}}", u32::from(c)) };
    text.chars().map(shown).collect()
}
