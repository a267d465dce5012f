//! Going back. The web view has the history and decides; at home, where there is nothing to go back to, the app leaves.

use crate::PlatformError;

/// The way out.
pub trait Back: Send + Sync {
    /// Puts the app behind the others; it is locked by that, as by any leaving.
    fn leave(&self) -> impl Future<Output = Result<(), PlatformError>> + Send;
}
