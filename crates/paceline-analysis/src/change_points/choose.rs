//! Which explanation to believe. Owns the way from no change to as many as the evidence carries, and
//! two second thoughts: a drift is no step, and noisy times need more; refuses to look for changes.
//!
//! B. L. Welch, "The Generalization of 'Student's' Problem when Several Different Population Variances
//! Are Involved", Biometrika 34, 1947 (a change is measured by the scatter around it).

use super::contrast::Contrast;
use super::explain::{Explanation, neighbourhood};
use super::fit::Fit;
use super::thresholds::needed;

/// Values on each side of a change that show how noisy it is there.
const AROUND: usize = 25;
/// So much noisier than the whole is not chance.
const NOISIER: f64 = 1.25;
/// How much of the evidence for one change a line may lack for each that it does without, after the
/// first. More than the second end of a bump needs: no line looks like a bump, but steps do like it.
const SAVED_PER_CHANGE: f64 = 0.7;
/// What noisy times ask for beyond the table.
const NOISY_FACTOR: f64 = 1.2;

/// The changes that the evidence carries: from what is believed, the fewest more that together
/// bring what so many need.
pub(super) fn believed(explanations: &[Explanation], length: usize) -> Vec<usize> {
    let (mut cuts, mut evidence): (&[usize], f64) = (&[], 0.0);
    let brings_enough = |more: &&Explanation, cuts: &[usize], evidence: f64| {
        let changes = more.cuts.len().saturating_sub(cuts.len());
        0 < changes && needed(length, more.correlation, changes) <= more.evidence - evidence
    };
    while let Some(next) = explanations
        .iter()
        .find(|more| brings_enough(more, cuts, evidence))
    {
        (cuts, evidence) = (&next.cuts, next.evidence);
    }
    cuts.to_vec()
}

/// Whether one straight line explains the values as well as the changes do.
pub(super) fn is_drift(values: &[f64], cuts: &[usize]) -> bool {
    if cuts.is_empty() {
        return false;
    }
    let (line, steps) = (Fit::line(values), Fit::new(values, cuts));
    let more = (cuts.len() - 1) as f64;
    let saved = SAVED_PER_CHANGE * more * needed(values.len(), steps.correlation, 1);
    -saved <= line.evidence_against(&steps)
}

/// Drops changes that are no more than the noise around them.
pub(super) fn without_noise(values: &[f64], mut cuts: Vec<usize>) -> Vec<usize> {
    loop {
        let weakest = strengths(values, &cuts)
            .into_iter()
            .enumerate()
            .filter(|(_, strength)| strength.is_noisy && strength.ratio < NOISY_FACTOR)
            .min_by(|a, b| a.1.ratio.total_cmp(&b.1.ratio));
        let Some((place, _)) = weakest else {
            return cuts;
        };
        cuts.remove(place);
    }
}

pub(super) struct Strength {
    /// The change's own evidence over what one change needs, by the scatter around it.
    pub(super) ratio: f64,
    is_noisy: bool,
}

pub(super) fn strengths(values: &[f64], cuts: &[usize]) -> Vec<Strength> {
    let fit = Fit::new(values, cuts);
    let contrast = Contrast::new(values, fit.correlation);
    let mean_square = |news: &[f64]| {
        let power: f64 = news.iter().map(|news| news * news).sum();
        (power / news.len() as f64).max(f64::EPSILON)
    };
    let of_all = mean_square(&fit.news);
    let strength = |(place, &at): (usize, &usize)| {
        let (from, to) = neighbourhood(cuts, place, values.len());
        let around = at.saturating_sub(AROUND)..(at + AROUND).min(values.len());
        let of_these = mean_square(&fit.news[around]);
        let is_noisy = NOISIER * of_all < of_these;
        let scatter = if is_noisy { of_these } else { of_all };
        let evidence = contrast.at(from, at, to).powi(2) / scatter;
        let ratio = evidence / needed(values.len(), fit.correlation, 1);
        Strength { ratio, is_noisy }
    };
    cuts.iter().enumerate().map(strength).collect()
}
