//! The standard normal distribution. Owns its distribution function and quantiles; refuses other
//! distributions: what needs an exact one counts it.
//!
//! G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11(4), 2004,
//! for the middle; the continued fraction of Laplace for the tails.

use std::f64::consts::TAU;

/// Beyond it the series loses digits that the continued fraction has.
const TAIL: f64 = 4.0;
const FRACTION_TERMS: u32 = 60;
const NEWTON_STEPS: usize = 60;

/// The share of the distribution below `x`.
pub(crate) fn below(x: f64) -> f64 {
    if x.is_nan() {
        return f64::NAN;
    }
    if x < -TAIL {
        return upper_tail(-x);
    }
    if TAIL < x {
        return 1.0 - upper_tail(x);
    }
    let mut sum = x;
    let mut term = x;
    let mut odd = 1.0;
    while term.abs() > f64::EPSILON * 1e-3 {
        odd += 2.0;
        term *= x * x / odd;
        sum += term;
    }
    0.5 + sum * density(x)
}

/// How likely a value at least this far from zero is, on either side.
pub(crate) fn two_sided(z: f64) -> f64 {
    (2.0 * below(-z.abs())).min(1.0)
}

/// The value with the share `p` below it; infinite at 0 and 1.
pub(crate) fn quantile(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if 1.0 <= p {
        return f64::INFINITY;
    }
    if 0.5 < p {
        return -quantile(1.0 - p);
    }
    // Below the median the distribution function is convex, so that Newton's steps on its logarithm
    // from the centre neither overshoot nor stall.
    let mut x: f64 = 0.0;
    for _ in 0..NEWTON_STEPS {
        let share = below(x);
        let step = (share.ln() - p.ln()) * share / density(x);
        x -= step;
        if step.abs() < 1e-13 {
            break;
        }
    }
    x
}

fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / TAU.sqrt()
}

fn upper_tail(x: f64) -> f64 {
    let fraction = (1..=FRACTION_TERMS)
        .rev()
        .fold(x, |denominator, term| x + f64::from(term) / denominator);
    density(x) / fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against published tables.
    #[test]
    fn shares_and_quantiles_agree_with_tables() {
        let check = |x: f64, share: f64| {
            assert!(
                (below(x) - share).abs() < 1e-9 * share.max(1e-3),
                "{x}: {}",
                below(x)
            );
            assert!(
                (quantile(share) - x).abs() < 1e-6,
                "{share}: {}",
                quantile(share)
            );
        };
        check(0.0, 0.5);
        check(1.0, 0.841_344_746_069);
        check(-1.959_963_984_540, 0.025);
        check(-3.0, 0.001_349_898_032);
        check(-5.0, 2.866_515_719e-7);
        check(-6.0, 9.865_876_450e-10);
        assert!((two_sided(1.959_963_984_540) - 0.05).abs() < 1e-9);
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
    }
}
