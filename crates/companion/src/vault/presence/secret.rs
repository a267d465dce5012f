//! The platform's secret: random, sealed by the hardware, and given out after a finger.

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::vault::VaultError;

/// 32 random bytes that this device's hardware gives out after it has compared a finger or face. No `Debug`, zeroised
/// when dropped.
pub struct PlatformSecret(Zeroizing<[u8; 32]>);

impl PlatformSecret {
    /// A fresh one, to be sealed.
    pub fn fresh() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(bytes.as_mut()).map_err(|_| VaultError::Crypto)?;
        Ok(Self(bytes))
    }

    /// What the hardware gave. Of another length it is not what was sealed.
    pub fn read(bytes: &[u8]) -> Result<Self, VaultError> {
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| VaultError::PresenceLost)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }
}
