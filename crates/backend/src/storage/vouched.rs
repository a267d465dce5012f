//! Messages that the receipt key vouches for, as rows: for whoever puts another key in its place. What they say is read
//! above.

use super::StorageError;

/// Where messages of one kind are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// Certificates of devices.
    Certificates,
    /// Statements that the log goes on under another name.
    Continuations,
    /// Receipts of batches.
    Receipts,
    /// Receipts of attachments.
    AttachmentReceipts,
}

impl Vouched {
    /// Every place there is.
    pub const ALL: [Self; 4] = [Self::Certificates, Self::Continuations, Self::Receipts, Self::AttachmentReceipts];
}

/// A row's key as it is kept, which the engine reads again: also one that somebody altered is gone past.
pub type RowKey = Vec<String>;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VouchedRow {
    /// The row it stands in.
    pub key: RowKey,
    /// As it was signed (DSSE JSON).
    pub envelope: Vec<u8>,
}

/// What is asked of them.
pub trait VouchedMessages {
    /// A page of the messages that follow `last`, in the order of their keys; the first ones where that is none.
    fn vouched_after(&self, of: Vouched, last: Option<&RowKey>) -> Result<Vec<VouchedRow>, StorageError>;
    /// Puts another message in the place of one.
    fn replace_vouched(&self, of: Vouched, row: &VouchedRow) -> Result<(), StorageError>;
}
