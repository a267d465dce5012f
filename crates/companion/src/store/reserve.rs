//! Room laid in beside the store, so that a full disk keeps nothing back that was signed: the batch that lists it and
//! the receipt for it must be written down too. What a person still writes gets none of it: that fails, and is told.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Enough for the batches and receipts of some hundred records.
const BYTES: usize = 512 * 1024;

fn file(store: &Path) -> PathBuf {
    store.with_file_name("reserve")
}

/// Lays the room in, unless it is there. A disk that has none now may have some at the next start.
pub(super) fn lay_in(store: &Path) {
    let reserve = file(store);
    let whole = u64::try_from(BYTES).unwrap_or(u64::MAX);
    if fs::metadata(&reserve).is_ok_and(|there| there.len() == whole) {
        return;
    }
    // Written and not only set: a file of holes takes no room.
    let written = File::create(&reserve).and_then(|mut new| {
        new.write_all(&vec![0x5a; BYTES])?;
        new.sync_all()
    });
    if written.is_err() {
        give_up(store);
    }
}

/// Gives the room to whoever needs it now. Answers whether there was any.
pub(super) fn give_up(store: &Path) -> bool {
    fs::remove_file(file(store)).is_ok()
}
