//! Whose answer it is: the backend's, or that of something on the way to it.
//!
//! Every answer of the backend carries `API-Version`. One without is a captive portal's, a proxy's, a filter's: it is
//! never the backend's refusal, whatever its status says. Where such a header was stripped on the way a success still
//! counts, if it holds what was asked for; a refusal does not, since records are set aside for one.

use std::error::Error;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::certificate;
use crate::transport::{Between, TransportError};

/// The header by which the backend names itself.
const API_VERSION: &str = "api-version";
/// How the client words a proxy that asks who one is, before there is any answer.
const PROXY_ASKS_WHO: &str = "proxy authorization required";

/// Whether the backend itself answered.
pub(super) fn is_the_backends(headers: &HeaderMap) -> bool {
    headers.contains_key(API_VERSION)
}

/// What it means that somebody else answered, after `sent_bytes` of body.
pub(super) fn answered(status: StatusCode, sent_bytes: usize) -> Between {
    let code = status.as_u16();
    match status {
        StatusCode::UNAUTHORIZED
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED
        | StatusCode::NETWORK_AUTHENTICATION_REQUIRED => Between::SignIn,
        StatusCode::PAYLOAD_TOO_LARGE => Between::TooLarge { bytes: sent_bytes },
        _ if status.is_server_error() => Between::Unavailable { status: code },
        _ if status.is_client_error() => Between::Refuses { status: code },
        // A page where data was asked for, or a way to one.
        _ => Between::SignIn,
    }
}

/// Why there is no answer at all. `floor` is a time that has certainly come.
pub(super) fn unanswered(error: &reqwest::Error, floor: DateTime<Utc>) -> TransportError {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = next {
        if let Some(fault) = certificate::fault(cause, floor) {
            return fault;
        }
        if cause.to_string().contains(PROXY_ASKS_WHO) {
            return Between::SignIn.into();
        }
        next = cause.source();
    }
    TransportError::Network
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_others_answer_is_told_apart_by_what_helps() {
        let meant = |status: u16| answered(StatusCode::from_u16(status).unwrap(), 70);
        for sign_in in [200, 204, 301, 302, 303, 307, 308, 401, 407, 511] {
            assert_eq!(meant(sign_in), Between::SignIn, "{sign_in}");
        }
        for unavailable in [500, 502, 503, 504] {
            assert_eq!(meant(unavailable), Between::Unavailable { status: unavailable });
        }
        for refuses in [400, 403, 404, 405, 409, 415, 451] {
            assert_eq!(meant(refuses), Between::Refuses { status: refuses });
        }
        assert_eq!(meant(413), Between::TooLarge { bytes: 70 });
    }
}
