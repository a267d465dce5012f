//! A file that a device brought whole: each of its records that lists it gets a receipt of its own, and is seen again where
//! somebody was done with it.

use chrono::{DateTime, Utc};

use super::{ReceiptSigner, TakeError};
use crate::files::attachments::Upload;
use crate::register::reopen_by_attachment;
use crate::storage::{ListedAttachment, StorageError, Transaction};

/// What the device of a record brings. A whole file that nobody is noted for is its own: the note was lost to a kill.
pub const fn upload(listed: &ListedAttachment) -> Upload {
    Upload {
        sha256: listed.sha256,
        by: listed.record.device,
        size_bytes: listed.size_bytes,
        whole_is_its_own: listed.receipt.is_some() || !listed.others_brought_it,
    }
}

/// Notes that the whole file is durable that the device of `listed` brought, for each of its records that lists it so.
pub fn note_whole(
    tx: &dyn Transaction,
    signer: &ReceiptSigner<'_>,
    listed: &ListedAttachment,
    now: DateTime<Utc>,
) -> Result<(), TakeError> {
    let device = tx.device(listed.record.device)?.ok_or(StorageError::Content)?;
    // A clock that was set back since makes no receipt that the device must refuse.
    let now = now.max(device.enrolled_at);
    for record in tx.unreceipted_listings(device.device, listed.sha256, listed.size_bytes)? {
        let receipt = signer.attachment(record, listed.sha256, listed.size_bytes, now)?;
        tx.complete_listing(record, listed.sha256, now, &receipt)?;
        reopen_by_attachment(tx, record, now)?;
    }
    Ok(())
}
