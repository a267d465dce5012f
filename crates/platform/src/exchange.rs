//! Files to and from other programs, by the system's own screens and as streams: nothing lies in a shared folder.

use crate::capture::Order;
use crate::{Captured, PlatformError};

/// Something that leaves, as another program sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// The name it gets there; neutral.
    pub name: String,
    /// Its media type.
    pub media_type: String,
}

impl Leaving {
    /// Longest name, in characters.
    const MAX_NAME: usize = 80;

    /// Refuses a name that says more than a name: folders, control characters, a leading dot.
    pub fn checked(self) -> Result<Self, PlatformError> {
        let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        let fits = (1..=Self::MAX_NAME).contains(&self.name.len());
        if fits && self.name.chars().all(plain) && !self.name.starts_with('.') {
            Ok(self)
        } else {
            Err(PlatformError::Damaged)
        }
    }
}

/// The system's screens for sharing and for choosing a file.
pub trait Exchange: Send + Sync {
    /// Offers bytes to a program that the person chooses. Answers once the choice was shown: whether anything was taken
    /// nobody tells.
    fn share(&self, what: &Leaving, bytes: &[u8]) -> impl Future<Output = Result<(), PlatformError>> + Send;

    /// Takes in one file that the person chooses, sealed on its way like a photo.
    fn take_in(
        &self,
        media_types: &[&str],
        order: &Order,
    ) -> impl Future<Output = Result<Captured, PlatformError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leaves_is_a_plain_name() {
        let named = |name: &str| Leaving { name: name.into(), media_type: "application/zip".into() }.checked();
        assert!(named("overzicht-2026.zip").is_ok());
        for name in ["", ".zip", "../a", "a/b", "a\nb", "a b", &"a".repeat(81)] {
            assert_eq!(named(name), Err(PlatformError::Damaged), "{name:?}");
        }
    }
}
