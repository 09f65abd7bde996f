//! Levels, and neighbours that are correlated, fitted together. Owns the likelihood of a set of
//! changes; refuses to choose among sets.
//!
//! S. Chakar, E. Lebarbier, C. Lévy-Leduc, S. Robin, "A Robust Approach for Estimating Change-Points
//! in the Mean of an AR(1) Process", Bernoulli 23(2), 2017 (the model); D. Cochrane and G. H. Orcutt,
//! "Application of Least Squares Regression to Relationships Containing Auto-Correlated Error Terms",
//! JASA 44, 1949 (levels and correlation in turns).

use super::segments;
use crate::autocorrelation;

const TURNS: usize = 6;
const SETTLED: f64 = 1e-4;

pub(super) struct Fit {
    pub(super) correlation: f64,
    /// What is new in each value, given its level and the value before it.
    pub(super) news: Vec<f64>,
}

impl Fit {
    pub(super) fn new(values: &[f64], cuts: &[usize]) -> Self {
        let mut correlation = 0.0;
        let mut residuals = Vec::new();
        for _ in 0..TURNS {
            residuals = less_levels(values, cuts, &levels(values, cuts, correlation));
            let next = autocorrelation::of_residuals(&residuals);
            let moved: f64 = next - correlation;
            correlation = next;
            if moved.abs() < SETTLED {
                break;
            }
        }
        Self::of_residuals(&residuals, correlation)
    }

    /// A straight line instead of levels.
    pub(super) fn line(values: &[f64]) -> Self {
        let centre = (values.len() as f64 - 1.0) / 2.0;
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        let offsets = (0..values.len()).map(|place| place as f64 - centre);
        let moment: f64 = offsets
            .clone()
            .zip(values)
            .map(|(offset, value)| offset * value)
            .sum();
        let power: f64 = offsets.clone().map(|offset| offset * offset).sum();
        let slope = if 0.0 < power { moment / power } else { 0.0 };
        let line = offsets.map(|offset| mean + slope * offset);
        let residuals: Vec<f64> = values
            .iter()
            .zip(line)
            .map(|(value, line)| value - line)
            .collect();
        let correlation = autocorrelation::of_residuals(&residuals);
        Self::of_residuals(&residuals, correlation)
    }

    fn of_residuals(residuals: &[f64], correlation: f64) -> Self {
        let mut before = 0.0;
        let news = residuals.iter().enumerate().map(|(place, residual)| {
            let first = place == 0;
            let news = if first {
                residual * (1.0 - correlation * correlation).sqrt()
            } else {
                residual - correlation * before
            };
            before = *residual;
            news
        });
        let news = news.collect();
        Self { correlation, news }
    }

    /// Twice the logarithm of how much likelier the values are than under `other`.
    pub(super) fn evidence_against(&self, other: &Self) -> f64 {
        self.news.len() as f64 * (other.misfit() / self.misfit()).ln()
    }

    /// The variance of what is new, with the determinant that makes correlations comparable.
    fn misfit(&self) -> f64 {
        let count = self.news.len() as f64;
        let power: f64 = self.news.iter().map(|news| news * news).sum();
        let determinant = 1.0 - self.correlation * self.correlation;
        // Values without any scatter around their levels have a limit to how likely they are.
        (power / count).max(f64::EPSILON) * determinant.powf(-1.0 / count)
    }
}

/// One row of the normal equations: neighbours share the value where one level gives way to the
/// next, so the matrix has three diagonals.
#[derive(Clone, Copy, Default)]
struct Row {
    diagonal: f64,
    right: f64,
}

fn levels(values: &[f64], cuts: &[usize], correlation: f64) -> Vec<f64> {
    let rest = 1.0 - correlation;
    let mut rows = vec![Row::default(); cuts.len() + 1];
    for (level, (from, to)) in segments(cuts, values.len()).enumerate() {
        if level == 0 {
            let weight = 1.0 - correlation * correlation;
            rows[0].diagonal += weight;
            rows[0].right += weight * values[from];
        } else {
            let news = values[from] - correlation * values[from - 1];
            rows[level].diagonal += 1.0;
            rows[level].right += news;
            rows[level - 1].diagonal += correlation * correlation;
            rows[level - 1].right -= correlation * news;
        }
        rows[level].diagonal += (to - from - 1) as f64 * rest * rest;
        let inner = values[from..to].windows(2);
        rows[level].right += rest
            * inner
                .map(|pair| pair[1] - correlation * pair[0])
                .sum::<f64>();
    }
    solve(rows, -correlation)
}

/// Forwards and backwards through the three diagonals (L. H. Thomas, 1949).
fn solve(mut rows: Vec<Row>, beside: f64) -> Vec<f64> {
    for row in 1..rows.len() {
        let factor = beside / rows[row - 1].diagonal;
        rows[row].diagonal -= factor * beside;
        rows[row].right -= factor * rows[row - 1].right;
    }
    let mut next = 0.0;
    let mut levels: Vec<f64> = rows
        .iter()
        .rev()
        .enumerate()
        .map(|(place, row)| {
            let known = if place == 0 { 0.0 } else { beside * next };
            next = (row.right - known) / row.diagonal;
            next
        })
        .collect();
    levels.reverse();
    levels
}

fn less_levels(values: &[f64], cuts: &[usize], levels: &[f64]) -> Vec<f64> {
    let parts = segments(cuts, values.len()).zip(levels);
    parts
        .flat_map(|((from, to), level)| values[from..to].iter().map(move |value| value - level))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn without_correlation_levels_are_means() {
        let values = [1.0, 2.0, 3.0, 10.0, 12.0];
        let found = levels(&values, &[3], 0.0);
        assert_eq!(found, [2.0, 11.0]);
        assert_eq!(
            less_levels(&values, &[3], &found),
            [-1.0, 0.0, 1.0, -1.0, 1.0]
        );
    }

    #[test]
    fn levels_and_correlation_of_known_values_are_found() {
        let mut random = Random::new(1);
        let mut noise = 0.0;
        let mut values = Vec::new();
        for place in 0..4_000 {
            noise = 0.6 * noise + random.unit() - 0.5;
            values.push(noise + if place < 1_000 { 0.0 } else { 5.0 });
        }
        let fit = Fit::new(&values, &[1_000]);
        assert!((fit.correlation - 0.6).abs() < 0.05, "{}", fit.correlation);
        let found = levels(&values, &[1_000], fit.correlation);
        assert!((found[1] - found[0] - 5.0).abs() < 0.1, "{found:?}");
        assert!(1_000.0 < fit.evidence_against(&Fit::new(&values, &[])));
    }

    #[test]
    fn a_line_explains_a_line() {
        let values: Vec<f64> = (0..50).map(|place| f64::from(place) * 0.3 + 2.0).collect();
        let news = Fit::line(&values).news;
        assert!(news.iter().all(|news| news.abs() < 1e-9), "{news:?}");
    }
}
