//! Whose register this is: the installation.

use baken_protocol::ids::TenantId;
use baken_protocol::seal::Recipient;
use baken_protocol::signature::VerifyingKey;
use chrono::{DateTime, Utc};

use super::StorageError;
use crate::time_zone::TimeZone;

/// What `init` wrote about this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The municipality's code.
    pub tenant: TenantId,
    /// Its name.
    pub municipality: String,
    /// The public address invitations carry.
    pub address: url::Url,
    /// The name of the log in receipts.
    pub log_origin: String,
    /// The municipality's root key.
    pub root_key: VerifyingKey,
    /// The key that signs receipts.
    pub receipt_key: VerifyingKey,
    /// Where its days begin and end.
    pub time_zone: TimeZone,
    /// To whom backups are sealed.
    pub backup_recipient: Recipient,
}

/// What is asked of the installation.
pub trait Installations {
    /// What `init` wrote, if it ran.
    fn installation(&self) -> Result<Option<Installation>, StorageError>;
    /// Writes the installation and its first key directory (DSSE JSON, epoch 1), once.
    fn install(&self, installation: &Installation, directory: &[u8], now: DateTime<Utc>) -> Result<(), StorageError>;
    /// Puts another key in the place of the one that signs receipts.
    fn set_receipt_key(&self, key: &VerifyingKey) -> Result<(), StorageError>;
    /// From now on its days begin and end there.
    fn set_time_zone(&self, zone: TimeZone) -> Result<(), StorageError>;
    /// From now on its log has this name; the statement (DSSE JSON) says from where on.
    fn continue_log(&self, log_origin: &str, statement: &[u8]) -> Result<(), StorageError>;
}
