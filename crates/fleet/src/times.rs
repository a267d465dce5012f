//! How long something took, of many times.

use std::time::Duration;

/// The median and the 95th percentile.
pub(crate) struct Times(pub(crate) Vec<Duration>);

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut sorted = self.0.clone();
        sorted.sort();
        let at = |share: usize| sorted.get(sorted.len() * share / 100).copied().unwrap_or_default();
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        write!(f, "{:.1} ms (p95 {:.1})", ms(at(50)), ms(at(95)))
    }
}
