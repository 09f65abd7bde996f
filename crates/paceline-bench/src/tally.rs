//! What one run counted. Owns the histogram and the counters of errors; refuses to judge them.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

/// Latencies up to a minute, in nanoseconds, three significant digits.
const LATENCY_NANOS_MAX: u64 = 60_000_000_000;

/// Latencies and misfortunes of one run, or of several merged.
#[derive(Clone, Debug)]
pub struct Tally {
    histogram: Histogram<u64>,
    pub errors: u64,
    pub first_error: Option<String>,
    pub doubled_claims: u64,
    /// Time inside operations.
    pub busy: Duration,
    /// Whether workers prepare between operations.
    pub is_part_of_steps: bool,
    pub last: Option<Instant>,
}

impl Tally {
    pub fn new() -> Self {
        #[expect(
            clippy::expect_used,
            reason = "the bounds are constants that the tests construct"
        )]
        let histogram = Histogram::new_with_bounds(1_000, LATENCY_NANOS_MAX, 3)
            .expect("the bounds of the histogram are valid");
        Self {
            histogram,
            errors: 0,
            first_error: None,
            doubled_claims: 0,
            busy: Duration::ZERO,
            is_part_of_steps: false,
            last: None,
        }
    }

    pub fn record(&mut self, latency: Duration, ended: Instant) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.histogram.saturating_record(nanos);
        self.busy += latency;
        self.last = self.last.max(Some(ended));
    }

    pub fn fail(&mut self, error: impl FnOnce() -> String) {
        self.errors += 1;
        self.first_error.get_or_insert_with(error);
    }

    pub fn operations(&self) -> u64 {
        self.histogram.len()
    }

    pub fn has_some(&self) -> bool {
        0 < self.operations() + self.errors
    }

    /// In milliseconds; `quantile` from 0 to 1.
    pub fn quantile_ms(&self, quantile: f64) -> f64 {
        self.histogram.value_at_quantile(quantile) as f64 / 1e6
    }

    pub fn max_ms(&self) -> f64 {
        self.histogram.max() as f64 / 1e6
    }

    pub fn merge(&mut self, other: &Self) {
        // Equal bounds: adding cannot fail.
        let _ = self.histogram.add(&other.histogram);
        self.errors += other.errors;
        self.doubled_claims += other.doubled_claims;
        self.busy += other.busy;
        self.is_part_of_steps |= other.is_part_of_steps;
        self.last = self.last.max(other.last);
        if self.first_error.is_none() {
            self.first_error.clone_from(&other.first_error);
        }
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn tally(millis: impl IntoIterator<Item = u64>) -> Tally {
        let mut tally = Tally::new();
        for latency in millis {
            tally.record(Duration::from_millis(latency), clock::now());
        }
        tally
    }

    #[test]
    fn merging_equals_recording_everything_in_one() {
        let mut merged = tally(1..=500);
        merged.merge(&tally(501..=1_000));
        let whole = tally(1..=1_000);
        for quantile in [0.0, 0.5, 0.9, 0.99, 0.999, 1.0] {
            assert_eq!(merged.quantile_ms(quantile), whole.quantile_ms(quantile));
        }
        assert_eq!(merged.operations(), 1_000);
        assert_eq!(merged.busy, whole.busy);
        assert!((merged.quantile_ms(0.5) - 500.0).abs() < 0.5);
    }

    #[test]
    fn errors_are_counted_and_the_first_is_kept() {
        let mut left = tally([1]);
        let mut right = tally([]);
        right.fail(|| "refused".to_owned());
        right.fail(|| "refused again".to_owned());
        left.merge(&right);
        assert_eq!(
            (left.errors, left.first_error.as_deref()),
            (2, Some("refused"))
        );
        assert_eq!(left.operations(), 1);
    }

    #[test]
    fn a_latency_beyond_the_scale_is_kept_at_its_end() {
        let far = tally([3_600_000]);
        assert!((far.max_ms() - 60_000.0).abs() < 100.0);
    }
}
