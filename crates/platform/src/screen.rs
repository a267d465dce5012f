//! What happens around the window, told as it happens.
//!
//! That nobody takes a picture of the screen is not asked for here: the activity sets it before its first frame, and
//! nothing switches it off (`MainActivity.kt`).

pub mod leaving;

use std::future::Future;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{NetworkState, PlatformError};

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// The window is no longer seen. `expected`: the plugin itself opened what covers it.
    Left {
        /// Whether it comes back by itself.
        expected: bool,
    },
    /// The window is seen again.
    Returned,
    /// The room that the system's bars and the keyboard take has changed.
    Insets(Insets),
    /// The network has changed.
    Network(NetworkState),
    /// A permission was taken away while it was used.
    Withdrawn {
        /// Which.
        what: Permission,
    },
    /// What the process was to be woken for is so.
    WorkDue,
    /// The system wants memory back.
    MemoryLow,
}

/// What the system asks the person for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Permission {
    /// To photograph.
    Camera,
    /// To record sound.
    Microphone,
    /// To measure the place.
    Location,
    /// To show the notification while something is sent.
    Notifications,
}

/// Room at each edge that is not the page's, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Insets {
    /// Status bar and camera hole.
    pub top: f64,
    /// Cut-outs and bars at the right.
    pub right: f64,
    /// Navigation bar; the keyboard is not in it.
    pub bottom: f64,
    /// Cut-outs and bars at the left.
    pub left: f64,
    /// The keyboard's height from the bottom edge; 0 while there is none.
    pub keyboard: f64,
    /// How high the whole window is, bars and keyboard in it: a web view that made itself smaller for the keyboard is less.
    pub height: f64,
}

/// Who is told.
pub type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// The window's surroundings.
pub trait Screen: Send + Sync {
    /// Tells `listener` of everything from now on; at once of the network and the insets as they are.
    fn watch(&self, listener: Listener) -> impl Future<Output = Result<(), PlatformError>> + Send;
}
