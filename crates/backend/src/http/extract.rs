//! Who asks: the device, the account, the browser, the network; and what is asked for by name.

pub mod described;
pub mod device_token;
pub mod known_browser;
pub mod named;
pub mod origin;
pub mod signed_in;
