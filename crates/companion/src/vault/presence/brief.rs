//! A short absence: while it lasts a finger opens by itself. It lives in memory alone, so a restart ends it.

use crate::environment::{Clock, Uptime};
use crate::vault::file::Wrapped;
use crate::vault::sealed::Sealing;
use crate::vault::{StoreKey, VaultError};

use super::salt_text;
use super::secret::PlatformSecret;

/// How long after a lock a finger is enough: a call to 112, with what comes before and after.
pub(crate) const BRIEF_SECONDS: u32 = 600;
/// How long after something was typed, however short each absence: a shift.
const TYPED_SECONDS: u32 = 12 * 3600;
const PURPOSE: &[u8] = b"baken presence brief v1";

/// The store's key, for whoever comes back soon with the platform's secret.
pub(super) struct Brief {
    sealed: Wrapped,
    typed_at: Option<Uptime>,
    /// None while the store is open.
    left_at: Option<Uptime>,
}

impl Brief {
    /// While the store is open. `typed_at`: when something was typed last.
    pub(super) fn begun(key: &StoreKey, secret: &PlatformSecret, typed_at: Option<Uptime>) -> Result<Self, VaultError> {
        let salt = salt_text(key);
        let sealed = sealing(secret, &salt)?.seal(key.key.as_ref(), &bound(&salt))?;
        Ok(Self { sealed, typed_at, left_at: None })
    }

    pub(super) const fn typed_at(&self) -> Option<Uptime> {
        self.typed_at
    }

    /// The store was locked. Of two words the first counts.
    pub(super) fn left(&mut self, clock: &dyn Clock) {
        self.left_at = self.left_at.or_else(|| clock.since_boot());
    }

    /// Whether a finger is enough. Never while the store is open, nor where no clock goes on in the device's sleep.
    pub(super) fn is_enough(&self, clock: &dyn Clock) -> bool {
        within(self.left_at, BRIEF_SECONDS, clock) && within(self.typed_at, TYPED_SECONDS, clock)
    }

    /// Whether it will never be enough again.
    pub(super) fn is_over(&self, clock: &dyn Clock) -> bool {
        self.left_at.is_some() && !self.is_enough(clock)
    }

    /// The store's key; `None` with another secret.
    pub(super) fn open(&self, secret: &PlatformSecret, store_salt: &str) -> Result<Option<StoreKey>, VaultError> {
        sealing(secret, store_salt)?.open_key(&self.sealed, &bound(store_salt), store_salt)
    }
}

/// Whether less than so long has passed by the clock that nobody can set.
fn within(since: Option<Uptime>, seconds: u32, clock: &dyn Clock) -> bool {
    let (Some(since), Some(now)) = (since, clock.since_boot()) else { return false };
    since.boot == now.boot && now.ms.checked_sub(since.ms).is_some_and(|passed| passed < u64::from(seconds) * 1000)
}

fn sealing(secret: &PlatformSecret, store_salt: &str) -> Result<Sealing, VaultError> {
    Sealing::of(store_salt.as_bytes(), secret.bytes(), PURPOSE)
}

fn bound(store_salt: &str) -> String {
    format!("brief 1 {store_salt}")
}
