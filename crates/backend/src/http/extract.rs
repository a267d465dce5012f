//! Who asks: the device, the account, the browser, the network.

pub mod device_token;
pub mod known_browser;
pub mod origin;
pub mod signed_in;
