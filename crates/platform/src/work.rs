//! What goes on when nobody looks: sending the rest of what was signed.
//!
//! The sender holds what is left in memory alone (docs/adr/0014-what-is-signed-leaves-after-the-lock.md). So a platform
//! can keep the process alive for it, and wake it when the network is back. It can send nothing for a process that was
//! ended: the store is closed, and nobody is there to open it.

use serde::Serialize;

use crate::PlatformError;

/// What must be so before the process is woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conditions {
    /// Any network: records are left.
    AnyNetwork,
    /// One that is not paid by the byte: only photos are left.
    UnmeteredNetwork,
}

impl Conditions {
    /// What to wait for; `None` where nothing is left and nothing is to be woken for.
    pub const fn of_what_is_left(records: usize, acute_photos: usize, photos: usize) -> Option<Self> {
        match (records, acute_photos, photos) {
            (0, 0, 0) => None,
            (0, 0, _) => Some(Self::UnmeteredNetwork),
            (_, _, _) => Some(Self::AnyNetwork),
        }
    }
}

/// What the notification says that the system demands while work goes on. Neutral: no name, no number, no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Neutral {
    /// One line, such as *Bezig*; the kind of notification has the same name in the system's settings.
    pub title: String,
}

/// Work without a screen.
pub trait Work: Send + Sync {
    /// Keeps the process alive, with a notification. Refused where the system allows none now.
    fn keep_alive(&self, words: &Neutral) -> impl Future<Output = Result<(), PlatformError>> + Send;

    /// Ends that.
    fn let_go(&self) -> impl Future<Output = Result<(), PlatformError>> + Send;

    /// Wakes a sleeping process once the conditions hold: [`crate::Event::WorkDue`]. One wish at a time.
    fn wake_when(&self, conditions: Option<Conditions>) -> impl Future<Output = Result<(), PlatformError>> + Send;

    /// What was to be done when it was woken is done, or is not done and should be tried later.
    fn done(&self, again: bool) -> impl Future<Output = Result<(), PlatformError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_left_wakes_nobody() {
        assert_eq!(Conditions::of_what_is_left(0, 0, 0), None);
    }

    #[test]
    fn photos_alone_wait_for_what_is_free_and_records_or_acute_photos_for_anything() {
        assert_eq!(Conditions::of_what_is_left(0, 0, 3), Some(Conditions::UnmeteredNetwork));
        assert_eq!(Conditions::of_what_is_left(1, 0, 3), Some(Conditions::AnyNetwork));
        assert_eq!(Conditions::of_what_is_left(0, 1, 3), Some(Conditions::AnyNetwork));
    }
}
