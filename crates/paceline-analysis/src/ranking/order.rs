//! The order of agents. Owns estimates drawn towards the middle and their intervals; refuses to call
//! a place sure: each says between which places it may lie.
//!
//! What is ordered is the time that a completed task costs, against what it costs the others: their
//! ratio of durations times that of the shares that succeed. Of few tasks an estimate is mostly
//! chance, so each is drawn towards the mean of all by as much as it is unsure (C. N. Morris,
//! "Parametric Empirical Bayes Inference", J. Amer. Statist. Assoc. 78, 1983), but by no more than two
//! of its own standard errors: one agent unlike all others would be drawn in by how alike those are
//! (B. Efron and C. Morris, "Limiting the Risk of Bayes and Empirical Bayes Estimators, Part II", J.
//! Amer. Statist. Assoc. 67, 1972). The intervals of places follow H. Goldstein and D. J. Spiegelhalter, "League Tables and Their Limitations", J. R.
//! Statist. Soc. A 159(3), 1996.

use serde::{Deserialize, Serialize};

use super::scatter::moments;

/// Agents are never as alike as this: a fiftieth of the time.
const BETWEEN_MIN: f64 = 0.02 * 0.02;
/// 95 %.
const REACH: f64 = 1.96;
/// As many standard errors of its own an estimate may be drawn in.
const DRAWN_MAX: f64 = 2.0;

/// Where an agent stands. A cost of 1.2 is a fifth more time for each completed task than others
/// need for the same kinds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// From 1, the least costly.
    pub place: usize,
    pub place_low: usize,
    pub place_high: usize,
    pub cost: f64,
    pub cost_low: f64,
    pub cost_high: f64,
}

/// One agent's cost as a logarithm, and its variance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    pub logarithm: f64,
    pub variance: f64,
}

/// A place for each, in the order given.
pub(super) fn places(costs: &[Cost]) -> Vec<Place> {
    let drawn = draw_in(costs);
    let mut order: Vec<usize> = (0..drawn.len()).collect();
    order.sort_by(|a, b| drawn[*a].0.total_cmp(&drawn[*b].0).then(a.cmp(b)));
    let sorted = |of: fn(&(f64, f64)) -> f64| {
        let mut all: Vec<f64> = drawn.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let lows = sorted(|(estimate, reach)| estimate - reach);
    let highs = sorted(|(estimate, reach)| estimate + reach);
    let mut places = vec![None; drawn.len()];
    for (rank, at) in order.into_iter().enumerate() {
        let (estimate, reach) = drawn[at];
        let (low, high) = (estimate - reach, estimate + reach);
        let surely_better = highs.partition_point(|other| *other < low);
        let surely_worse = lows.len() - lows.partition_point(|other| *other <= high);
        places[at] = Some(Place {
            place: rank + 1,
            place_low: surely_better + 1,
            place_high: drawn.len() - surely_worse,
            cost: estimate.exp(),
            cost_low: low.exp(),
            cost_high: high.exp(),
        });
    }
    places.into_iter().flatten().collect()
}

/// Estimates and how far their intervals reach.
fn draw_in(costs: &[Cost]) -> Vec<(f64, f64)> {
    let variances: Vec<f64> = costs.iter().map(|cost| cost.variance).collect();
    let mean = |between: f64| {
        let weight = |cost: &Cost| (cost.variance + between).recip();
        let all: f64 = costs.iter().map(weight).sum();
        costs
            .iter()
            .map(|cost| weight(cost) * cost.logarithm)
            .sum::<f64>()
            / all
    };
    let centre = mean(0.0);
    let square = |cost: &Cost| (cost.logarithm - centre).powi(2) / cost.variance;
    let squares: f64 = costs.iter().map(square).sum();
    let between = moments(squares, &variances).max(BETWEEN_MIN);
    let centre = mean(between);
    let draw = |cost: &Cost| {
        let kept = between / (between + cost.variance);
        let error = cost.variance.sqrt();
        let drawn = (1.0 - kept) * (centre - cost.logarithm);
        let bound = DRAWN_MAX * error;
        if bound < drawn.abs() {
            // The others say little of this one, so its interval is its own.
            return (cost.logarithm + bound.copysign(drawn), REACH * error);
        }
        (cost.logarithm + drawn, REACH * kept.sqrt() * error)
    };
    costs.iter().map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(costs: &[(f64, f64)]) -> Vec<Place> {
        let cost = |(logarithm, variance): &(f64, f64)| Cost {
            logarithm: *logarithm,
            variance: *variance,
        };
        places(&costs.iter().map(cost).collect::<Vec<_>>())
    }

    #[test]
    fn who_is_unsure_is_drawn_towards_the_middle() {
        let mut costs = vec![(0.0, 0.001); 18];
        costs.extend([(0.4, 0.001), (0.4, 0.5)]);
        let places = of(&costs);
        assert!(1.4 < places[18].cost && places[19].cost < 1.1, "{places:?}");
        assert_eq!((places[18].place, places[18].place_low), (20, 20));
        assert_eq!((places[19].place_low, places[19].place_high), (1, 19));
    }

    #[test]
    fn one_unlike_all_others_stays_so() {
        let mut costs = vec![(0.0, 0.001); 200];
        costs.push((0.9, 0.01));
        let last = of(&costs)[200];
        assert!((0.7_f64.exp() - last.cost).abs() < 1e-6, "{last:?}");
    }

    #[test]
    fn equals_may_have_any_place_and_one_is_first() {
        let places = of(&[(0.0, 0.01); 5]);
        assert!(
            places
                .iter()
                .all(|one| (one.place_low, one.place_high) == (1, 5))
        );
        assert_eq!(of(&[(0.3, 0.01)])[0].place, 1);
        assert!(of(&[]).is_empty());
    }
}
