//! `deriv` and `predict_linear`: least squares with compensated sums.

use super::RangeSeries;
use super::windows::Windows;
use crate::error::QueryError;
use crate::eval::context::{Evaluator, Sink};
use crate::eval::kahan::KahanSum;
use crate::eval::steps::Steps;
use crate::parse::{FunctionId, Node};

pub(super) fn deriv(series: &RangeSeries, windows: &Windows<'_>, out: &mut [f64]) {
    for (value, window) in out.iter_mut().zip(windows.places()) {
        if window.len() >= 2 {
            // From the first sample, so that large times do not swallow the difference.
            let from_ms = series.timestamps[window.start];
            *value = line(
                &series.timestamps[window.clone()],
                &series.values[window],
                from_ms,
            )
            .slope;
        }
    }
}

impl Evaluator<'_> {
    pub(crate) fn predict_linear(
        &self,
        args: &[Node],
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let ahead_s = self.scalar(&args[1], steps)?;
        let id = FunctionId::PredictLinear;
        self.each_window(id, &args[0], steps, sink, &mut |series, windows, out| {
            for (step, window) in windows.places().enumerate() {
                if window.len() >= 2 {
                    let at_ms = windows.evaluated_ms(step);
                    let timestamps = &series.timestamps[window.clone()];
                    let line = line(timestamps, &series.values[window], at_ms);
                    out[step] = line.slope * ahead_s.at(windows.step(step)) + line.intercept;
                }
            }
        })
    }
}

struct Line {
    /// A second.
    slope: f64,
    intercept: f64,
}

fn line(times_ms: &[i64], values: &[f64], intercept_ms: i64) -> Line {
    let first = values[0];
    if values.iter().all(|value| *value == first) {
        // Summing would not give exactly this.
        let of_infinity = first.is_infinite();
        return Line {
            slope: if of_infinity { f64::NAN } else { 0.0 },
            intercept: if of_infinity { f64::NAN } else { first },
        };
    }
    let [mut x_sum, mut y_sum, mut xy_sum, mut xx_sum] = [KahanSum::default(); 4];
    for (ms, y) in times_ms.iter().zip(values) {
        let x = (ms - intercept_ms) as f64 / 1000.0;
        x_sum = x_sum.plus(x);
        y_sum = y_sum.plus(*y);
        xy_sum = xy_sum.plus(x * y);
        xx_sum = xx_sum.plus(x * x);
    }
    let count = values.len() as f64;
    let covariance = xy_sum.total() - x_sum.total() * y_sum.total() / count;
    let variance = xx_sum.total() - x_sum.total() * x_sum.total() / count;
    let slope = covariance / variance;
    Line {
        slope,
        intercept: y_sum.total() / count - slope * x_sum.total() / count,
    }
}
