//! Which samples stand for buckets. Owns, for each kind of question, the samples that make the function
//! of PromQL over them come out right to within a bucket; each kind says below why it does.

use super::{Buckets, Column};
use crate::stale_marker;

/// What a question reads of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// First and last sample of each bucket, as they were; a marker at the end of a bucket in which
    /// the series ended. A lookback of a bucket's length meets one of them.
    Points,
    /// The last sample of each bucket as it was, and the first after a gap: evenly spaced, so that
    /// extrapolation works as on raw samples.
    Gauge,
    /// As `Gauge`, lifted so that it never falls: each sample is lowered by the drops of all later
    /// counter resets. The last one keeps its value, so raw samples may follow.
    Counter,
    /// The smallest value of each bucket, at its last sample (and at its first when windows are short).
    Min,
    Max,
    /// The sum of each bucket at its last sample; for short windows as `Mean`, spread.
    Sum,
    /// As many samples as there were, evenly between the first and the last, each the mean: sums,
    /// counts and means over any window come out right.
    Count,
    /// The mean of each bucket, up to four times when buckets are unevenly filled, so that a
    /// nearly empty bucket weighs less.
    Mean,
}

/// How finely a counter is drawn between a bucket's ends when windows are shorter than buckets.
const DRAWN_MS_MIN: i64 = 10_000;
const MEAN_WEIGHT_MAX: f64 = 4.0;

#[derive(Debug, Default)]
pub(crate) struct Samples {
    pub times: Vec<i64>,
    pub values: Vec<f64>,
}

impl Samples {
    /// Keeps times rising: a sample at or before the last one says nothing new.
    pub(crate) fn push(&mut self, time: i64, value: f64) {
        if self.times.last().is_none_or(|last| *last < time) {
            self.times.push(time);
            self.values.push(value);
        }
    }
}

impl Reading {
    /// How the function of a question reads buckets, if it can. `None` is a plain selector.
    pub(crate) fn of(function: Option<&str>) -> Option<Self> {
        Some(match function {
            None
            | Some(
                "last_over_time" | "first_over_time" | "present_over_time" | "absent_over_time",
            ) => Self::Points,
            Some("rate" | "increase") => Self::Counter,
            Some("delta" | "deriv" | "predict_linear") => Self::Gauge,
            Some("min_over_time") => Self::Min,
            Some("max_over_time") => Self::Max,
            Some("sum_over_time") => Self::Sum,
            Some("count_over_time") => Self::Count,
            Some("avg_over_time") => Self::Mean,
            Some(_) => return None,
        })
    }

    /// The shortest window, in buckets, for which this is used although raw samples exist.
    pub(crate) const fn buckets_min(self) -> i64 {
        match self {
            Self::Points => 1,
            Self::Min | Self::Max | Self::Sum | Self::Mean | Self::Count => 2,
            Self::Gauge | Self::Counter => 4,
        }
    }

    pub(crate) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Points => &[Column::Count, Column::First, Column::Last, Column::Ended],
            Self::Gauge => &[Column::Count, Column::First, Column::Last],
            Self::Counter => &[Column::Count, Column::First, Column::Last, Column::Drop],
            Self::Min => &[Column::Count, Column::Min],
            Self::Max => &[Column::Count, Column::Max],
            Self::Sum | Self::Count | Self::Mean => &[Column::Count, Column::Sum],
        }
    }

    /// The samples that stand for these buckets when windows are as long as this.
    pub(crate) fn samples(self, buckets: &Buckets, window_ms: i64, out: &mut Samples) {
        let short = window_ms < self.buckets_min() * buckets.step_ms;
        match self {
            Self::Points => points(buckets, out),
            Self::Gauge | Self::Counter if short => drawn(self, buckets, window_ms, out),
            Self::Gauge | Self::Counter => risen(self, buckets, |_, time, value, _| {
                out.push(time, value);
            }),
            Self::Min => ends(buckets, Column::Min, short, out),
            Self::Max => ends(buckets, Column::Max, short, out),
            Self::Sum if !short => ends(buckets, Column::Sum, false, out),
            Self::Mean if !short => means(buckets, out),
            Self::Sum | Self::Mean | Self::Count => spread(buckets, out),
        }
    }
}

/// The buckets that have samples other than staleness markers.
fn filled(buckets: &Buckets) -> impl DoubleEndedIterator<Item = usize> {
    let counts = buckets.column(Column::Count);
    (0..buckets.len()).filter(move |at| counts[*at] > 0.0)
}

fn points(buckets: &Buckets, out: &mut Samples) {
    for (at, ended) in buckets.column(Column::Ended).iter().enumerate() {
        if buckets.column(Column::Count)[at] > 0.0 {
            out.push(buckets.first_ms[at], buckets.column(Column::First)[at]);
            out.push(buckets.last_ms[at], buckets.column(Column::Last)[at]);
        }
        if *ended > 0.0 {
            out.push(buckets.start_ms(at) + buckets.step_ms - 1, stale_marker());
        }
    }
}

fn ends(buckets: &Buckets, column: Column, both: bool, out: &mut Samples) {
    for at in filled(buckets) {
        let value = buckets.column(column)[at];
        if both {
            out.push(buckets.first_ms[at], value);
        }
        out.push(buckets.last_ms[at], value);
    }
}

/// How much each bucket's first and last sample are lowered.
struct Lowered {
    first: Vec<f64>,
    last: Vec<f64>,
}

impl Lowered {
    /// From the end: what comes before a reset lies lower by the value that was lost in it.
    fn of(reading: Reading, buckets: &Buckets) -> Self {
        let mut all = Self {
            first: vec![0.0; buckets.len()],
            last: vec![0.0; buckets.len()],
        };
        if reading != Reading::Counter {
            return all;
        }
        let (first, last) = (buckets.column(Column::First), buckets.column(Column::Last));
        let mut drops = 0.0;
        let mut later_first = f64::NAN;
        for at in filled(buckets).rev() {
            if later_first < last[at] {
                drops += last[at];
            }
            all.last[at] = drops;
            drops += buckets.column(Column::Drop)[at];
            all.first[at] = drops;
            later_first = first[at];
        }
        all
    }
}

/// Hands over (bucket, time, value, is it a bucket's first sample).
fn risen(reading: Reading, buckets: &Buckets, mut sink: impl FnMut(usize, i64, f64, bool)) {
    let lowered = Lowered::of(reading, buckets);
    let mut expected = None;
    for at in filled(buckets) {
        let start = buckets.start_ms(at);
        if expected.is_none_or(|expected| start > expected) {
            let value = buckets.column(Column::First)[at] - lowered.first[at];
            sink(at, buckets.first_ms[at], value, true);
        }
        let value = buckets.column(Column::Last)[at] - lowered.last[at];
        sink(at, buckets.last_ms[at], value, false);
        expected = Some(start + buckets.step_ms);
    }
}

/// A straight line from each sample to the next, except over gaps.
fn drawn(reading: Reading, buckets: &Buckets, window_ms: i64, out: &mut Samples) {
    let spacing = (window_ms / 4).clamp(DRAWN_MS_MIN, buckets.step_ms);
    let mut before: Option<(i64, f64)> = None;
    risen(reading, buckets, |_, time, value, first| {
        if let Some((from, start)) = before
            && !first
        {
            let mut at = from + spacing;
            while at < time {
                let share = (at - from) as f64 / (time - from) as f64;
                out.push(at, start + (value - start) * share);
                at += spacing;
            }
        }
        out.push(time, value);
        before = Some((time, value));
    });
}

fn spread(buckets: &Buckets, out: &mut Samples) {
    for at in filled(buckets) {
        let count = buckets.column(Column::Count)[at];
        put_evenly(buckets, at, count, out);
    }
}

fn means(buckets: &Buckets, out: &mut Samples) {
    let counts = buckets.column(Column::Count);
    let most = counts.iter().copied().fold(0.0, f64::max);
    let even = filled(buckets).all(|at| counts[at] * 2.0 >= most);
    for at in filled(buckets) {
        let weight = if even {
            1.0
        } else {
            (counts[at] * MEAN_WEIGHT_MAX / most).round().max(1.0)
        };
        put_evenly(buckets, at, weight, out);
    }
}

/// The mean, so many times, the last one at the bucket's last sample.
fn put_evenly(buckets: &Buckets, at: usize, times: f64, out: &mut Samples) {
    let mean = buckets.column(Column::Sum)[at] / buckets.column(Column::Count)[at];
    let (first, last) = (buckets.first_ms[at], buckets.last_ms[at]);
    let times = times as i64;
    // More samples than milliseconds cannot have been.
    for number in (1..=times.min(last - first + 1)).rev() {
        let back = if times > 1 {
            (last - first) * (number - 1) / (times - 1)
        } else {
            0
        };
        out.push(last - back, mean);
    }
}
