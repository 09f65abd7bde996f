//! `rate`, `increase` and `delta`. Owns Prometheus's extrapolation: to the window's edges where the
//! first and last samples are near them, by half an interval where not, and never below zero for
//! a counter. A window costs the same however long it is, unless the counter was reset in it.

use super::RangeSeries;
use super::windows::{Edges, Windows};

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
    let range_s = windows.range_s();
    let edges = windows.edges(&series.timestamps);
    for ((out, window), edges) in out.iter_mut().zip(windows.places()).zip(edges) {
        if window.len() < 2 {
            continue;
        }
        let first = series.values[window.start];
        let change = series.values[window.end - 1] - first;
        let change = resets.corrected(change, &window, &series.values);
        let to_start_s = match form.is_counter {
            true => to_start_of_counter_s(edges, first, change),
            false => edges.to_start_s,
        };
        let factor = (edges.sampled_s + to_start_s + edges.to_end_s) / edges.sampled_s;
        *out = match form.is_rate {
            true => change * (factor / range_s),
            false => change * factor,
        };
    }
}

/// Not further back than where the counter would have been zero.
fn to_start_of_counter_s(edges: &Edges, first: f64, change: f64) -> f64 {
    let grows = 0.0 < change && 0.0 <= first;
    // The division below is what this function costs, and most counters are far from zero.
    let is_far = edges.to_start_s * change * 1.001 < edges.sampled_s * first;
    if !grows || is_far {
        return edges.to_start_s;
    }
    let to_zero_s = edges.sampled_s * (first / change);
    if to_zero_s < edges.to_start_s {
        to_zero_s
    } else {
        edges.to_start_s
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
