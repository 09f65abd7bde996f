//! `quantile_over_time`, and the quantile of any list of numbers.

use crate::error::QueryError;
use crate::eval::context::{Evaluator, Sink};
use crate::eval::scalar::Scalars;
use crate::eval::steps::Steps;
use crate::format::format_short;
use crate::parse::{FunctionId, Node};

impl Evaluator<'_> {
    pub(crate) fn quantile_over_time(
        &self,
        args: &[Node],
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let quantiles = self.quantiles(&args[0], steps)?;
        let mut sorted = Vec::new();
        let id = FunctionId::QuantileOverTime;
        self.each_window(id, &args[1], steps, sink, &mut |series, windows, out| {
            for (step, window) in windows.places().enumerate() {
                if !window.is_empty() {
                    sorted.clear();
                    sorted.extend_from_slice(&series.values[window]);
                    out[step] = quantile_of(quantiles.at(windows.step(step)), &mut sorted);
                }
            }
        })
    }

    /// The first argument of a quantile function; told when it is none.
    pub(crate) fn quantiles(&self, node: &Node, steps: Steps) -> Result<Scalars, QueryError> {
        let quantiles = self.scalar(node, steps)?;
        for step in 0..steps.count {
            let quantile = quantiles.at(step);
            if !(0.0..=1.0).contains(&quantile) {
                let text = format!(
                    "quantile value should be between 0 and 1, got {}",
                    format_short(quantile)
                );
                self.notes.warn(node.at, &text);
            }
            if quantiles.is_constant() {
                break;
            }
        }
        Ok(quantiles)
    }
}

/// Interpolated between the two nearest; a NaN is the smallest number. Reorders the numbers.
pub(crate) fn quantile_of(quantile: f64, numbers: &mut [f64]) -> f64 {
    if numbers.is_empty() || quantile.is_nan() {
        return f64::NAN;
    }
    if quantile < 0.0 {
        return f64::NEG_INFINITY;
    }
    if 1.0 < quantile {
        return f64::INFINITY;
    }
    let rank = quantile * (numbers.len() - 1) as f64;
    let lower = rank.floor() as usize;
    let (_, low, above) = numbers.select_nth_unstable_by(lower, nan_first);
    let low = *low;
    let high = above.iter().copied().min_by(nan_first).unwrap_or(low);
    let weight = rank - rank.floor();
    low * (1.0 - weight) + high * weight
}

fn nan_first(one: &f64, other: &f64) -> std::cmp::Ordering {
    match (one.is_nan(), other.is_nan()) {
        (false, false) => one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal),
        (one, other) => other.cmp(&one),
    }
}

#[cfg(test)]
mod tests {
    use super::quantile_of;

    #[test]
    fn quantiles_lie_between_the_nearest_numbers() {
        let check = |quantile, numbers: &[f64], expected: f64| {
            let found = quantile_of(quantile, &mut numbers.to_vec());
            assert!(
                (found - expected).abs() < 1e-12 || found == expected,
                "{quantile} of {numbers:?} is {found}"
            );
        };
        check(0.8, &[1.0, 0.0], 0.8);
        check(0.5, &[4.0, 0.0, 1.0], 1.0);
        check(1.0, &[4.0, 0.0, 1.0], 4.0);
        check(-1.0, &[1.0], f64::NEG_INFINITY);
        check(2.0, &[1.0], f64::INFINITY);
        check(0.8, &[0.0, f64::NAN, 1.0], 0.6);
        assert!(quantile_of(0.2, &mut [0.0, f64::NAN, 1.0]).is_nan());
        assert!(quantile_of(0.5, &mut []).is_nan());
    }
}
