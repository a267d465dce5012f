//! The network address a request came from: what attempts are counted by and what the audit log names.
//!
//! Behind a reverse proxy every request has the proxy's address, so that one guesser would lock everybody out. The
//! proxy's word is taken only from addresses the operator named, and only its last entry that is no such proxy:
//! everything before it anybody could have written. A client can write the header its proxy does not: where two of
//! them say different things neither is believed, and the request counts for the proxy.

mod forwarded;
mod proxies;

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};

use crate::http::extract::described::Described;
use forwarded::{Hop, Said};

pub use forwarded::ProxyHeader;
pub use proxies::{NotANetwork, Proxies, parse_network};

/// Bits of an IPv6 address that are its customer's own.
const CUSTOMER_BITS: u32 = 80;

/// The network address a request came from.
#[derive(Debug, Clone, Copy)]
pub struct Origin(pub IpAddr);

/// What attempts are counted by: an IPv4 address, or the first 48 bits of an IPv6 address. That is the most one
/// customer is given (RFC 6177), and whoever has one address of it has all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Origin {
    /// Where the request of `parts` came from.
    pub fn of(parts: &Parts, proxies: &Proxies) -> Self {
        resolved(&parts.extensions, &parts.headers, proxies)
    }

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

/// For whatever state knows the proxies whose word is taken.
impl Described for Origin {}

impl<S: Send + Sync> FromRequestParts<S> for Origin
where
    Proxies: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(resolved(&parts.extensions, &parts.headers, &Proxies::from_ref(state)))
    }
}

/// Requests made inside a test have no socket; they count as local.
fn resolved(extensions: &Extensions, headers: &HeaderMap, proxies: &Proxies) -> Origin {
    let socket = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    Origin(resolve(socket.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)).to_canonical(), headers, proxies))
}

fn resolve(socket: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    if !proxies.trust(socket) {
        return socket;
    }
    let mut said = proxies.headers().iter().filter_map(|header| match header.read(headers) {
        Said::Nothing => None,
        Said::Hops(hops) => nearest_stranger(&hops, proxies),
    });
    match said.next() {
        Some(Hop::Address(address)) if said.all(|other| other == Hop::Address(address)) => address,
        Some(Hop::Address(_) | Hop::Unreadable) | None => socket,
    }
}

/// The last hop that is no proxy of ours. What cannot be read ends the search: an address before it could have been
/// written by anybody.
fn nearest_stranger(hops: &[Hop], proxies: &Proxies) -> Option<Hop> {
    let is_stranger = |hop: &Hop| match hop {
        Hop::Address(address) => !proxies.trust(*address),
        Hop::Unreadable => true,
    };
    hops.iter().rev().copied().find(is_stranger)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn proxies(networks: &[&str], header: Option<ProxyHeader>) -> Proxies {
        Proxies::new(networks.iter().map(|text| parse_network(text).unwrap()).collect(), header)
    }

    fn from(socket: &str, lines: &[(&'static str, &'static str)], proxies: &Proxies) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, axum::http::HeaderValue::from_static(value));
        }
        resolve(socket.parse().unwrap(), &headers, proxies).to_string()
    }

    fn resolved(socket: &str, forwarded: &[&'static str]) -> String {
        let lines: Vec<_> = forwarded.iter().map(|value| ("x-forwarded-for", *value)).collect();
        from(socket, &lines, &proxies(&["10.0.0.2"], None))
    }

    #[test]
    fn believes_a_proxy_only_where_it_was_named() {
        assert_eq!(resolved("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(resolved("10.0.0.2", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(resolved("10.0.0.2", &[]), "10.0.0.2");
        let networks = proxies(&["10.1.0.0/16", "2001:db8:7::/48", "::ffff:192.0.2.0/120"], None);
        for socket in ["10.1.2.3", "2001:db8:7:1::9", "192.0.2.200"] {
            assert_eq!(from(socket, &[("x-forwarded-for", "198.51.100.1")], &networks), "198.51.100.1", "{socket}");
        }
        for socket in ["10.2.2.3", "2001:db8:8::9", "192.0.3.1"] {
            assert_eq!(from(socket, &[("x-forwarded-for", "198.51.100.1")], &networks), socket);
            assert_eq!(from(socket, &[("forwarded", "for=198.51.100.1")], &networks), socket);
            assert_eq!(from(socket, &[("x-real-ip", "198.51.100.1")], &networks), socket);
        }
    }

    #[test]
    fn takes_what_the_nearest_proxy_saw_and_not_what_a_client_wrote() {
        assert_eq!(resolved("10.0.0.2", &["1.1.1.1, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(resolved("10.0.0.2", &["1.1.1.1", "198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(resolved("10.0.0.2", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(resolved("10.0.0.2", &["::ffff:198.51.100.7, ::ffff:10.0.0.2"]), "198.51.100.7");
        assert_eq!(resolved("10.0.0.2", &["1.1.1.1:80, [2001:db8::7]:4711 , 10.0.0.2:443,"]), "2001:db8::7");
        let both = proxies(&["10.0.0.2"], None);
        let lines =
            [("forwarded", "for=1.1.1.1, for=\"[2001:db8::7]:4711\""), ("forwarded", "for=10.0.0.2;proto=https")];
        assert_eq!(from("10.0.0.2", &lines, &both), "2001:db8::7");
        assert_eq!(from("10.0.0.2", &[("x-real-ip", "198.51.100.7")], &both), "198.51.100.7");
    }

    #[test]
    fn two_headers_that_say_different_things_are_believed_neither() {
        let open = proxies(&["10.0.0.2"], None);
        let both = |first, second| [("x-forwarded-for", first), ("forwarded", second)];
        assert_eq!(from("10.0.0.2", &both("198.51.100.7", "for=198.51.100.7"), &open), "198.51.100.7");
        assert_eq!(from("10.0.0.2", &both("198.51.100.7", "for=1.1.1.1"), &open), "10.0.0.2");
        assert_eq!(from("10.0.0.2", &both("198.51.100.7", "for=_hidden"), &open), "10.0.0.2");
        // The one that names proxies only says nothing about the client.
        let chained = [("x-forwarded-for", "198.51.100.7, 10.0.0.2"), ("x-real-ip", "10.0.0.2")];
        assert_eq!(from("10.0.0.2", &chained, &open), "198.51.100.7");
        for (header, expected) in [(ProxyHeader::Forwarded, "1.1.1.1"), (ProxyHeader::XForwardedFor, "198.51.100.7")] {
            let named = proxies(&["10.0.0.2"], Some(header));
            assert_eq!(from("10.0.0.2", &both("198.51.100.7", "for=1.1.1.1"), &named), expected);
        }
        let named = proxies(&["10.0.0.2"], Some(ProxyHeader::Forwarded));
        assert_eq!(from("10.0.0.2", &[("x-forwarded-for", "1.1.1.1")], &named), "10.0.0.2", "not the one named");
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
        assert_eq!(resolved("10.0.0.2", &["198.51.100.1, unknown, 10.0.0.2"]), "10.0.0.2");
    }
}
