//! Histograms of both kinds in one form: how many fell at or below each bound. Owns the way from
//! explicit and exponential buckets to that form and from it to classic series; refuses buckets
//! that contradict each other.
//!
//! An exponential histogram becomes a classic one with its own boundaries, after it was made as
//! coarse as four buckets for each doubling (merging neighbours is exact, boundaries stay where
//! they are), so that the boundaries of one series are the same whatever range was measured.

use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::{ExponentialHistogramDataPoint, HistogramDataPoint};

use super::limits::{BUCKETS_MAX, SCALE_MAX};

/// Counts are `f64`: that is what series hold, and exact up to 2^53.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Upper bounds, ascending and finite, each with what fell between it and the one before.
    pub buckets: Vec<(f64, f64)>,
    pub sum: Option<f64>,
    pub count: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction;

impl Histogram {
    pub fn explicit(point: &HistogramDataPoint, divisor: f64) -> Result<Self, Contradiction> {
        let bounds = &point.explicit_bounds;
        let is_ascending = bounds.windows(2).all(|pair| pair[0] < pair[1]);
        // A point without buckets is fine: it has a sum and a count.
        let fits = point.bucket_counts.is_empty() && bounds.is_empty()
            || point.bucket_counts.len() == bounds.len() + 1;
        if !fits || !is_ascending || BUCKETS_MAX < bounds.len() || bounds.iter().any(|b| b.is_nan())
        {
            return Err(Contradiction);
        }
        let counts = point.bucket_counts.iter().map(|count| float(*count));
        let pairs = bounds.iter().map(|bound| bound / divisor).zip(counts);
        Ok(Self {
            buckets: pairs.filter(|(bound, _)| bound.is_finite()).collect(),
            sum: point.sum.map(|sum| sum / divisor),
            count: float(point.count),
        })
    }

    pub fn exponential(point: &ExponentialHistogramDataPoint, divisor: f64) -> Self {
        /// For zero, and for where the first of either sign begins.
        const OTHERS: usize = 3;
        let (negative, positive) = (point.negative.as_ref(), point.positive.as_ref());
        let mut coarser = u32::try_from(point.scale.saturating_sub(SCALE_MAX)).unwrap_or(0);
        while BUCKETS_MAX - OTHERS < width(negative, coarser) + width(positive, coarser) {
            coarser += 1;
        }
        let scale = i64::from(point.scale) - i64::from(coarser);
        let (below, above) = (merged(negative, coarser), merged(positive, coarser));
        // Negative bucket i holds -base^(i+1) up to -base^i.
        let below = below.iter().rev();
        let begins = below
            .clone()
            .next()
            .map(|(index, _)| (-bound(scale, index + 1), 0.0));
        let mut buckets: Vec<(f64, f64)> = begins.into_iter().collect();
        buckets.extend(below.map(|(index, count)| (-bound(scale, *index), *count)));
        if 0 < point.zero_count || !buckets.is_empty() {
            buckets.push((point.zero_threshold.max(0.0), float(point.zero_count)));
        }
        // Without it, the first bucket would be taken to begin at zero.
        let begins = above.first().map(|(index, _)| (bound(scale, *index), 0.0));
        buckets.extend(begins);
        buckets.extend(
            above
                .iter()
                .map(|(index, count)| (bound(scale, index + 1), *count)),
        );
        Self {
            buckets: in_range(buckets, divisor),
            sum: point.sum.map(|sum| sum / divisor),
            count: float(point.count),
        }
    }

    /// Adds what another interval brought; bounds that only one of both has are kept.
    pub fn add(&mut self, more: &Self) {
        for (bound, count) in &more.buckets {
            match self
                .buckets
                .binary_search_by(|(known, _)| known.total_cmp(bound))
            {
                Ok(at) => self.buckets[at].1 += count,
                Err(at) => self.buckets.insert(at, (*bound, *count)),
            }
        }
        self.sum = match (self.sum, more.sum) {
            (Some(one), Some(other)) => Some(one + other),
            (one, other) => one.or(other),
        };
        self.count += more.count;
    }

    /// `le` and how many are at or below it, `+Inf` last.
    pub fn cumulative(&self) -> impl Iterator<Item = (String, f64)> {
        let below = self.buckets.iter().scan(0.0, |below, (bound, count)| {
            *below += count;
            Some((bound.to_string(), *below))
        });
        below.chain([("+Inf".to_owned(), self.count)])
    }
}

/// Bounds that are the same number (far from one, a coarse scale runs out of numbers) are one
/// bucket, and beyond the largest number there is only `+Inf`, which `count` is.
fn in_range(buckets: Vec<(f64, f64)>, divisor: f64) -> Vec<(f64, f64)> {
    let mut distinct: Vec<(f64, f64)> = Vec::with_capacity(buckets.len());
    for (bound, count) in buckets {
        let bound = bound / divisor;
        match distinct.last_mut() {
            Some((last, sum)) if bound <= *last => *sum += count,
            _ if bound == f64::INFINITY => {}
            _ => distinct.push((bound.max(f64::MIN), count)),
        }
    }
    distinct
}

/// Each count with its index at the coarser scale, from the first that counted to the last.
fn merged(buckets: Option<&Buckets>, coarser: u32) -> Vec<(i64, f64)> {
    let mut merged: Vec<(i64, f64)> = Vec::new();
    let Some(buckets) = buckets else {
        return merged;
    };
    let counted = buckets.bucket_counts.iter().rposition(|count| 0 < *count);
    let end = counted.map_or(0, |last| last + 1);
    for (at, count) in (0_i64..).zip(&buckets.bucket_counts[..end]) {
        let index = shifted(i64::from(buckets.offset) + at, coarser);
        match merged.last_mut() {
            Some((last, sum)) if *last == index => *sum += float(*count),
            Some(_) => merged.push((index, float(*count))),
            None if *count == 0 => {}
            None => merged.push((index, float(*count))),
        }
    }
    merged
}

fn width(buckets: Option<&Buckets>, coarser: u32) -> usize {
    let Some(buckets) = buckets else { return 0 };
    let counted = |count: &u64| 0 < *count;
    let first = buckets.bucket_counts.iter().position(counted);
    let last = buckets.bucket_counts.iter().rposition(counted);
    let (Some(first), Some(last)) = (first, last) else {
        return 0;
    };
    let index = |at: usize| {
        shifted(
            i64::from(buckets.offset) + i64::try_from(at).unwrap_or(0),
            coarser,
        )
    };
    usize::try_from(index(last) - index(first) + 1).unwrap_or(usize::MAX)
}

fn shifted(index: i64, coarser: u32) -> i64 {
    index
        .checked_shr(coarser)
        .unwrap_or(if index < 0 { -1 } else { 0 })
}

/// `2^(index / 2^scale)`.
fn bound(scale: i64, index: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the index has 33 bits at most")]
    let index = index as f64;
    let scale = i32::try_from(scale).unwrap_or(i32::MIN);
    (index * 2_f64.powi(scale.saturating_neg())).exp2()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts are exact up to 2^53, as in every series"
)]
pub fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exponential(scale: i32, offset: i32, counts: &[u64]) -> ExponentialHistogramDataPoint {
        ExponentialHistogramDataPoint {
            scale,
            positive: Some(Buckets {
                offset,
                bucket_counts: counts.to_vec(),
            }),
            count: counts.iter().sum(),
            ..<_>::default()
        }
    }

    #[test]
    fn explicit_buckets_that_contradict_each_other_are_refused() {
        let check = |bounds: &[f64], counts: &[u64], expected: bool| {
            let point = HistogramDataPoint {
                explicit_bounds: bounds.to_vec(),
                bucket_counts: counts.to_vec(),
                ..<_>::default()
            };
            assert_eq!(
                Histogram::explicit(&point, 1.0).is_ok(),
                expected,
                "{bounds:?} {counts:?}"
            );
        };
        check(&[], &[], true);
        check(&[], &[5], true);
        check(&[1.0, 2.0], &[1, 2, 3], true);
        check(&[1.0, 2.0], &[1, 2], false);
        check(&[1.0], &[], false);
        check(&[2.0, 1.0], &[1, 2, 3], false);
        check(&[f64::NAN], &[1, 2], false);
        check(&[1.0, f64::INFINITY], &[1, 2, 0], true);
        check(&vec![0.0; 200], &vec![0; 201], false);
    }

    #[test]
    fn milliseconds_become_seconds_in_bounds_and_sum() {
        let point = HistogramDataPoint {
            explicit_bounds: vec![5.0, 250.0],
            bucket_counts: vec![1, 2, 3],
            sum: Some(1_500.0),
            count: 6,
            ..<_>::default()
        };
        let histogram = Histogram::explicit(&point, 1e3).unwrap();
        let lines: Vec<_> = histogram.cumulative().collect();
        assert_eq!(histogram.sum, Some(1.5));
        assert_eq!(
            lines,
            [
                ("0.005".into(), 1.0),
                ("0.25".into(), 3.0),
                ("+Inf".into(), 6.0)
            ]
        );
    }

    #[test]
    fn exponential_buckets_keep_their_boundaries() {
        let check = |point: &ExponentialHistogramDataPoint, expected: &[(f64, f64)]| {
            let got = Histogram::exponential(point, 1.0).buckets;
            assert_eq!(got.len(), expected.len(), "{got:?}");
            for (one, other) in got.iter().zip(expected) {
                assert!(
                    (one.0 - other.0).abs() < 1e-9 && one.1 == other.1,
                    "{got:?}"
                );
            }
        };
        check(
            &exponential(0, 0, &[1, 2]),
            &[(1.0, 0.0), (2.0, 1.0), (4.0, 2.0)],
        );
        check(&exponential(0, -1, &[1]), &[(0.5, 0.0), (1.0, 1.0)]);
        // At scale 3 two neighbours are one bucket of scale 2.
        check(
            &exponential(3, 0, &[1, 2, 4, 0]),
            &[(1.0, 0.0), (2_f64.powf(0.25), 3.0), (2_f64.powf(0.5), 4.0)],
        );
        let mut both = exponential(0, 0, &[1]);
        both.zero_count = 5;
        both.negative = Some(Buckets {
            offset: 1,
            bucket_counts: vec![7],
        });
        check(
            &both,
            &[(-4.0, 0.0), (-2.0, 7.0), (0.0, 5.0), (1.0, 0.0), (2.0, 1.0)],
        );
    }

    #[test]
    fn any_scale_and_range_stays_within_the_bound() {
        for (scale, offset, count) in [
            (20, i32::MIN, 1000),
            (20, i32::MAX - 5, 1000),
            (-20, -3, 40),
            (i32::MIN, 0, 3),
            (i32::MAX, -500, 2000),
            (2, -4000, 8000),
        ] {
            let point = exponential(scale, offset, &vec![1; count]);
            let histogram = Histogram::exponential(&point, 1.0);
            assert!(histogram.buckets.len() <= BUCKETS_MAX, "{scale} {offset}");
        }
    }
}
