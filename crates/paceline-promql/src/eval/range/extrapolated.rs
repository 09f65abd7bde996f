//! `rate`, `increase` and `delta`. Owns Prometheus's extrapolation: to the window's edges where the
//! first and last samples are near them, by half an interval where not, and never below zero for
//! a counter. A window costs the same however long it is, unless the counter was reset in it.

use super::RangeSeries;
use super::windows::Windows;

#[derive(Clone, Copy)]
struct Form {
    is_counter: bool,
    is_rate: bool,
}

pub(super) fn rate(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    let form = Form {
        is_counter: true,
        is_rate: true,
    };
    fill(form, series, windows, out);
}

pub(super) fn increase(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    let form = Form {
        is_counter: true,
        is_rate: false,
    };
    fill(form, series, windows, out);
}

pub(super) fn delta(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    let form = Form {
        is_counter: false,
        is_rate: false,
    };
    fill(form, series, windows, out);
}

fn fill(form: Form, series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    let resets = match form.is_counter {
        true => resets(&series.values, windows.hull()),
        false => Vec::new(),
    };
    let mut resets = Resets {
        places: &resets,
        passed: 0,
    };
    for (step, window) in windows.places().enumerate() {
        if window.len() < 2 {
            continue;
        }
        let values = &series.values[window.clone()];
        let change = values[values.len() - 1] - values[0];
        let change = resets.corrected(change, &window, &series.values);
        let sampled = Sampled {
            times_ms: &series.timestamps[window],
            first: values[0],
            change,
        };
        out[step] = change * sampled.factor(form, windows, step);
    }
}

/// Where a value is lower than the one before.
fn resets(values: &[f64], hull: std::ops::Range<usize>) -> Vec<usize> {
    let from = hull.start;
    values[hull]
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[1] < pair[0])
        .map(|(place, _)| from + place + 1)
        .collect()
}

struct Resets<'p> {
    places: &'p [usize],
    /// Those before every window to come.
    passed: usize,
}

impl Resets<'_> {
    /// After a reset a counter starts at zero, so what it had is added.
    fn corrected(&mut self, change: f64, window: &std::ops::Range<usize>, values: &[f64]) -> f64 {
        while self
            .places
            .get(self.passed)
            .is_some_and(|place| *place <= window.start)
        {
            self.passed += 1;
        }
        self.places[self.passed..]
            .iter()
            .take_while(|place| **place < window.end)
            .fold(change, |change, place| change + values[*place - 1])
    }
}

struct Sampled<'w> {
    times_ms: &'w [i64],
    first: f64,
    change: f64,
}

impl Sampled<'_> {
    fn factor(&self, form: Form, windows: &Windows<'_>, step: usize) -> f64 {
        let (start_ms, end_ms) = windows.times_ms(step);
        let first_ms = self.times_ms[0];
        let last_ms = self.times_ms[self.times_ms.len() - 1];
        let sampled_s = (last_ms - first_ms) as f64 / 1000.0;
        let average_s = sampled_s / (self.times_ms.len() - 1) as f64;
        // A gap longer than this says that the series began or ended in the window.
        let threshold_s = average_s * 1.1;
        let mut to_start_s = (first_ms - start_ms) as f64 / 1000.0;
        if threshold_s <= to_start_s {
            to_start_s = average_s / 2.0;
        }
        if form.is_counter && 0.0 < self.change && 0.0 <= self.first {
            let to_zero_s = sampled_s * (self.first / self.change);
            to_start_s = if to_zero_s < to_start_s {
                to_zero_s
            } else {
                to_start_s
            };
        }
        let mut to_end_s = (end_ms - last_ms) as f64 / 1000.0;
        if threshold_s <= to_end_s {
            to_end_s = average_s / 2.0;
        }
        let factor = (sampled_s + to_start_s + to_end_s) / sampled_s;
        match form.is_rate {
            true => factor / windows.range_s(),
            false => factor,
        }
    }
}
