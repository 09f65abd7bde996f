//! A line through points of which some may be wild. Owns the median slope with its interval, and
//! the score that goes with it; refuses to know what the axes are.
//!
//! H. Theil, "A Rank-Invariant Method of Linear and Polynomial Regression Analysis", Indagationes
//! Mathematicae 12, 1950; P. K. Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau",
//! JASA 63, 1968 (interval, repeated x); M. G. Kendall, "Rank Correlation Methods", 1955 (variance of
//! the score with ties).

use crate::normal;

/// A slope, and the interval that the score's test would not refuse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slope {
    pub(crate) estimate: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Whether there are points enough for an interval of that confidence.
    pub(crate) is_bounded: bool,
}

/// The score: how many more pairs rise than fall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Score {
    pub(crate) score: f64,
    /// Of points in an order that means nothing.
    pub(crate) variance: f64,
}

/// The median slope over all pairs of points with different x. `inflation` is how many times more
/// the score varies than that of independent points. `None` when all x are the same.
pub(crate) fn slope(points: &[(f64, f64)], inflation: f64, confidence: f64) -> Option<Slope> {
    let mut slopes = Vec::new();
    for (place, from) in points.iter().enumerate() {
        let others = points[place + 1..].iter().filter(|to| to.0 != from.0);
        slopes.extend(others.map(|to| (to.1 - from.1) / (to.0 - from.0)));
    }
    slopes.sort_unstable_by(f64::total_cmp);
    let count = slopes.len();
    let last = count.checked_sub(1)?;
    let deviation = (score(points).variance * inflation).sqrt();
    let reach = -normal::quantile((1.0 - confidence) / 2.0) * deviation;
    // Scores lie two apart, so the step that just fits is met half way.
    let outside = ((count as f64 - reach - 1.0) / 2.0).floor();
    let outermost = outside.max(0.0) as usize;
    Some(Slope {
        estimate: f64::midpoint(slopes[last / 2], slopes[count / 2]),
        low: slopes[outermost.min(last / 2)],
        high: slopes[(last - outermost).max(count / 2)],
        is_bounded: 0.0 <= outside,
    })
}

pub(crate) fn score(points: &[(f64, f64)]) -> Score {
    let mut score = 0.0;
    for (place, from) in points.iter().enumerate() {
        for to in &points[place + 1..] {
            score += sign(to.0 - from.0) * sign(to.1 - from.1);
        }
    }
    let x: Vec<f64> = points.iter().map(|point| point.0).collect();
    let y: Vec<f64> = points.iter().map(|point| point.1).collect();
    let variance = variance(points.len() as f64, &ties(x), &ties(y));
    Score { score, variance }
}

fn sign(difference: f64) -> f64 {
    if difference == 0.0 {
        0.0
    } else {
        difference.signum()
    }
}

/// The sizes of the groups of equal values.
fn ties(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let groups = values.chunk_by(|a, b| a == b);
    groups.map(|group| group.len() as f64).collect()
}

fn variance(count: f64, x: &[f64], y: &[f64]) -> f64 {
    let sum = |ties: &[f64], term: fn(f64) -> f64| ties.iter().map(|tie| term(*tie)).sum::<f64>();
    let pairs = |n: f64| n * (n - 1.0);
    let triples = |n: f64| n * (n - 1.0) * (n - 2.0);
    let plain = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    if count < 3.0 {
        return (plain(count) - sum(x, plain) - sum(y, plain)).max(0.0) / 18.0;
    }
    (plain(count) - sum(x, plain) - sum(y, plain)) / 18.0
        + sum(x, pairs) * sum(y, pairs) / (2.0 * pairs(count))
        + sum(x, triples) * sum(y, triples) / (9.0 * triples(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(count: u32, at: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        let x = (0..count).map(f64::from);
        x.map(|x| (x, at(x))).collect()
    }

    #[test]
    fn a_line_is_found_through_wild_points() {
        let mut points = line(20, |x| 3.0 + 0.5 * x);
        points[4].1 = 1e9;
        points[17].1 = -1e9;
        let found = slope(&points, 1.0, 0.95).unwrap();
        assert_eq!((found.estimate, found.is_bounded), (0.5, true));
        assert!(found.low <= 0.5 && 0.5 <= found.high);
    }

    /// Sen's own example: x 1, 2, 3, 4, 10, 12, 18 and y 9, 15, 19, 20, 45, 55, 78.
    #[test]
    fn the_slope_of_sens_example_is_four() {
        let x = [1.0, 2.0, 3.0, 4.0, 10.0, 12.0, 18.0];
        let y = [9.0, 15.0, 19.0, 20.0, 45.0, 55.0, 78.0];
        let points: Vec<_> = x.into_iter().zip(y).collect();
        let found = slope(&points, 1.0, 0.93).unwrap();
        assert_eq!(found.estimate, 4.0);
        assert!((found.low - 26.0 / 7.0).abs() < 0.05, "{found:?}");
        assert!((found.high - 35.0 / 8.0).abs() < 0.65, "{found:?}");
    }

    #[test]
    fn too_few_points_have_a_slope_but_no_bounds() {
        assert_eq!(slope(&[(1.0, 2.0), (1.0, 3.0)], 1.0, 0.95), None);
        assert!(!slope(&line(4, |x| x), 1.0, 0.95).unwrap().is_bounded);
        assert!(slope(&line(5, |x| x), 1.0, 0.95).unwrap().is_bounded);
    }

    #[test]
    fn the_score_counts_pairs_and_knows_ties() {
        let found = score(&line(10, |x| x));
        assert_eq!((found.score, found.variance), (45.0, 125.0));
        assert_eq!(
            score(&line(10, |_| 1.0)),
            Score {
                score: 0.0,
                variance: 0.0
            }
        );
        // Kendall's formula by hand: two pairs of equal x, no ties in y.
        let points = [(1.0, 1.0), (1.0, 2.0), (2.0, 3.0), (2.0, 4.0)];
        let found = score(&points);
        assert_eq!(found.score, 4.0);
        assert!((found.variance - (4.0 * 3.0 * 13.0 - 2.0 * 18.0) / 18.0).abs() < 1e-12);
    }
}
