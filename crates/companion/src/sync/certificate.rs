//! Why a certificate was not believed: it is at fault, or this device's clock is.
//!
//! A clock is not trusted for its own sake, but neither is it blamed without reason: it is wrong for certain when it is
//! before a time that has come, or in a century nobody lives in. A certificate that is not valid yet, or ran out long
//! ago while somebody still serves by it, says the same.

use std::error::Error;
use std::io;

use chrono::{DateTime, TimeDelta, Utc};
use rustls::CertificateError;
use rustls::pki_types::UnixTime;

use crate::transport::{CertificateFault, TransportError};

/// A certificate that ran out longer ago than this and is still served is less likely than a clock that is ahead.
const LONG_EXPIRED: TimeDelta = TimeDelta::days(30);
/// Clocks that have lost their battery show times from here on (2100-01-01).
const NO_LATER_THAN: i64 = 4_102_444_800;

/// What `cause` says of certificate or clock, if it is about either.
pub(super) fn fault(cause: &(dyn Error + 'static), floor: DateTime<Utc>) -> Option<TransportError> {
    if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
        let rustls::Error::InvalidCertificate(error) = tls else { return None };
        return Some(of_certificate(error, floor));
    }
    // An error of the TLS library travels inside one of the socket, or of several: those tell the source of what they
    // hold, and not what they hold.
    fault(cause.downcast_ref::<io::Error>()?.get_ref()?, floor)
}

fn of_certificate(error: &CertificateError, floor: DateTime<Utc>) -> TransportError {
    if matches!(error, CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) {
        return TransportError::Clock;
    }
    if let CertificateError::ExpiredContext { time, not_after } = error
        && (is_impossible(*time, floor) || since(*time, *not_after) > LONG_EXPIRED)
    {
        return TransportError::Clock;
    }
    if matches!(error, CertificateError::Expired | CertificateError::ExpiredContext { .. }) {
        return CertificateFault::Expired.into();
    }
    if matches!(error, CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }) {
        return CertificateFault::OtherName.into();
    }
    // Whatever else is wrong with it: it is not to be trusted.
    CertificateFault::Untrusted.into()
}

/// Whether a clock that shows `time` is wrong for certain.
fn is_impossible(time: UnixTime, floor: DateTime<Utc>) -> bool {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    seconds < floor.timestamp() || seconds >= NO_LATER_THAN
}

fn since(later: UnixTime, earlier: UnixTime) -> TimeDelta {
    let seconds = later.as_secs().saturating_sub(earlier.as_secs());
    i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::time::Duration;

    use super::*;

    fn at(text: &str) -> UnixTime {
        let time: DateTime<Utc> = text.parse().unwrap();
        UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(time.timestamp()).unwrap()))
    }

    #[test]
    fn it_is_found_however_many_errors_of_the_socket_it_travels_in() {
        let tls = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let mut error = io::Error::new(io::ErrorKind::InvalidData, tls);
        for _ in 0..3 {
            let found = fault(&error, DateTime::default());
            assert_eq!(found, Some(CertificateFault::Untrusted.into()), "{error:?}");
            error = io::Error::other(error);
        }
        assert_eq!(fault(&io::Error::other("cut off"), DateTime::default()), None);
    }

    fn meant(error: &CertificateError) -> TransportError {
        of_certificate(error, "2026-11-01T00:00:00Z".parse().unwrap())
    }

    fn expired(now: &str, not_after: &str) -> TransportError {
        meant(&CertificateError::ExpiredContext { time: at(now), not_after: at(not_after) })
    }

    #[test]
    fn a_clock_that_cannot_be_right_is_named_and_not_the_network_or_the_certificate() {
        let not_before = at("2026-10-01T00:00:00Z");
        for early in ["1970-01-02T00:00:00Z", "2016-01-01T00:00:00Z", "2026-09-30T00:00:00Z"] {
            let not_yet = CertificateError::NotValidYetContext { time: at(early), not_before };
            assert_eq!(meant(&not_yet), TransportError::Clock, "{early}");
        }
        assert_eq!(expired("2046-01-01T00:00:00Z", "2027-10-01T00:00:00Z"), TransportError::Clock);
        assert_eq!(expired("2101-01-01T00:00:00Z", "2100-12-31T00:00:00Z"), TransportError::Clock);
        assert_eq!(expired("2026-10-31T00:00:00Z", "2026-10-30T00:00:00Z"), TransportError::Clock);
    }

    #[test]
    fn a_certificate_that_ran_out_the_other_day_is_the_municipalitys_fault() {
        assert_eq!(expired("2026-11-25T00:00:00Z", "2026-11-20T00:00:00Z"), CertificateFault::Expired.into());
    }

    #[test]
    fn another_issuer_and_another_name_are_told_apart() {
        assert_eq!(meant(&CertificateError::UnknownIssuer), CertificateFault::Untrusted.into());
        assert_eq!(meant(&CertificateError::NotValidForName), CertificateFault::OtherName.into());
    }
}
