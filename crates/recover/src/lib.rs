//! What ten wrong tries leave to the municipality: the store's key is sealed to its recovery recipient too
//! (`recovery.age` in the data folder). With the recovery identity a copy of the folder is opened, what was signed and
//! not sent, also what waited apart, is written out as the exact bytes that travel, and drafts are sealed to the same
//! identity again.
//!
//! Nothing is written in clear, and the folder itself is only read. Whatever is delivered goes through the checks that
//! every delivery goes through. Deliberately absent: a way in without the recovery identity.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, bail, ensure};
use baken_companion::sync::{HttpTransport, Sync, SyncOutcome};
use baken_companion::{Environment, RecordState, Store, UnsentPhoto, UnsentPush};
use baken_protocol::seal::{self, Identity, Recipient};
use data_encoding::BASE64;
use serde_json::json;
use zeroize::Zeroizing;

/// What lies in a data folder of the companion and is needed here.
const COPIED: [&str; 3] = ["store.sqlite", "store.sqlite-wal", "recovery.age"];

const README: &str = "\
What was brought back from the data folder of a Baken device.

store.sqlite, recovery.age   the copy all this was read from, still encrypted; this command can be run on it again
batches/                     NUMBER-DEVICE.CHAIN-SEQ.push: the body of PUT /v1/devices/DEVICE/chains/CHAIN/batches/SEQ,
                             application/vnd.baken.push.v1, in this order
photos/                      DEVICE.OPERATION-HASH.age: sealed photos that the backend does not hold, each for
                             /v1/operations/DEVICE.OPERATION/attachments/HASH
drafts.jsonl.age             what was being written and not signed, one draft a line; sealed to the recovery identity:
                             age --decrypt --identity RECOVERY drafts.jsonl.age
draft-photos/                PHOTO.jpg.age: the photos of these drafts, sealed likewise
draft-notes/                 NOTE.flac.age: their spoken notes, likewise

Run the command with --send to deliver all of it. Batches can also be delivered by hand, as the names above say: their
signatures are all that is asked for. Photos cannot: they are taken with the device's token, which is in the store and
which --send uses. Everything goes through the backend's usual checks. Deliver only once the device itself is not used
any more.
";

/// How much there was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Records signed on the device.
    pub records: usize,
    /// Of these, without a receipt or with photos missing at the backend.
    pub unsent_records: usize,
    /// Batches without a receipt.
    pub batches: usize,
    /// Photos without one.
    pub photos: usize,
    /// Drafts.
    pub drafts: usize,
}

/// Copies the folder's store to `out`, opens the copy and writes out what it holds.
pub fn bring_back(
    folder: &Path,
    identity: &Identity,
    out: &Path,
    environment: Environment,
) -> anyhow::Result<(Arc<Store>, Found)> {
    copy(folder, out)?;
    let store =
        Store::recover(out, identity, environment).context("the recovery identity does not open this folder")?;
    let unsent = store.unsent()?;
    for (number, UnsentPush { chain, seq, bytes }) in unsent.pushes.iter().enumerate() {
        write(&out.join("batches").join(format!("{:04}-{chain}-{seq}.push", number + 1)), bytes)?;
    }
    for UnsentPhoto { record, sha256, sealed } in &unsent.photos {
        write(&out.join("photos").join(format!("{record}-{sha256}.age")), sealed)?;
    }
    let drafts = write_drafts(&store, &identity.recipient(), out)?;
    write(&out.join("README.txt"), README.as_bytes())?;
    let records = store.records()?;
    let unsent_records = records.iter().filter(|record| record.state != RecordState::Acknowledged).count();
    let (batches, photos) = (unsent.pushes.len(), unsent.photos.len());
    Ok((store, Found { records: records.len(), unsent_records, batches, photos, drafts }))
}

/// Sends what has no receipt, as the device would have. Answers how that ended, in words.
pub async fn send(store: Arc<Store>) -> anyhow::Result<String> {
    let transport = HttpTransport::for_store(&store)?;
    let sync = Sync::new(Arc::clone(&store), transport, Arc::new(AtomicBool::new(false)), Arc::new(|_| {}));
    let outcome = sync.run().await;
    let left: Vec<_> =
        store.records()?.into_iter().filter(|record| record.state != RecordState::Acknowledged).collect();
    match outcome {
        SyncOutcome::Done if left.is_empty() => {
            Ok("Everything is at the backend; its receipts were verified.".to_owned())
        }
        SyncOutcome::Done => {
            let why: BTreeSet<_> = left.iter().map(|record| format!("{:?}", record.failure)).collect();
            bail!("{} records were not taken {why:?}; they are still here: run it again on this folder", left.len())
        }
        // Nobody told of a network that costs; so nothing was held back.
        SyncOutcome::PhotosWait => bail!("photos were held back; run it again on this folder"),
        SyncOutcome::Paused => bail!("sending was paused"),
        SyncOutcome::Failed(code) => {
            bail!("sending ended with {code:?}; {} records are still here: run it again on this folder", left.len())
        }
    }
}

fn copy(folder: &Path, out: &Path) -> anyhow::Result<()> {
    let sealed = folder.join("recovery.age");
    ensure!(
        sealed.exists(),
        "no recovery.age in {}: the device was never enrolled, or this is not its data folder",
        folder.display()
    );
    fs::create_dir_all(out).with_context(|| format!("making {}", out.display()))?;
    let empty = fs::read_dir(out)?.next().is_none();
    ensure!(empty, "{} is not empty: choose another, so that nothing is overwritten", out.display());
    for name in COPIED {
        let from = folder.join(name);
        if from.exists() {
            fs::copy(&from, out.join(name)).with_context(|| format!("copying {}", from.display()))?;
        }
    }
    Ok(())
}

/// What a `data:` URL holds, sealed.
fn write_sealed(url: &str, recipient: &Recipient, path: &Path) -> anyhow::Result<()> {
    let (_, base64) = url.split_once(',').context("what is attached cannot be read")?;
    let content = Zeroizing::new(BASE64.decode(base64.as_bytes())?);
    write(path, &seal::seal_raw(&content, std::slice::from_ref(recipient))?)
}

fn write_drafts(store: &Store, recipient: &Recipient, out: &Path) -> anyhow::Result<usize> {
    let mut lines = Zeroizing::new(Vec::new());
    let drafts = store.drafts()?;
    for summary in &drafts {
        // One that this version cannot read stays in the copy.
        let Ok(draft) = store.draft(summary.id) else { continue };
        let photos: Vec<String> = draft.photos.iter().map(|photo| photo.id.to_string()).collect();
        let notes: Vec<String> = draft.spoken.iter().map(|note| note.id.to_string()).collect();
        let (saved_at, form) = (draft.saved_at, &draft.form);
        let line = json!({ "draft": summary.id, "savedAt": saved_at, "form": form, "photos": photos, "notes": notes });
        serde_json::to_writer(&mut *lines, &line)?;
        lines.push(b'\n');
        for photo in &draft.photos {
            let path = out.join("draft-photos").join(format!("{}.jpg.age", photo.id));
            write_sealed(&Zeroizing::new(store.photo_preview(photo.id)?), recipient, &path)?;
        }
        for note in &draft.spoken {
            let path = out.join("draft-notes").join(format!("{}.flac.age", note.id));
            write_sealed(&Zeroizing::new(store.spoken_sound(note.id)?), recipient, &path)?;
        }
    }
    if !drafts.is_empty() {
        write(&out.join("drafts.jsonl.age"), &seal::seal_raw(&lines, std::slice::from_ref(recipient))?)?;
    }
    Ok(drafts.len())
}

/// Writes a new file for good.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let parent = path.parent().context("a file stands in a folder")?;
    fs::create_dir_all(parent)?;
    let written = File::create_new(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.with_context(|| format!("writing {}", path.display()))
}
