//! Where the device is, with how sure it is. Never waited for: a record is made without it.

use std::time::Duration;

use serde::Deserialize;

use crate::PlatformError;

/// How long one waits at most while the person goes on.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Metres within which it lies with 68 % probability; none where the system does not say, and then nobody knows.
    pub accuracy_m: Option<f64>,
    /// How old it is, in milliseconds.
    pub age_ms: u64,
}

impl Fix {
    /// Refuses what is no place.
    pub fn checked(self) -> Result<Self, PlatformError> {
        let on_earth = self.latitude.abs() <= 90.0 && self.longitude.abs() <= 180.0;
        let sure = self.accuracy_m.is_none_or(|metres| metres.is_finite() && metres >= 0.0);
        if on_earth && sure { Ok(self) } else { Err(PlatformError::Damaged) }
    }
}

/// The device's place.
pub trait Location: Send + Sync {
    /// The best that is to be had within `patience`; [`PlatformError::Late`] where there is nothing.
    fn locate(&self, patience: Duration) -> impl Future<Output = Result<Fix, PlatformError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIX: Fix = Fix { latitude: 52.46, longitude: 4.6, accuracy_m: Some(12.0), age_ms: 900 };

    #[test]
    fn refuses_what_is_no_place_on_earth() {
        assert!(FIX.checked().is_ok());
        for latitude in [90.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Fix { latitude, ..FIX }.checked(), Err(PlatformError::Damaged));
        }
        assert!(Fix { longitude: -180.1, ..FIX }.checked().is_err());
    }

    #[test]
    fn refuses_an_accuracy_that_is_none_and_takes_its_absence() {
        for metres in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(Fix { accuracy_m: Some(metres), ..FIX }.checked().is_err(), "{metres}");
        }
        assert!(Fix { accuracy_m: None, ..FIX }.checked().is_ok());
    }
}
