//! What is kept of the samples of a bucket. Owns the columns and how they come from raw samples;
//! refuses to look across a bucket's ends: what happened between two buckets follows from the last
//! value of one and the first of the next.

use crate::codec::Decimals;
use crate::is_stale;

pub(crate) const COLUMNS: usize = 8;

/// In the order in which the file has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Count,
    Sum,
    First,
    Last,
    Min,
    Max,
    /// The sum of the values before each counter reset.
    Drop,
    /// 1 when the bucket's last sample is a staleness marker.
    Ended,
}

impl Column {
    pub(crate) const ALL: [Self; COLUMNS] = [
        Self::Count,
        Self::Sum,
        Self::First,
        Self::Last,
        Self::Min,
        Self::Max,
        Self::Drop,
        Self::Ended,
    ];
}

/// Consecutive buckets of one series, column by column; columns that nobody asked for are empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buckets {
    pub step_ms: i64,
    pub first_ms: Vec<i64>,
    pub last_ms: Vec<i64>,
    pub columns: [Vec<f64>; COLUMNS],
}

impl Buckets {
    pub(crate) fn new(step_ms: i64) -> Self {
        Self {
            step_ms,
            ..Self::default()
        }
    }

    pub(crate) fn of(times: &[i64], values: &[f64], step_ms: i64) -> Self {
        let mut buckets = Self::new(step_ms);
        let whole = Decimals::of(values).filter(Decimals::is_exact);
        let mut from = 0;
        let same = |one: &i64, next: &i64| one.div_euclid(step_ms) == next.div_euclid(step_ms);
        for times in times.chunk_by(same) {
            let to = from + times.len();
            let sum = whole.as_ref().and_then(|whole| whole.sum(from..to));
            buckets.push(times, &values[from..to], sum);
            from = to;
        }
        buckets
    }

    pub(crate) fn len(&self) -> usize {
        self.first_ms.len()
    }

    pub(crate) fn column(&self, column: Column) -> &[f64] {
        &self.columns[column as usize]
    }

    /// The bucket that a number in these columns belongs to.
    pub(crate) fn start_ms(&self, at: usize) -> i64 {
        self.first_ms[at].div_euclid(self.step_ms) * self.step_ms
    }

    fn push(&mut self, times: &[i64], values: &[f64], exact_sum: Option<f64>) {
        let mut bucket = Bucket::default();
        for (time, value) in times.iter().zip(values) {
            bucket.ended = is_stale(*value);
            if !bucket.ended {
                bucket.add(*time, *value);
            }
        }
        if bucket.count == 0.0 {
            // Only staleness markers: the place is the first one's.
            (bucket.first_ms, bucket.last_ms) = (times[0], times[0]);
        }
        self.first_ms.push(bucket.first_ms);
        self.last_ms.push(bucket.last_ms);
        let numbers = [
            bucket.count,
            exact_sum.unwrap_or(bucket.sum + bucket.sum_error),
            bucket.first,
            bucket.last,
            bucket.min,
            bucket.max,
            bucket.drop,
            f64::from(u8::from(bucket.ended)),
        ];
        for (column, number) in self.columns.iter_mut().zip(numbers) {
            column.push(number);
        }
    }

    /// Puts later buckets behind these.
    pub(crate) fn append(&mut self, mut later: Self) {
        self.first_ms.append(&mut later.first_ms);
        self.last_ms.append(&mut later.last_ms);
        for (column, later) in self.columns.iter_mut().zip(&mut later.columns) {
            column.append(later);
        }
    }
}

#[derive(Default)]
struct Bucket {
    first_ms: i64,
    last_ms: i64,
    count: f64,
    sum: f64,
    /// What rounding took from the sum (Neumaier).
    sum_error: f64,
    first: f64,
    last: f64,
    min: f64,
    max: f64,
    drop: f64,
    ended: bool,
}

impl Bucket {
    fn add(&mut self, time: i64, value: f64) {
        if self.count == 0.0 {
            self.first_ms = time;
            (self.first, self.min, self.max) = (value, value, value);
        } else if value < self.last {
            self.drop += self.last;
        }
        self.last_ms = time;
        self.last = value;
        self.count += 1.0;
        // A NaN gives way to any number.
        if value < self.min || self.min.is_nan() {
            self.min = value;
        }
        if value > self.max || self.max.is_nan() {
            self.max = value;
        }
        self.add_to_sum(value);
    }

    fn add_to_sum(&mut self, value: f64) {
        let sum = self.sum + value;
        if sum.is_finite() {
            let (large, small) = if self.sum.abs() >= value.abs() {
                (self.sum, value)
            } else {
                (value, self.sum)
            };
            self.sum_error += (large - sum) + small;
        } else {
            self.sum_error = 0.0;
        }
        self.sum = sum;
    }
}
