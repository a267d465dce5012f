//! The reverse proxies an operator named, by address or by network.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

use super::forwarded::ProxyHeader;

/// Bits before the IPv4 address in one that is mapped into IPv6 (RFC 4291 section 2.5.5.2).
const MAPPED_BITS: u8 = 96;

/// Whose word on a request's address is believed, and which of their headers.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    networks: Arc<[IpNet]>,
    header: Option<ProxyHeader>,
}

/// The text names no network.
#[derive(Debug, thiserror::Error)]
#[error("name an address (10.0.0.2) or a network (10.0.0.0/24, 2001:db8::/48) of proxies, not everybody's")]
pub struct NotANetwork;

impl Proxies {
    /// These networks; of their headers the one named, else whichever there is.
    pub fn new(networks: Vec<IpNet>, header: Option<ProxyHeader>) -> Self {
        Self { networks: networks.into(), header }
    }

    /// Whether `address` is one of them.
    pub fn trust(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// The headers to look at.
    pub(super) fn headers(&self) -> &[ProxyHeader] {
        self.header.as_ref().map_or(&ProxyHeader::ALL, std::slice::from_ref)
    }
}

/// Reads an address or a network.
pub fn parse_network(text: &str) -> Result<IpNet, NotANetwork> {
    let text = text.trim();
    let network = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address),
        Err(_) => text.parse::<IpNet>().map_err(|_| NotANetwork)?,
    };
    let network = match network {
        IpNet::V6(mapped) if mapped.prefix_len() >= MAPPED_BITS => match mapped.addr().to_canonical() {
            IpAddr::V4(address) => {
                let prefix = mapped.prefix_len() - MAPPED_BITS;
                IpNet::V4(Ipv4Net::new(address, prefix).map_err(|_| NotANetwork)?)
            }
            IpAddr::V6(_) => IpNet::V6(mapped),
        },
        IpNet::V4(_) | IpNet::V6(_) => network,
    };
    if network.prefix_len() == 0 { Err(NotANetwork) } else { Ok(network) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn reads_addresses_and_networks_but_not_everybody() {
        for (text, expected) in [
            ("10.0.0.2", "10.0.0.2/32"),
            (" 10.1.2.3/16 ", "10.1.2.3/16"),
            ("::1", "::1/128"),
            ("fd00::/8", "fd00::/8"),
            ("::ffff:10.0.0.2", "10.0.0.2/32"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ] {
            assert_eq!(parse_network(text).unwrap().to_string(), expected, "{text}");
        }
        for wrong in ["", "0.0.0.0/0", "::/0", "::ffff:0:0/96", "10.0.0.2/33", "10.0.0.0/", "proxy.example", "10.0.0"] {
            assert!(parse_network(wrong).is_err(), "{wrong}");
        }
    }
}
