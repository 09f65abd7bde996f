//! Cost against size. Owns the exponent of `cost = a * size^b` and whether it is flat; refuses to
//! fit other shapes: `tail` says where one exponent does not fit all sizes.
//!
//! The slope is Theil and Sen's on logarithms (papers in `theil_sen.rs`), over all pairs of
//! observations of different sizes, so that a wild run in four cannot tilt it, and with Sen's
//! interval, which asks that observations are independent: one number a run and size.

use serde::{Deserialize, Serialize};

use crate::compare::CONFIDENCE;
use crate::{robust, theil_sen};

/// Cost that grows slower than this power of the size is flat: 1,000 times the size is then
/// 1.41 times the cost at most.
pub const FLAT_BELOW: f64 = 0.05;
/// An interval that reaches from flat to growing with the square root says nothing.
pub const UNCLEAR_FROM: f64 = 0.5;
/// More observations than this are thinned evenly: pairs are as many as the square.
const OBSERVATIONS_MAX: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrowthVerdict {
    /// The interval includes values under [`FLAT_BELOW`].
    Flat,
    /// All of the interval is at least [`FLAT_BELOW`].
    Grows,
    /// Too few observations for an interval, or one that includes flat and [`UNCLEAR_FROM`].
    Unclear,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    pub exponent: f64,
    pub low: f64,
    pub high: f64,
    /// The exponent between the two largest sizes alone: what one line over all sizes may hide.
    pub tail: f64,
    /// The median cost at the largest size over that at the smallest.
    pub ratio: f64,
    pub sizes: usize,
    pub observations: usize,
    /// Observations without a size and a cost above zero.
    pub left_out: usize,
    pub verdict: GrowthVerdict,
}

/// Fits observations of (size, cost), any number a size, in any order. `None` when there are not
/// two sizes.
#[must_use]
pub fn growth(observations: &[(f64, f64)]) -> Option<Growth> {
    let is_positive = |value: f64| value.is_finite() && 0.0 < value;
    let kept = observations.iter().copied();
    let mut kept: Vec<_> = kept
        .filter(|(size, cost)| is_positive(*size) && is_positive(*cost))
        .collect();
    kept.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let step = kept.len().div_ceil(OBSERVATIONS_MAX).max(1);
    let thinned = kept.iter().step_by(step);
    let points: Vec<_> = thinned.map(|(size, cost)| (size.ln(), cost.ln())).collect();
    let slope = theil_sen::slope(&points, 1.0, CONFIDENCE)?;
    let levels = levels(&kept);
    let (first, last) = (levels.first()?, levels.last()?);
    let before_last = levels.get(levels.len().checked_sub(2)?)?;
    Some(Growth {
        exponent: slope.estimate,
        low: slope.low,
        high: slope.high,
        tail: (last.1 / before_last.1).ln() / (last.0 / before_last.0).ln(),
        ratio: last.1 / first.1,
        sizes: levels.len(),
        observations: kept.len(),
        left_out: observations.len() - kept.len(),
        verdict: verdict(slope),
    })
}

/// Each size with its median cost, smallest size first.
fn levels(sorted: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let sizes = sorted.chunk_by(|a, b| a.0 == b.0);
    let level = |size: &[(f64, f64)]| {
        let costs: Vec<f64> = size.iter().map(|observation| observation.1).collect();
        Some((size.first()?.0, robust::median(&costs)?))
    };
    sizes.filter_map(level).collect()
}

fn verdict(slope: theil_sen::Slope) -> GrowthVerdict {
    let includes_flat = slope.low < FLAT_BELOW;
    if !slope.is_bounded || (includes_flat && UNCLEAR_FROM <= slope.high) {
        GrowthVerdict::Unclear
    } else if includes_flat {
        GrowthVerdict::Flat
    } else {
        GrowthVerdict::Grows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const SIZES: [f64; 4] = [1e3, 1e4, 1e5, 1e6];

    fn runs(count: usize, noise: f64, cost: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        let mut random = Random::new(7);
        let each = SIZES.iter().flat_map(|size| (0..count).map(|_| *size));
        each.map(|size| (size, cost(size) * (noise * (random.unit() - 0.5)).exp()))
            .collect()
    }

    #[test]
    fn the_exponent_is_found_and_judged() {
        let check = |exponent: f64, verdict: GrowthVerdict| {
            let found = growth(&runs(5, 0.2, |size| 3.0 * size.powf(exponent))).unwrap();
            assert!((found.exponent - exponent).abs() < 0.02, "{found:?}");
            assert!(found.low <= exponent && exponent <= found.high, "{found:?}");
            assert_eq!(found.verdict, verdict, "{found:?}");
        };
        check(0.0, GrowthVerdict::Flat);
        check(-0.3, GrowthVerdict::Flat);
        check(0.02, GrowthVerdict::Flat);
        check(0.1, GrowthVerdict::Grows);
        check(1.0, GrowthVerdict::Grows);
    }

    #[test]
    fn a_wild_run_in_five_changes_nothing() {
        let mut observations = runs(5, 0.1, |_| 2.0);
        for place in [0, 7, 12, 19] {
            observations[place].1 *= 100.0;
        }
        let found = growth(&observations).unwrap();
        assert_eq!(found.verdict, GrowthVerdict::Flat, "{found:?}");
        assert!(found.exponent.abs() < 0.02, "{found:?}");
    }

    #[test]
    fn growth_at_the_largest_size_alone_shows_in_the_tail() {
        let found = growth(&runs(5, 0.01, |size| if size < 1e6 { 1.0 } else { 10.0 })).unwrap();
        assert!((found.tail - 1.0).abs() < 0.01, "{found:?}");
        assert!((found.ratio - 10.0).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn too_little_is_unclear_or_nothing() {
        assert_eq!(growth(&[]), None);
        assert_eq!(
            growth(&[(10.0, 1.0), (10.0, 2.0), (0.0, 3.0), (20.0, f64::NAN)]),
            None
        );
        let few = growth(&runs(1, 0.0, |size| size)).unwrap();
        assert_eq!(few.verdict, GrowthVerdict::Unclear, "{few:?}");
        let scattered = [
            (1.0, 1.0),
            (1.0, 9.0),
            (2.0, 2.0),
            (2.0, 8.0),
            (4.0, 1.0),
            (4.0, 7.0),
        ];
        assert_eq!(growth(&scattered).unwrap().verdict, GrowthVerdict::Unclear);
    }

    #[test]
    fn the_order_of_observations_does_not_matter() {
        let mut observations = runs(300, 0.2, |size| size.powf(0.3));
        let forward = growth(&observations);
        observations.reverse();
        assert_eq!(growth(&observations), forward);
        assert_eq!(forward.unwrap().observations, 1_200);
    }
}
