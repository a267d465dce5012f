//! What a platform gives a device: one small trait for each subject, and what is decided of the answers.
//!
//! [`Keystore`], [`Screen`], [`Camera`], [`Microphone`], [`Network`], [`Work`], [`Location`], [`Exchange`] and [`Back`]
//! are asked by the shell. Three answer them: [`Kotlin`] calls our own plugin on Android,
//! [`Absent`] stands for desktops and for iOS, where the web view and a passphrase do without, and `Script` gives the
//! answers that a test wrote. Every wait has an end, and an answer counts once (`slot`).
//!
//! What is decided of an answer is pure and stands beside its trait: the way back after a keystore's no
//! ([`keystore::way`]), PIN or passphrase ([`keystore::demand`]), what may leave over a network ([`network::allowance`]),
//! when leaving the screen locks ([`screen::leaving`]), what becomes of what a killed process left
//! ([`capture::leftovers`]).
//!
//! Deliberately absent: words for a person, the vault and the store, and Tauri but for the feature of that name.

mod absent;
mod back;
pub mod capture;
mod exchange;
mod failure;
pub mod keystore;
mod kotlin;
mod location;
pub mod network;
#[cfg(feature = "tauri")]
pub mod plugin;
pub mod screen;
#[cfg(any(test, feature = "scripted"))]
pub mod scripted;
mod slot;
mod work;

pub use absent::Absent;
pub use back::Back;
pub use capture::{Camera, Captured, Microphone};
pub use exchange::{Exchange, Leaving};
pub use failure::PlatformError;
pub use keystore::{Envelope, Keystore, Secret};
pub use kotlin::{Answer, Calls, Kotlin, Refusal};
pub use location::{Fix, Location, PATIENCE};
pub use network::{Network, NetworkState};
pub use screen::{Event, Insets, Listener, Permission, Screen};
#[cfg(any(test, feature = "scripted"))]
pub use scripted::{Reply, Script};
pub use slot::{Filler, Waiter, slot};
pub use work::{Conditions, Neutral, Work};
