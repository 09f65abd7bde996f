//! `min_over_time`, `max_over_time`, `first_over_time` and `last_over_time`. A NaN loses against
//! every number.

use std::collections::VecDeque;

use super::RangeSeries;
use super::windows::Windows;

/// From this many samples a window on average, the queue wins over looking at each.
const LONG_WINDOW: usize = 32;

pub(super) fn first(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if !window.is_empty() {
            *value = series.values[window.start];
        }
    }
}

pub(super) fn last(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if !window.is_empty() {
            *value = series.values[window.end - 1];
        }
    }
}

pub(super) fn max(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    fill(series, windows, out, |best, value| {
        best < value || best.is_nan()
    });
}

pub(super) fn min(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    fill(series, windows, out, |best, value| {
        value < best || best.is_nan()
    });
}

/// `wins(best, value)`: does a later value take the place?
fn fill(
    series: &RangeSeries,
    windows: &Windows<'_>,
    out: &mut [f64],
    wins: impl Fn(f64, f64) -> bool,
) {
    let total: usize = windows.places().map(|window| window.len()).sum();
    if LONG_WINDOW * windows.len() < total {
        return slide(series, windows, out, wins);
    }
    for (value, window) in out.iter_mut().zip(windows.places()) {
        let samples = &series.values[window];
        if let Some((first, rest)) = samples.split_first() {
            *value = rest
                .iter()
                .fold(*first, |best, v| if wins(best, *v) { *v } else { best });
        }
    }
}

/// Places that can still be the best of a window to come, the best first: a later sample that wins
/// makes the earlier ones pointless, so each sample enters and leaves once.
fn slide(
    series: &RangeSeries,
    windows: &Windows<'_>,
    out: &mut [f64],
    wins: impl Fn(f64, f64) -> bool,
) {
    let values = &series.values;
    let mut candidates: VecDeque<usize> = VecDeque::new();
    let mut entered = windows.hull().start;
    for (value, window) in out.iter_mut().zip(windows.places()) {
        for place in entered.max(window.start)..window.end {
            while candidates
                .back()
                .is_some_and(|last| wins(values[*last], values[place]))
            {
                candidates.pop_back();
            }
            candidates.push_back(place);
        }
        entered = entered.max(window.end);
        while candidates
            .front()
            .is_some_and(|first| *first < window.start)
        {
            candidates.pop_front();
        }
        if let Some(best) = candidates.front() {
            *value = values[*best];
        }
    }
}
