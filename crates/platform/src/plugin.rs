//! The plugin that Tauri starts. The window may call none of it: it has no command for a page, and no permission names
//! it, so every way to the keystore or a sensor goes through the shell's own commands.

#[cfg(target_os = "android")]
mod android;
#[cfg(not(target_os = "android"))]
mod elsewhere;

#[cfg(target_os = "android")]
pub use android::init;
#[cfg(not(target_os = "android"))]
pub use elsewhere::init;

/// What Tauri calls it.
const NAME: &str = "baken-platform";

/// The platform this program runs on; the shell finds it as managed state.
#[cfg(target_os = "android")]
pub type Native = crate::Kotlin<Box<dyn crate::Calls>>;
/// The platform this program runs on; the shell finds it as managed state.
#[cfg(not(target_os = "android"))]
pub type Native = crate::Absent;
