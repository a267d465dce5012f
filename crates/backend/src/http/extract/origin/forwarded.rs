//! What proxies write about where a request came from, in every form they write it: `X-Forwarded-For` (a custom),
//! `Forwarded` (RFC 7239) and `X-Real-IP` (nginx). An address may have a port, brackets, quotes, a zone, or be an IPv4
//! address mapped into IPv6. What is no address, hidden names and `unknown` among them, is said to be unreadable: it
//! must never be skipped, since what stands before it anybody could have written.

use std::net::IpAddr;

use axum::http::HeaderMap;

/// A header that proxies write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ProxyHeader {
    /// A list of addresses, the nearest last.
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
    /// One address.
    XRealIp,
}

/// Somebody a request went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hop {
    Address(IpAddr),
    Unreadable,
}

/// What a header says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It is not there.
    Nothing,
    /// In the order it was written: the nearest last.
    Hops(Vec<Hop>),
}

impl ProxyHeader {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::XForwardedFor, Self::Forwarded, Self::XRealIp];

    const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
            Self::XRealIp => "x-real-ip",
        }
    }

    /// Reads every line of this header.
    pub(super) fn read(self, headers: &HeaderMap) -> Said {
        let mut lines = headers.get_all(self.name()).iter().peekable();
        if lines.peek().is_none() {
            return Said::Nothing;
        }
        let hops = lines.flat_map(|line| match line.to_str() {
            Ok(text) => self.hops(text),
            Err(_) => vec![Hop::Unreadable],
        });
        Said::Hops(hops.collect())
    }

    fn hops(self, line: &str) -> Vec<Hop> {
        match self {
            // An empty element of a list says nothing (RFC 9110 section 5.6.1).
            Self::XForwardedFor => line.split(',').filter(|hop| !hop.trim().is_empty()).map(node).collect(),
            Self::XRealIp => vec![node(line)],
            Self::Forwarded => {
                let Some(elements) = split(line, ',') else { return vec![Hop::Unreadable] };
                elements.into_iter().filter(|element| !element.trim().is_empty()).map(element).collect()
            }
        }
    }
}

/// One element of `Forwarded`: who sent it stands in its one `for`.
fn element(text: &str) -> Hop {
    let Some(pairs) = split(text, ';') else { return Hop::Unreadable };
    let mut senders = pairs.into_iter().filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value)
    });
    match (senders.next(), senders.next()) {
        (Some(sender), None) => node(sender),
        (_, Some(_)) | (None, None) => Hop::Unreadable,
    }
}

/// The parts between `separator`, but for those within quotes; nothing if a quote never ends.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut parts, mut begin, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (place, symbol) in text.char_indices() {
        match symbol {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if symbol == separator && !quoted => {
                parts.push(text.get(begin..place)?);
                begin = place + symbol.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(begin..)?);
    if quoted { None } else { Some(parts) }
}

/// An address as it is written in either list.
fn node(text: &str) -> Hop {
    let text = text.trim();
    let bare = text.strip_prefix('"').map_or(Some(text), |rest| rest.strip_suffix('"'));
    let unescaped: Option<String> = bare.map(|bare| bare.chars().filter(|symbol| *symbol != '\\').collect());
    let address = unescaped.as_deref().and_then(host).and_then(|host| {
        let host = host.split('%').next().unwrap_or_default();
        host.parse::<IpAddr>().ok()
    });
    address.map_or(Hop::Unreadable, |address| Hop::Address(address.to_canonical()))
}

/// The address without brackets and port.
fn host(text: &str) -> Option<&str> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        return (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(host);
    }
    match text.split_once(':') {
        // Two colons or more without brackets: an IPv6 address alone.
        Some((host, port)) if !port.contains(':') => is_port(port).then_some(host),
        Some(_) | None => Some(text),
    }
}

/// A number, or a hidden one (RFC 7239 section 6).
fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok() || text.strip_prefix('_').is_some_and(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn addresses(header: ProxyHeader, line: &str) -> Vec<String> {
        let text = |hop| match hop {
            Hop::Address(address) => IpAddr::to_string(&address),
            Hop::Unreadable => "?".to_owned(),
        };
        header.hops(line).into_iter().map(text).collect()
    }

    #[test]
    fn an_address_is_read_in_every_form_it_is_written_in() {
        for (written, expected) in [
            ("198.51.100.7", "198.51.100.7"),
            ("\t198.51.100.7 ", "198.51.100.7"),
            ("198.51.100.7:5678", "198.51.100.7"),
            ("\"198.51.100.7:5678\"", "198.51.100.7"),
            ("198.51.100.7:_obscured", "198.51.100.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("2001:DB8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("\"[2001:db8::7]:443\"", "2001:db8::7"),
            ("fe80::7%eth0", "fe80::7"),
            ("[fe80::7%25eth0]:443", "fe80::7"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("[::ffff:c633:6407]:80", "198.51.100.7"),
        ] {
            assert_eq!(addresses(ProxyHeader::XForwardedFor, written), [expected], "{written}");
            assert_eq!(addresses(ProxyHeader::XRealIp, written), [expected], "{written}");
            assert_eq!(addresses(ProxyHeader::Forwarded, &format!("for={written}")), [expected], "{written}");
        }
    }

    #[test]
    fn what_is_no_address_is_unreadable_and_never_skipped() {
        for wrong in [
            "unknown",
            "_hidden",
            "proxy.example",
            "198.51.100.256",
            "198.51.100.7:port",
            "198.51.100.7:70000",
            "198.51.100.7:",
            "[198.51.100.7",
            "[2001:db8::7]443",
            "\"198.51.100.7",
            "198.51.100.7/32",
            "0x7f000001",
        ] {
            assert_eq!(addresses(ProxyHeader::XForwardedFor, &format!("192.0.2.1, {wrong}")), ["192.0.2.1", "?"]);
        }
        let header = ProxyHeader::Forwarded;
        for wrong in ["for=unknown", "for=_x", "proto=https;by=192.0.2.9", "for", "for=", "for=1.1.1.1;For=2.2.2.2"] {
            assert_eq!(addresses(header, &format!("for=192.0.2.1, {wrong}")), ["192.0.2.1", "?"], "{wrong}");
        }
        assert_eq!(addresses(header, "for=192.0.2.1, for=\"1.1.1.1"), ["?"], "a quote that never ends");
    }

    #[test]
    fn a_list_is_read_as_its_standard_says() {
        let header = ProxyHeader::Forwarded;
        let line = "by=\"x,;=\\\"\" ; FOR=\"[2001:db8::7]:1\" ;proto=https, ,for=192.0.2.1;host=\"a, for=9.9.9.9\"";
        assert_eq!(addresses(header, line), ["2001:db8::7", "192.0.2.1"]);
        assert_eq!(addresses(ProxyHeader::XForwardedFor, ", 192.0.2.1 ,,192.0.2.2,"), ["192.0.2.1", "192.0.2.2"]);
        let mut headers = HeaderMap::new();
        assert_eq!(header.read(&headers), Said::Nothing);
        headers.append("forwarded", axum::http::HeaderValue::from_bytes(b"for=\xff").unwrap());
        assert_eq!(header.read(&headers), Said::Hops(vec![Hop::Unreadable]));
    }
}
