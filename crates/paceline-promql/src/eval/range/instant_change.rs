//! `irate` and `idelta`: the last two samples of a window.

use super::RangeSeries;
use super::windows::Windows;

pub(super) fn irate(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    fill(series, windows, out, |before, now, interval_ms| {
        // After a reset the counter started at zero.
        let change = if now < before { now } else { now - before };
        change / (interval_ms as f64 / 1000.0)
    });
}

pub(super) fn idelta(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    fill(series, windows, out, |before, now, _| now - before);
}

fn fill(
    series: &RangeSeries,
    windows: &Windows<'_>,
    out: &mut [f64],
    change: impl Fn(f64, f64, i64) -> f64,
) {
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if window.len() < 2 {
            continue;
        }
        let last = window.end - 1;
        let interval_ms = series.timestamps[last] - series.timestamps[last - 1];
        *value = change(series.values[last - 1], series.values[last], interval_ms);
    }
}
