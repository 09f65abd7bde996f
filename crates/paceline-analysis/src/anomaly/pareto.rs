//! The generalised Pareto distribution. Owns its fit to excesses and its tail; refuses thresholds.
//!
//! J. R. M. Hosking and J. R. Wallis, "Parameter and Quantile Estimation for the Generalized Pareto
//! Distribution", Technometrics 29, 1987 (probability-weighted moments, which of the estimators keep
//! best in small samples); E. S. Martins and J. R. Stedinger, "Generalized Maximum-Likelihood
//! Generalized Extreme-Value Quantile Estimators", Water Resources Research 36, 2000 (the prior: of
//! few peaks nobody can tell the shape, and times have rather heavy tails than light ones).

use serde::{Deserialize, Serialize};

const SHAPE_PRIOR: f64 = 0.2;
/// Standard errors by which a shape may be heavier than it looks: a tail taken for too light is told
/// all week, one taken for too heavy hides only what is hardly rare.
const SAFE_ERRORS: f64 = 0.5;
/// How many peaks the prior is worth.
const PRIOR_PEAKS: f64 = 20.0;
/// No tail is believed to end, nor to have no mean.
const SHAPE_MAX: f64 = 0.9;
const EXPONENTIAL_BELOW: f64 = 1e-6;

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Pareto {
    shape: f64,
    scale: f64,
}

impl Pareto {
    /// Of excesses above zero; sorts them.
    pub fn fit(excesses: &mut [f64]) -> Option<Self> {
        excesses.sort_unstable_by(f64::total_cmp);
        let count = excesses.len() as f64;
        let (mut mean, mut weighted) = (0.0, 0.0);
        for (index, excess) in excesses.iter().enumerate() {
            let below = (index as f64 + 0.65) / count;
            mean += excess / count;
            weighted += excess * (1.0 - below) / count;
        }
        if !mean.is_finite() || mean <= 0.0 {
            return None;
        }
        let spread = mean - 2.0 * weighted;
        let found = if 0.0 < spread {
            2.0 - mean / spread
        } else {
            SHAPE_MAX
        };
        let found = found.clamp(-1.0, SHAPE_MAX);
        let safe = found + SAFE_ERRORS * (1.0 + found) / count.sqrt();
        let shape = (count * safe + PRIOR_PEAKS * SHAPE_PRIOR) / (count + PRIOR_PEAKS);
        let shape = shape.clamp(0.0, SHAPE_MAX);
        let scale = mean * (1.0 - shape);
        Some(Self { shape, scale })
    }

    /// The excess that the share `p` of excesses is above.
    pub fn excess_at(&self, p: f64) -> f64 {
        let p = p.clamp(f64::MIN_POSITIVE, 1.0);
        if self.shape < EXPONENTIAL_BELOW {
            return -self.scale * p.ln();
        }
        self.scale / self.shape * (p.powf(-self.shape) - 1.0)
    }

    /// The excess that is rarer than this one by the factor `chance`, where that is far out.
    pub fn grown(&self, excess: f64, chance: f64) -> f64 {
        excess.max(0.0) * chance.powf(-self.shape)
    }

    /// The share of excesses above this one.
    pub fn share_above(&self, excess: f64) -> f64 {
        let units = excess.max(0.0) / self.scale.max(f64::MIN_POSITIVE);
        if self.shape < EXPONENTIAL_BELOW {
            return (-units).exp();
        }
        (1.0 + self.shape * units).powf(-1.0 / self.shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn fit(shape: f64, count: usize) -> Pareto {
        let mut random = Random::new(7);
        let truth = Pareto { shape, scale: 2.0 };
        let mut excesses: Vec<f64> = (0..count)
            .map(|_| truth.excess_at(1.0 - random.unit()))
            .collect();
        Pareto::fit(&mut excesses).unwrap()
    }

    #[test]
    fn the_parameters_of_large_samples_are_found() {
        for shape in [0.0, 0.2, 0.4] {
            let found = fit(shape, 50_000);
            assert!((found.shape - shape).abs() < 0.03, "{found:?}");
            assert!((found.scale - 2.0).abs() < 0.08, "{found:?}");
        }
    }

    #[test]
    fn quantile_and_tail_undo_each_other_and_little_is_no_fit() {
        for shape in [0.0, 0.3] {
            let pareto = Pareto { shape, scale: 1.5 };
            for p in [0.5, 1e-3, 1e-7] {
                let again = pareto.share_above(pareto.excess_at(p));
                assert!((again / p - 1.0).abs() < 1e-9);
            }
        }
        assert_eq!(Pareto::fit(&mut []), None);
        assert_eq!(Pareto::fit(&mut [0.0, 0.0]), None);
    }
}
