//! How likely a count is that has a known mean and variance. Owns one family of distributions;
//! refuses to know what was counted.
//!
//! Counts whose successive probabilities keep the ratio `(a + b k) / (k + 1)` are binomial, Poisson
//! or negative binomial, as the variance is below, at or above the mean (H. H. Panjer, "Recursive
//! Evaluation of a Family of Compound Distributions", ASTIN Bulletin 12(1), 1981). So a few expected
//! failures have the long tail that they really have, and what is uncertain about the expectation
//! only widens it.

use crate::normal;

/// Where no count at all is less likely than this power of e, the normal distribution, with half a
/// count of correction, is as good, and the sum would begin at zero.
const SUMMED_FROM: f64 = -600.0;
/// The variance of trials of which nine in ten fail: the least, whatever few tasks show.
const VARIANCE_SHARE_MIN: f64 = 0.1;

/// The probabilities of at most, and of at least, the observed count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tails {
    pub at_most: f64,
    pub at_least: f64,
}

impl Tails {
    pub fn of(observed: u64, mean: f64, variance: f64) -> Self {
        if mean <= 0.0 || variance <= 0.0 {
            let at_least = if observed == 0 { 1.0 } else { 0.0 };
            return Self {
                at_most: 1.0,
                at_least,
            };
        }
        let b = 1.0 - mean / variance.max(mean * VARIANCE_SHARE_MIN);
        let a = mean * (1.0 - b);
        let logarithm = if b.abs() < 1e-9 {
            -mean
        } else {
            (a / b) * (-b).ln_1p()
        };
        if logarithm < SUMMED_FROM {
            return Self::normal(observed, mean, variance);
        }
        let mut probability = logarithm.exp();
        let mut below = 0.0;
        for count in 0..observed {
            below += probability;
            probability *= ((a + b * count as f64) / (count + 1) as f64).max(0.0);
        }
        Self {
            at_most: (below + probability).min(1.0),
            at_least: (1.0 - below).max(0.0),
        }
    }

    fn normal(observed: u64, mean: f64, variance: f64) -> Self {
        let at = |count: f64| normal::below((count - mean) / variance.sqrt());
        Self {
            at_most: at(observed as f64 + 0.5),
            at_least: 1.0 - at(observed as f64 - 0.5),
        }
    }

    /// As standard deviations of a normal distribution; the observed count itself is half on either
    /// side (H. O. Lancaster, "Significance Tests in Discrete Distributions", J. Amer. Statist.
    /// Assoc. 56, 1961).
    pub fn z(&self) -> f64 {
        let itself = (self.at_most + self.at_least - 1.0).max(0.0);
        let below = self.at_most - itself / 2.0;
        normal::quantile(below.clamp(1e-12, 1.0 - 1e-12))
    }
}

/// The least and the most count within `share` of the distribution.
pub(super) fn limits(share: f64, mean: f64, variance: f64) -> (u64, u64) {
    let tail = (1.0 - share) / 2.0;
    let reach = normal::quantile(1.0 - tail);
    let centre = mean.max(0.0);
    let far = |sign: f64| (centre + sign * reach * variance.max(0.0).sqrt()).max(0.0);
    let mut low = far(-1.0).floor() as u64;
    while 0 < low && tail < Tails::of(low - 1, mean, variance).at_most {
        low -= 1;
    }
    while Tails::of(low, mean, variance).at_most <= tail {
        low += 1;
    }
    let mut high = far(1.0).ceil() as u64;
    while tail < Tails::of(high + 1, mean, variance).at_least {
        high += 1;
    }
    while 0 < high && Tails::of(high, mean, variance).at_least <= tail {
        high -= 1;
    }
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-6, "{value} for {expected}");
    }

    /// Against sums of the textbook formulas.
    #[test]
    fn tails_are_those_of_the_binomial_the_poisson_and_the_negative_binomial() {
        // Binomial, 10 trials at 0.2: P(X <= 3).
        close(Tails::of(3, 2.0, 1.6).at_most, 0.879_126_118_4);
        // Poisson with mean 0.3: P(X >= 3).
        close(Tails::of(3, 0.3, 0.3).at_least, 0.003_599_493_2);
        // Negative binomial, r = 2, p = 0.5: P(X >= 5).
        close(Tails::of(5, 2.0, 4.0).at_least, 0.109_375);
        // All ten of ten trials at 0.2.
        close(Tails::of(10, 2.0, 1.6).at_least, 0.2_f64.powi(10));
    }

    #[test]
    fn large_counts_are_normal_and_nothing_expected_is_nothing_observed() {
        let z = Tails::of(5_300, 5_000.0, 2_600.0).z();
        assert!((z - 300.0 / 2_600.0_f64.sqrt()).abs() < 0.02, "{z}");
        assert_eq!(Tails::of(0, 0.0, 0.0).at_least, 1.0);
        assert_eq!(Tails::of(1, 0.0, 0.0).at_least, 0.0);
    }

    #[test]
    fn limits_leave_a_thousandth_on_either_side() {
        for (mean, variance) in [
            (0.3, 0.29),
            (4.0, 3.6),
            (60.0, 54.0),
            (30.0, 45.0),
            (3_000.0, 2_700.0),
        ] {
            let (low, high) = limits(0.998, mean, variance);
            let tails = |count| Tails::of(count, mean, variance);
            assert!(low == 0 || tails(low - 1).at_most <= 0.001, "{mean} {low}");
            assert!(0.001 < tails(low).at_most && 0.001 < tails(high).at_least);
            assert!(tails(high + 1).at_least <= 0.001, "{mean} {high}");
        }
    }
}
