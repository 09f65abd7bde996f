//! `count_over_time` and `present_over_time`: the length of the window says it all.

use super::RangeSeries;
use super::windows::{SharedBounds, WindowSpec, Windows};
use crate::error::QueryError;
use crate::eval::context::Evaluator;
use crate::eval::steps::Steps;

pub(super) fn count(_: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if !window.is_empty() {
            *value = window.len() as f64;
        }
    }
}

pub(super) fn present(_: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if !window.is_empty() {
            *value = 1.0;
        }
    }
}

impl Evaluator<'_> {
    /// A value at every step whose window holds a sample.
    pub(crate) fn mark_present(
        &self,
        series: &RangeSeries,
        steps: Steps,
        spec: WindowSpec,
        out: &mut [f64],
    ) -> Result<(), QueryError> {
        let bounds = SharedBounds::new(self, steps, spec).of(&series.timestamps)?;
        let windows = Windows::new(steps, spec, &bounds);
        self.count_samples(windows.part_from(0, u64::MAX).1);
        present(series, &windows, out);
        Ok(())
    }
}
