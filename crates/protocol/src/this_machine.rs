//! Whether an address is one of this very machine, so that what is sent there never leaves it. One answer for
//! everybody who asks: plain http is taken there, and no proxy stands in between.
//!
//! Deliberately absent: other names that RFC 6761 keeps for loopback (`NAME.localhost`). Not every system's resolver
//! holds to that, and where it does not, such a name leads to wherever its DNS says.

use std::net::Ipv6Addr;

use url::{Host, Url};

/// Whether `address` names this very machine.
pub fn is_this_machine(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        // An IPv4 address may be written as one of IPv6.
        Some(Host::Ipv6(address)) => {
            address.to_ipv4_mapped().map_or(address == Ipv6Addr::LOCALHOST, |it| it.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn this_very_machine_is_known_by_every_name_it_has() {
        for here in [
            "http://127.0.0.1:8787",
            "http://127.8.0.1",
            "http://LOCALHOST:1",
            "http://[::1]:8787",
            "https://localhost",
        ] {
            assert!(is_this_machine(&here.parse().unwrap()), "{here}");
        }
        assert!(is_this_machine(&"http://[::ffff:127.0.0.1]".parse().unwrap()));
        assert!(is_this_machine(&"http://2130706433".parse().unwrap()), "as a number");
        for elsewhere in [
            "https://baken.example",
            "https://10.0.0.1",
            "https://localhost.example",
            "https://baken.localhost",
            "https://[::2]",
            "https://[::ffff:10.0.0.1]",
            "http://0.0.0.0",
            "data:text/plain,localhost",
        ] {
            assert!(!is_this_machine(&elsewhere.parse().unwrap()), "{elsewhere}");
        }
    }
}
