//! Who asks: the device, the account and what it may do, the browser, the network; and what is asked for by name.

pub mod allowed;
pub mod described;
pub mod device_token;
pub mod known_browser;
pub mod named;
pub mod origin;
pub mod signed_in;
