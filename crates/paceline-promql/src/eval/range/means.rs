//! `sum_over_time` and `avg_over_time`, summed as Prometheus sums.

use super::RangeSeries;
use super::windows::Windows;
use crate::eval::kahan::{KahanMean, KahanSum};

pub(super) fn sum(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    if let Some(sums) = ExactSums::new(series, windows) {
        return sums.fill(windows, out, |sum, _| sum);
    }
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if !window.is_empty() {
            let samples = &series.values[window];
            let start = KahanSum::default();
            *value = samples.iter().fold(start, |sum, v| sum.plus(*v)).total();
        }
    }
}

pub(super) fn avg(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    if let Some(sums) = ExactSums::new(series, windows) {
        return sums.fill(windows, out, |sum, count| sum / count);
    }
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if !window.is_empty() {
            let samples = &series.values[window];
            let start = KahanMean::default();
            *value = samples.iter().fold(start, |mean, v| mean.plus(*v)).mean();
        }
    }
}

/// Whole numbers whose sums stay below 2^53 are summed without any error, in whatever order: a
/// window is then the difference of two prefix sums, to the bit what summing it gives.
struct ExactSums {
    /// Of the samples before each place from `from` on.
    before: Vec<f64>,
    from: usize,
}

impl ExactSums {
    const EXACT_MAX: f64 = (1_i64 << 53) as f64;

    fn new(series: &RangeSeries, windows: &Windows<'_>) -> Option<Self> {
        let hull = windows.hull();
        let from = hull.start;
        let values = &series.values[hull];
        let mut before = Vec::with_capacity(values.len() + 1);
        let (mut sum, mut size) = (0.0, 0.0);
        before.push(sum);
        for value in values {
            // False for NaN and infinities too; -0 would lose its sign.
            if value.fract() != 0.0 || (*value == 0.0 && value.is_sign_negative()) {
                return None;
            }
            sum += value;
            size += value.abs();
            if Self::EXACT_MAX <= size {
                return None;
            }
            before.push(sum);
        }
        Some(Self { before, from })
    }

    fn fill(&self, windows: &Windows<'_>, out: &mut [f64], finish: impl Fn(f64, f64) -> f64) {
        for (value, window) in out.iter_mut().zip(windows.places()) {
            if !window.is_empty() {
                let sum =
                    self.before[window.end - self.from] - self.before[window.start - self.from];
                *value = finish(sum, window.len() as f64);
            }
        }
    }
}
