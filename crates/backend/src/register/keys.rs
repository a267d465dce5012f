//! Whether the receipt key in use is one that devices believe.

use baken_protocol::dsse::{Envelope, EnvelopeError};
use baken_protocol::keydir::KeyDirectory;
use baken_protocol::signature::VerifyingKey;

use crate::storage::Installation;

/// Whether the key that `installation` signs with is another than the newest directory names.
pub fn signs_with_a_closed_key(installation: &Installation, directory: &[u8]) -> Result<bool, EnvelopeError> {
    let newest = Envelope::from_json(directory)?.peek::<KeyDirectory>()?;
    Ok(is_closed(&newest, &installation.receipt_key))
}

/// Whether `directory` closed the key or never named it.
pub fn is_closed(directory: &KeyDirectory, receipt_key: &VerifyingKey) -> bool {
    directory.receipt_keys.in_use() != Some(receipt_key)
}
