//! Latency histograms that many threads add to without waiting. Owns the bucket bounds and the
//! exposition's arithmetic; refuses percentiles (the exact record has those).

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Upper bounds in nanoseconds: three to a decade from 20 microseconds to 10 seconds.
pub const BOUNDS_NS: [u64; 18] = [
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    20_000_000,
    50_000_000,
    100_000_000,
    200_000_000,
    500_000_000,
    1_000_000_000,
    2_000_000_000,
    5_000_000_000,
    10_000_000_000,
];

#[derive(Debug, Default)]
pub struct Histogram {
    /// One more than there are bounds: the last holds what is above them all.
    buckets: [AtomicU64; BOUNDS_NS.len() + 1],
    sum_ns: AtomicU64,
}

/// A consistent enough reading: the count is the sum of the buckets read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Cumulative, one a bound, then all.
    pub cumulative: Vec<u64>,
    pub sum_ns: u64,
}

impl Reading {
    #[must_use]
    pub fn count(&self) -> u64 {
        self.cumulative.last().copied().unwrap_or(0)
    }
}

impl Histogram {
    pub fn add(&self, ns: u64) {
        let bucket = BOUNDS_NS.partition_point(|bound| *bound < ns);
        self.buckets[bucket].fetch_add(1, Relaxed);
        self.sum_ns.fetch_add(ns, Relaxed);
    }

    #[must_use]
    pub fn read(&self) -> Reading {
        let mut total = 0;
        let cumulative = self
            .buckets
            .iter()
            .map(|bucket| {
                total += bucket.load(Relaxed);
                total
            })
            .collect();
        Reading {
            cumulative,
            sum_ns: self.sum_ns.load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_a_bound_belongs_below_it() {
        let histogram = Histogram::default();
        for ns in [0, 20_000, 20_001, u64::from(u32::MAX) * 10] {
            histogram.add(ns);
        }
        let reading = histogram.read();
        assert_eq!(reading.cumulative[0], 2);
        assert_eq!(reading.cumulative[1], 3);
        assert_eq!(reading.cumulative[BOUNDS_NS.len() - 1], 3);
        assert_eq!(reading.count(), 4);
    }
}
