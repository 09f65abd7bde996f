//! Durations summed up in bounded memory. Owns the histogram and the rounding; refuses to compare.
//!
//! Percentiles come from an HdrHistogram (Gil Tene) of microseconds with three significant digits,
//! so they are exact below 2 ms and within 0.1 % above; count, mean, minimum and maximum are exact.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// Thirty days: nothing that is timed here takes longer.
const MICROS_MAX: u64 = 30 * 86_400 * 1_000_000;
const SIGNIFICANT_DIGITS: u8 = 3;

/// Milliseconds with microsecond resolution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub count: u64,
    pub mean_ms: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub min_ms: f64,
    pub max_ms: f64,
}

/// Takes in durations one by one.
#[derive(Clone, Debug, Default)]
pub struct Durations {
    /// Grows with the longest duration seen; absent until the first.
    histogram: Option<Histogram<u64>>,
    weight: f64,
    weighted_micros: f64,
    micros_min: u64,
    micros_max: u64,
}

impl Durations {
    /// Adds a duration that stands for `weight` of its kind. What is no duration counts as zero.
    pub fn record(&mut self, duration_ms: f64, weight: f64) {
        let micros = ((duration_ms * 1_000.0).round() as u64).min(MICROS_MAX);
        let weight = if weight.is_finite() && 0.0 < weight {
            weight
        } else {
            1.0
        };
        // Fractions of a weight are carried to the next record, so that the total stays right.
        let before = self.weight.round();
        self.micros_min = if self.weight == 0.0 {
            micros
        } else {
            self.micros_min.min(micros)
        };
        self.micros_max = self.micros_max.max(micros);
        self.weight += weight;
        self.weighted_micros += micros as f64 * weight;
        let whole = (self.weight.round() - before) as u64;
        if self.histogram.is_none() {
            self.histogram = Histogram::new(SIGNIFICANT_DIGITS).ok();
        }
        if let Some(histogram) = &mut self.histogram {
            // It grows by itself up to far beyond the largest value, so there is nothing to refuse.
            let recorded = histogram.record_n(micros, whole);
            debug_assert!(recorded.is_ok());
        }
    }

    /// Takes over what another took in.
    pub fn merge(&mut self, other: &Self) {
        if other.weight == 0.0 {
            return;
        }
        if self.weight == 0.0 {
            self.clone_from(other);
            return;
        }
        self.micros_min = self.micros_min.min(other.micros_min);
        self.micros_max = self.micros_max.max(other.micros_max);
        self.weight += other.weight;
        self.weighted_micros += other.weighted_micros;
        if let (Some(own), Some(more)) = (&mut self.histogram, &other.histogram) {
            // Both have the same precision and grow by themselves.
            let added = own.add(more);
            debug_assert!(added.is_ok());
        }
    }

    #[must_use]
    pub fn count(&self) -> u64 {
        self.weight.round() as u64
    }

    /// All durations together, in milliseconds.
    #[must_use]
    pub fn total_ms(&self) -> f64 {
        self.weighted_micros / 1_000.0
    }

    /// `None` when nothing was taken in.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        let histogram = self.histogram.as_ref()?;
        let at = |quantile: f64| {
            let micros = histogram.value_at_quantile(quantile);
            micros.clamp(self.micros_min, self.micros_max) as f64 / 1_000.0
        };
        Some(Summary {
            count: self.count(),
            mean_ms: to_micros(self.weighted_micros / self.weight / 1_000.0),
            p50_ms: at(0.50),
            p95_ms: at(0.95),
            p99_ms: at(0.99),
            min_ms: self.micros_min as f64 / 1_000.0,
            max_ms: self.micros_max as f64 / 1_000.0,
        })
    }
}

/// Milliseconds rounded to microseconds.
#[must_use]
pub fn to_micros(ms: f64) -> f64 {
    (ms * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(records: &[(f64, f64)]) -> Summary {
        let mut durations = Durations::default();
        for (duration_ms, weight) in records {
            durations.record(*duration_ms, *weight);
        }
        durations.summary().unwrap()
    }

    #[test]
    fn nothing_has_no_summary() {
        assert_eq!(Durations::default().summary(), None);
    }

    #[test]
    fn one_to_999_has_the_percentiles_of_a_textbook() {
        let records: Vec<_> = (1..=999)
            .map(|one| (f64::from(one) / 1_000.0, 1.0))
            .collect();
        let expected = Summary {
            count: 999,
            mean_ms: 0.5,
            p50_ms: 0.5,
            p95_ms: 0.95,
            p99_ms: 0.99,
            min_ms: 0.001,
            max_ms: 0.999,
        };
        assert_eq!(of(&records), expected);
    }

    #[test]
    fn a_weight_counts_as_so_many_records() {
        let weighted = of(&[(1.0, 3.0), (5.0, 1.0)]);
        assert_eq!(
            weighted,
            of(&[(1.0, 1.0), (1.0, 1.0), (1.0, 1.0), (5.0, 1.0)])
        );
        assert_eq!(
            (weighted.count, weighted.mean_ms, weighted.p50_ms),
            (4, 2.0, 1.0)
        );
    }

    #[test]
    fn merged_halves_are_the_whole() {
        let (mut whole, mut first, mut second) = <(Durations, Durations, Durations)>::default();
        for one in 0..200 {
            let half = if one % 2 == 0 {
                &mut first
            } else {
                &mut second
            };
            for durations in [&mut whole, half] {
                durations.record(f64::from(one) * 3.7, 2.0);
            }
        }
        first.merge(&Durations::default());
        first.merge(&second);
        assert_eq!(first.summary(), whole.summary());
        let mut empty = Durations::default();
        empty.merge(&whole);
        assert_eq!(empty.summary(), whole.summary());
    }

    #[test]
    fn fractional_weights_add_up() {
        let records: Vec<_> = (0..1_000).map(|_| (2.0, 2.3)).collect();
        assert_eq!(of(&records).count, 2_300);
    }

    #[test]
    fn percentiles_stay_between_minimum_and_maximum() {
        let summary = of(&[(123_456.789, 1.0)]);
        assert_eq!(
            (summary.p50_ms, summary.p99_ms),
            (summary.min_ms, summary.max_ms)
        );
    }

    #[test]
    fn long_durations_are_within_a_tenth_of_a_percent() {
        let records: Vec<_> = (1..=100)
            .map(|one| (f64::from(one) * 1_000.0, 1.0))
            .collect();
        let p95_ms = of(&records).p95_ms;
        assert!((p95_ms - 95_000.0).abs() < 95.0, "{p95_ms}");
    }

    #[test]
    fn nonsense_does_not_panic() {
        let summary = of(&[(f64::NAN, 1.0), (-1.0, f64::NAN), (f64::INFINITY, 0.0)]);
        assert_eq!((summary.count, summary.min_ms), (3, 0.0));
    }
}
