//! `stddev_over_time` and `stdvar_over_time`, by Welford's method with compensated sums.

use super::RangeSeries;
use super::windows::Windows;
use crate::eval::kahan::KahanSum;

pub(super) fn stdvar(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if !window.is_empty() {
            *value = variance(&series.values[window]);
        }
    }
}

pub(super) fn stddev(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if !window.is_empty() {
            *value = variance(&series.values[window]).sqrt();
        }
    }
}

fn variance(samples: &[f64]) -> f64 {
    let mut count = 0.0;
    let mut mean = KahanSum::default();
    let mut squares = KahanSum::default();
    for sample in samples {
        count += 1.0;
        let delta = sample - mean.total();
        mean = mean.plus(delta / count);
        squares = squares.plus(delta * (sample - mean.total()));
    }
    squares.total() / count
}
