//! Waiting a little longer than was meant, so that a fleet back on the quay does not knock as one.

use std::time::Duration;

/// `wait` and a part of up to half of it, as large as `random` is.
pub(super) fn with_jitter(wait: Duration, random: u8) -> Duration {
    wait + wait.mul_f64(f64::from(random) / 512.0)
}
