//! The municipality's own sign-in, as it was set.

use chrono::{DateTime, Utc};

use super::StorageError;
use crate::openid::Provider;

/// What is asked of it.
pub trait Providers {
    /// The provider, if one was set.
    fn provider(&self) -> Result<Option<Provider>, StorageError>;
    /// Sets it in place of the one before.
    fn keep_provider(&self, provider: &Provider, now: DateTime<Utc>) -> Result<(), StorageError>;
    /// Takes it away. Answers whether there was one.
    fn forget_provider(&self) -> Result<bool, StorageError>;
}
