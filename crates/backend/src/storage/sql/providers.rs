//! The one row of the municipality's own sign-in.

use chrono::{DateTime, Utc};

use super::accounts::json;
use super::{SqlTransaction, values};
use crate::openid::Provider;
use crate::storage::{Providers, StorageError};

impl Providers for SqlTransaction<'_> {
    fn provider(&self) -> Result<Option<Provider>, StorageError> {
        self.sql().first("SELECT settings FROM sign_in_provider", &[], |row| json(row.text(0)?))
    }

    fn keep_provider(&self, provider: &Provider, now: DateTime<Utc>) -> Result<(), StorageError> {
        let settings = serde_json::to_string(provider).map_err(|_| StorageError::Content)?;
        self.forget_provider()?;
        let kept = "INSERT INTO sign_in_provider (id, settings, since) VALUES (1, $1, $2)";
        self.sql().execute(kept, values![&settings, now])?;
        Ok(())
    }

    fn forget_provider(&self) -> Result<bool, StorageError> {
        Ok(self.sql().execute("DELETE FROM sign_in_provider", &[])? == 1)
    }
}
