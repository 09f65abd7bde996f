//! How far apart the two sides of a place are. Owns the cumulative sums that answer it in constant
//! time, for values that are correlated with their neighbours; refuses to judge.
//!
//! E. S. Page, "Continuous Inspection Schemes", Biometrika 41, 1954 (cumulative sums); A. C. Aitken, "On
//! Least Squares and Linear Combination of Observations", Proceedings of the Royal Society of Edinburgh
//! 55, 1936 (least squares of correlated values). With no correlation it is the CUSUM statistic.

pub(super) struct Contrast<'a> {
    values: &'a [f64],
    correlation: f64,
    /// Sums of what each value adds to the one before it; the first adds nothing.
    sums: Vec<f64>,
}

impl<'a> Contrast<'a> {
    pub(super) fn new(values: &'a [f64], correlation: f64) -> Self {
        let mut sums = Vec::with_capacity(values.len() + 1);
        let mut sum = 0.0;
        sums.extend([sum, sum]);
        for pair in values.windows(2) {
            sum += pair[1] - correlation * pair[0];
            sums.push(sum);
        }
        Self {
            values,
            correlation,
            sums,
        }
    }

    /// The difference of the levels of `at..to` and `from..at` over its standard error, in units of
    /// what is new in a value.
    pub(super) fn at(&self, from: usize, at: usize, to: usize) -> f64 {
        let correlation = self.correlation;
        let rest = 1.0 - correlation;
        let news = self.values[at] - correlation * self.values[at - 1];
        let weight_before = 1.0 + (at - from - 1) as f64 * rest * rest;
        let weight_after = 1.0 + (to - at - 1) as f64 * rest * rest;
        let before = (1.0 - correlation * correlation) * self.values[from]
            + rest * (self.sums[at] - self.sums[from + 1])
            - correlation * news;
        let after = news + rest * (self.sums[to] - self.sums[at + 1]);
        let determinant = weight_before * weight_after - correlation * correlation;
        let difference =
            (weight_before - correlation) * after - (weight_after - correlation) * before;
        let variance = (weight_before + weight_after - 2.0 * correlation) * determinant;
        difference / variance.sqrt()
    }

    /// The place in the interval with the largest contrast, each side at least `shortest` long.
    pub(super) fn largest(&self, from: usize, to: usize, shortest: usize) -> Option<(f64, usize)> {
        let places = from + shortest..(to + 1).saturating_sub(shortest);
        let contrasts = places.map(|at| (self.at(from, at, to).abs(), at));
        contrasts.reduce(|best, next| if best.0 < next.0 { next } else { best })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_correlation_it_is_the_cusum_statistic() {
        let values = [1.0, 2.0, 0.0, 1.0, 5.0, 6.0, 4.0];
        let contrast = Contrast::new(&values, 0.0);
        let expected = (5.0 - 1.0) * (4.0 * 3.0 / 7.0_f64).sqrt();
        assert!((contrast.at(0, 4, 7) - expected).abs() < 1e-12);
        assert_eq!(contrast.largest(0, 7, 2).unwrap().1, 4);
        assert_eq!(contrast.largest(0, 3, 2), None);
    }

    /// Against least squares solved on the whitened values, column by column.
    #[test]
    fn with_correlation_it_is_generalised_least_squares() {
        let values = [9.0, 1.0, 2.0, 0.5, 1.0, 5.0, 6.5, 4.0, 9.0];
        let (correlation, from, at, to) = (0.6_f64, 1, 5, 8);
        let level = |t: usize, side: bool| f64::from((at <= t) == side);
        let (mut normal, mut right) = ([[0.0; 2]; 2], [0.0; 2]);
        for t in from..to {
            let whiten = |now: f64, before: f64| {
                if t == from {
                    now * (1.0 - correlation * correlation).sqrt()
                } else {
                    now - correlation * before
                }
            };
            let column = [false, true].map(|side| whiten(level(t, side), level(t - 1, side)));
            let value = whiten(values[t], values[t - 1]);
            for row in 0..2 {
                right[row] += column[row] * value;
                for other in 0..2 {
                    normal[row][other] += column[row] * column[other];
                }
            }
        }
        let [[a, b], [_, d]] = normal;
        let determinant = a * d - b * b;
        let difference = (a * right[1] - b * right[0] - d * right[0] + b * right[1]) / determinant;
        let expected = difference / ((a + d + 2.0 * b) / determinant).sqrt();
        let found = Contrast::new(&values, correlation).at(from, at, to);
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
}
