//! The network address a request came from: what attempts are counted by and what the audit log names.
//!
//! Behind a reverse proxy every request has the proxy's address, so that one guesser would lock everybody out. The
//! proxy's word (`X-Forwarded-For`, RFC 7239 section 4 describes the same) is taken only from addresses the operator
//! named, and only its last entry that is no such proxy: everything before it anybody could have written.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::state::AppState;

const FORWARDED_FOR: &str = "x-forwarded-for";
/// Bits of an IPv6 address that are its customer's own.
const CUSTOMER_BITS: u32 = 80;

/// The network address a request came from.
pub struct Origin(pub IpAddr);

/// What attempts are counted by: an IPv4 address, or the first 48 bits of an IPv6 address. That is the most one
/// customer is given (RFC 6177), and whoever has one address of it has all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Origin {
    /// The network it belongs to.
    pub fn network(&self) -> Network {
        match self.0.to_canonical() {
            IpAddr::V4(address) => Network(IpAddr::V4(address)),
            IpAddr::V6(address) => {
                Network(IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> CUSTOMER_BITS << CUSTOMER_BITS)))
            }
        }
    }
}

impl FromRequestParts<AppState> for Origin {
    type Rejection = Infallible;

    /// Requests made inside a test have no socket; they count as local.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let socket = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let socket = socket.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)).to_canonical();
        Ok(Self(resolve(socket, &parts.headers, &state.trusted_proxies)))
    }
}

fn resolve(socket: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&socket) {
        return socket;
    }
    let values = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
    let read = |hop: &&str| hop.trim().parse::<IpAddr>().map(|address| address.to_canonical());
    let mut nearest_first = hops.iter().rev().map(read);
    // What cannot be read ends the search: an address before it could have been written by anybody.
    match nearest_first.find(|hop| hop.as_ref().map_or(true, |address| !trusted.contains(address))) {
        Some(Ok(address)) => address,
        Some(Err(_)) | None => socket,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));

    fn resolved(socket: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, axum::http::HeaderValue::from_static(value));
        }
        resolve(socket.parse().unwrap(), &headers, &[PROXY]).to_string()
    }

    #[test]
    fn believes_a_proxy_only_where_it_was_named() {
        assert_eq!(resolved("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(resolved("10.0.0.2", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(resolved("10.0.0.2", &[]), "10.0.0.2");
    }

    #[test]
    fn takes_what_the_nearest_proxy_saw_and_not_what_a_client_wrote() {
        assert_eq!(resolved("10.0.0.2", &["1.1.1.1, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(resolved("10.0.0.2", &["1.1.1.1", "198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(resolved("10.0.0.2", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(resolved("10.0.0.2", &["::ffff:198.51.100.7, ::ffff:10.0.0.2"]), "198.51.100.7");
    }

    #[test]
    fn an_address_is_counted_alone_in_ipv4_and_with_its_48_in_ipv6() {
        let network = |address: &str| Origin(address.parse().unwrap()).network();
        assert_eq!(network("2001:db8:1:2::7"), network("2001:db8:1:ffff:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:1:2::7"), network("2001:db8:2:2::7"));
        assert_ne!(network("198.51.100.7"), network("198.51.100.8"));
        assert_eq!(network("::ffff:198.51.100.7"), network("198.51.100.7"));
        assert_ne!(network("::ffff:198.51.100.7"), network("::ffff:198.51.100.8"));
    }

    #[test]
    fn a_header_that_is_no_address_counts_for_the_proxy() {
        assert_eq!(resolved("10.0.0.2", &["unknown"]), "10.0.0.2");
        assert_eq!(resolved("10.0.0.2", &["198.51.100.1, unknown"]), "10.0.0.2");
    }
}
