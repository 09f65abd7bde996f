//! `changes` and `resets`. What lies between two samples is decided once and counted by prefix
//! sums, so that a step costs the same however long its window is.

use super::RangeSeries;
use super::windows::Windows;

pub(super) fn changes(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    count(series, windows, out, |before, now| {
        now != before && !(now.is_nan() && before.is_nan())
    });
}

pub(super) fn resets(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    count(series, windows, out, |before, now| now < before);
}

fn count(
    series: &RangeSeries,
    windows: &Windows<'_>,
    out: &mut [f64],
    is_event: impl Fn(f64, f64) -> bool,
) {
    let hull = windows.hull();
    let values = &series.values[hull.clone()];
    // Events up to and with each sample.
    let mut until = Vec::with_capacity(values.len());
    let mut events = 0_u32;
    for (place, now) in values.iter().enumerate() {
        events += u32::from(place > 0 && is_event(values[place - 1], *now));
        until.push(events);
    }
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if !window.is_empty() {
            let first = until[window.start - hull.start];
            *value = f64::from(until[window.end - 1 - hull.start] - first);
        }
    }
}
