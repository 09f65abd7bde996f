//! Classic histograms: series of one metric that differ in `le`. Owns what Prometheus does with
//! them: interpolation within a bucket, the repair of counts that fall, and what is told of it.

use std::collections::HashMap;

use paceline_metrics::Labels;

use super::column::{ABSENT, Column, is_present, without};
use super::context::{Evaluator, Sink};
use super::merge::{Merger, names_may_differ};
use super::steps::Steps;
use crate::error::QueryError;
use crate::parse::Node;

const BOUND: &str = "le";

/// Counts whose relative difference is smaller are taken for equal: sums of rates in another
/// order differ by that much.
const SMALL_DIFFERENCE: f64 = 1e-12;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    bound: f64,
    /// Of what is not above the bound.
    count: f64,
}

/// The buckets with equal labels but for `le`.
struct Histogram {
    labels: Labels,
    drop_name: bool,
    /// By bound.
    buckets: Vec<(f64, Column)>,
}

impl Evaluator<'_> {
    pub(crate) fn histogram_quantile(
        &self,
        args: &[Node],
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let quantiles = self.quantiles(&args[0], steps)?;
        let mut noted: Option<String> = None;
        self.each_histogram(&args[1], steps, sink, &mut |name, step, buckets| {
            let (quantile, was_repaired) = bucket_quantile(quantiles.at(step), buckets);
            if was_repaired && noted.as_deref() != Some(name) {
                noted = Some(name.to_owned());
                let text = format!(
                    "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric name {name:?}"
                );
                self.notes.info(args[1].at, &text);
            }
            quantile
        })
    }

    pub(crate) fn histogram_fraction(
        &self,
        args: &[Node],
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let lower = self.scalar(&args[0], steps)?;
        let upper = self.scalar(&args[1], steps)?;
        self.each_histogram(&args[2], steps, sink, &mut |_, step, buckets| {
            bucket_fraction(lower.at(step), upper.at(step), buckets)
        })
    }

    /// Gives each histogram's buckets at each step at which it has any.
    fn each_histogram(
        &self,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
        value: &mut dyn FnMut(&str, usize, &mut Vec<Bucket>) -> f64,
    ) -> Result<(), QueryError> {
        let histograms = self.histograms(arg, steps)?;
        let may_collide = !self.options.delayed_name_removal && names_may_differ(arg);
        let mut merger = Merger::default();
        let mut at_step = Vec::new();
        for histogram in histograms {
            self.check()?;
            let mut column = self.column(histogram.labels.clone(), steps)?;
            column.drop_name = histogram.drop_name;
            let name = histogram.labels.metric_name();
            for (step, out) in column.values.iter_mut().enumerate() {
                histogram.gather(step, &mut at_step);
                *out = match at_step.is_empty() {
                    true => ABSENT,
                    false => value(name, step, &mut at_step),
                };
            }
            self.drop_name(&mut column);
            if may_collide {
                merger.add(column)?;
            } else {
                sink(column)?;
            }
        }
        merger.drain(sink)
    }

    fn histograms(&self, arg: &Node, steps: Steps) -> Result<Vec<Histogram>, QueryError> {
        let mut histograms: Vec<Histogram> = Vec::new();
        let mut places: HashMap<Labels, usize> = HashMap::new();
        self.vector(arg, steps, &mut |column| {
            let written = column.labels.get(BOUND);
            let Ok(bound) = written.parse::<f64>() else {
                let name = column.labels.metric_name();
                let text = format!(
                    "bucket label \"le\" is missing or has a malformed value of {written:?} for metric name {name:?}"
                );
                self.notes.warn(arg.at, &text);
                return Ok(());
            };
            let labels = without(&column.labels, &[BOUND]);
            let place = *places.entry(labels).or_insert_with_key(|labels| {
                histograms.push(Histogram {
                    labels: labels.clone(),
                    drop_name: false,
                    buckets: Vec::new(),
                });
                histograms.len() - 1
            });
            let histogram = &mut histograms[place];
            histogram.drop_name |= column.drop_name;
            histogram.buckets.push((bound, column));
            Ok(())
        })?;
        for histogram in &mut histograms {
            histogram
                .buckets
                .sort_by(|one, other| one.0.total_cmp(&other.0));
        }
        Ok(histograms)
    }
}

impl Histogram {
    fn gather(&self, step: usize, buckets: &mut Vec<Bucket>) {
        buckets.clear();
        for (bound, column) in &self.buckets {
            let count = column.values[step];
            if is_present(count) {
                buckets.push(Bucket {
                    bound: *bound,
                    count,
                });
            }
        }
    }
}

/// And whether falling counts had to be repaired.
fn bucket_quantile(quantile: f64, buckets: &mut Vec<Bucket>) -> (f64, bool) {
    if quantile.is_nan() {
        return (f64::NAN, false);
    }
    if quantile < 0.0 {
        return (f64::NEG_INFINITY, false);
    }
    if 1.0 < quantile {
        return (f64::INFINITY, false);
    }
    if !ends_in_infinity(buckets) {
        return (f64::NAN, false);
    }
    join_equal_bounds(buckets);
    let was_repaired = make_monotonic(buckets);
    (interpolate_quantile(quantile, buckets), was_repaired)
}

fn interpolate_quantile(quantile: f64, buckets: &[Bucket]) -> f64 {
    let last = buckets.len() - 1;
    let observations = buckets[last].count;
    if last == 0 || observations == 0.0 || observations.is_nan() {
        return f64::NAN;
    }
    let mut rank = quantile * observations;
    let place = buckets[..last].partition_point(|bucket| bucket.count < rank);
    if place == last {
        // Above every finite bound: the highest is the best that is known.
        return buckets[last - 1].bound;
    }
    let bucket = buckets[place];
    let Some(below) = place.checked_sub(1).map(|below| buckets[below]) else {
        if bucket.bound <= 0.0 {
            return bucket.bound;
        }
        return bucket.bound * (rank / bucket.count);
    };
    rank -= below.count;
    below.bound + (bucket.bound - below.bound) * (rank / (bucket.count - below.count))
}

/// The share of observations between two values.
fn bucket_fraction(lower: f64, upper: f64, buckets: &mut Vec<Bucket>) -> f64 {
    if !ends_in_infinity(buckets) {
        return f64::NAN;
    }
    join_equal_bounds(buckets);
    let observations = buckets[buckets.len() - 1].count;
    if observations == 0.0 || observations.is_nan() || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if upper <= lower {
        return 0.0;
    }
    (rank_of(upper, buckets) - rank_of(lower, buckets)) / observations
}

/// How many observations are not above a value, linearly within a bucket. In a bucket without an
/// end nothing can be interpolated: it counts as a whole where it starts at -Inf, and not at all
/// where it ends at +Inf.
fn rank_of(value: f64, buckets: &[Bucket]) -> f64 {
    let mut rank = 0.0;
    for (place, bucket) in buckets.iter().enumerate() {
        let start = match place.checked_sub(1) {
            Some(below) => buckets[below].bound,
            None if bucket.bound <= 0.0 => f64::NEG_INFINITY,
            None => 0.0,
        };
        if value <= start {
            return rank;
        }
        if value < bucket.bound {
            if start.is_infinite() {
                return bucket.count;
            }
            return rank + (bucket.count - rank) * ((value - start) / (bucket.bound - start));
        }
        rank = bucket.count;
    }
    rank
}

fn ends_in_infinity(buckets: &[Bucket]) -> bool {
    buckets
        .last()
        .is_some_and(|bucket| bucket.bound == f64::INFINITY)
}

/// `le="1"` and `le="1.0"` are one bucket.
fn join_equal_bounds(buckets: &mut Vec<Bucket>) {
    buckets.dedup_by(|later, kept| {
        let is_equal = later.bound == kept.bound;
        if is_equal {
            kept.count += later.count;
        }
        is_equal
    });
}

/// Counts must not fall; tells whether one did by more than rounding.
fn make_monotonic(buckets: &mut [Bucket]) -> bool {
    let mut was_repaired = false;
    let Some((first, rest)) = buckets.split_first_mut() else {
        return false;
    };
    let mut before = first.count;
    for bucket in rest {
        if bucket.count == before {
            continue;
        }
        let differ = !almost_equal(before, bucket.count);
        let falls = bucket.count < before;
        if differ && !falls {
            before = bucket.count;
            continue;
        }
        was_repaired |= differ;
        bucket.count = before;
    }
    was_repaired
}

fn almost_equal(one: f64, other: f64) -> bool {
    if one == other || (one.is_nan() && other.is_nan()) {
        return true;
    }
    let difference = (one - other).abs();
    let size = one.abs() + other.abs();
    if one == 0.0 || other == 0.0 || size < f64::MIN_POSITIVE {
        return difference < SMALL_DIFFERENCE * f64::MIN_POSITIVE;
    }
    difference / size.min(f64::MAX) < SMALL_DIFFERENCE
}

#[cfg(test)]
mod tests {
    use super::{Bucket, bucket_fraction, bucket_quantile};

    fn buckets(of: &[(f64, f64)]) -> Vec<Bucket> {
        of.iter()
            .map(|(bound, count)| Bucket {
                bound: *bound,
                count: *count,
            })
            .collect()
    }

    #[test]
    fn quantiles_are_interpolated() {
        let check = |quantile, of: &[(f64, f64)], expected: (f64, bool)| {
            assert_eq!(bucket_quantile(quantile, &mut buckets(of)), expected);
        };
        let inf = f64::INFINITY;
        check(0.5, &[(1.0, 5.0), (2.0, 10.0), (inf, 10.0)], (1.0, false));
        check(0.25, &[(1.0, 5.0), (2.0, 10.0), (inf, 10.0)], (0.5, false));
        check(1.0, &[(1.0, 5.0), (2.0, 9.0), (inf, 10.0)], (2.0, false));
        check(0.5, &[(-1.0, 9.0), (inf, 10.0)], (-1.0, false));
        check(0.75, &[(1.0, 5.0), (2.0, 3.0), (inf, 10.0)], (2.0, true));
        check(2.0, &[(inf, 10.0)], (inf, false));
        assert!(
            bucket_quantile(0.5, &mut buckets(&[(inf, 10.0)]))
                .0
                .is_nan()
        );
        assert!(
            bucket_quantile(0.5, &mut buckets(&[(1.0, 10.0)]))
                .0
                .is_nan()
        );
    }

    #[test]
    fn fractions_are_interpolated() {
        let of = [(1.0, 1.0), (2.0, 3.0), (f64::INFINITY, 100.0)];
        let check = |lower, upper, expected| {
            let found = bucket_fraction(lower, upper, &mut buckets(&of));
            assert_eq!(found, expected, "{lower} to {upper}");
        };
        check(0.0, 1.5, 0.02);
        check(4.0, 5.0, 0.0);
        check(f64::NEG_INFINITY, f64::INFINITY, 1.0);
        check(2.0, 1.0, 0.0);
    }
}
