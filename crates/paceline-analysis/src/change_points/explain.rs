//! Sets of changes that would explain a series, from many to one. Owns finding places, moving them
//! to where they fit best, and dropping the weakest; refuses to say which set is right.
//!
//! R. Baranowski, Y. Chen, P. Fryzlewicz, "Narrowest-Over-Threshold Detection of Multiple Change
//! Points and Change-Point-Like Features", Journal of the Royal Statistical Society B 81, 2019.

use super::contrast::Contrast;
use super::fit::Fit;
use super::{intervals, segments};
use crate::autocorrelation;

/// Places are taken in generously; how far below the largest contrast that chance alone gives.
const GENEROSITY: f64 = 0.75;
/// Turns of moving each change between its neighbours.
const TURNS: usize = 2;
/// Levels as long as this have the distribution of a mean; each value fewer costs evidence. Values
/// that are correlated take longer.
const LONG_ENOUGH: f64 = 8.0;
const LONGER_BY_CORRELATION: f64 = 0.5;
const PER_VALUE_SHORT: f64 = 2.5;
/// By how much of their excess kurtosis rare wild values lower the evidence.
const PER_KURTOSIS: f64 = 0.03;
/// By how much of the variance that correlation over more than one lag adds. Not all of it: before
/// a bump is taken out, its own values look so correlated.
const PER_EXCESS: f64 = 0.75;

/// A set of changes and what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Where each level but the first begins.
    pub cuts: Vec<usize>,
    /// Twice the logarithm of the likelihood ratio against no change at all, less what short levels
    /// and wild values owe.
    pub evidence: f64,
    /// Between neighbours, around the levels.
    pub correlation: f64,
}

/// Explanations with ever more changes. `known` are places that are looked at again in any case.
pub(super) fn explanations(values: &[f64], known: &[usize], shortest: usize) -> Vec<Explanation> {
    let without = Fit::new(values, &[]);
    let mut cuts = candidates(values, known, shortest);
    let wandering = 1.0 + PER_EXCESS * (autocorrelation::excess(&without.news) - 1.0);
    let owed = wandering * wildness(values, &cuts);
    let mut explanations = Vec::new();
    while !cuts.is_empty() {
        let correlation = Fit::new(values, &cuts).correlation;
        let contrast = Contrast::new(values, correlation);
        move_to_best(&contrast, &mut cuts, values.len(), shortest);
        let fit = Fit::new(values, &cuts);
        explanations.push(Explanation {
            cuts: cuts.clone(),
            evidence: fit.evidence_against(&without) / owed
                - shortness(&cuts, values.len(), fit.correlation),
            correlation: fit.correlation,
        });
        cuts.remove(weakest(&contrast, &cuts, values.len()));
    }
    explanations.reverse();
    explanations
}

/// Around the place, the levels before and after it: from inclusive, to exclusive.
pub(super) fn neighbourhood(cuts: &[usize], place: usize, length: usize) -> (usize, usize) {
    let from = place.checked_sub(1).map_or(0, |before| cuts[before]);
    (from, cuts.get(place + 1).copied().unwrap_or(length))
}

fn candidates(values: &[f64], known: &[usize], shortest: usize) -> Vec<usize> {
    let fit = Fit::new(values, known);
    let (correlation, deviation) = if known.is_empty() {
        let correlation = autocorrelation::from_differences(values);
        (correlation, deviation_of_news(values, correlation))
    } else {
        let power: f64 = fit.news.iter().map(|news| news * news).sum();
        (fit.correlation, (power / values.len() as f64).sqrt())
    };
    let by_chance = (2.0 * (values.len() as f64).ln()).sqrt();
    let contrast = Contrast::new(values, correlation);
    let mut cuts = known.to_vec();
    let mut open: Vec<_> = segments(known, values.len()).collect();
    while let Some((from, to)) = open.pop() {
        let threshold = GENEROSITY * by_chance * deviation;
        if let Some(at) = narrowest_over(&contrast, (from, to), shortest, threshold) {
            cuts.push(at);
            open.extend([(from, at), (at, to)]);
        }
    }
    cuts.sort_unstable();
    cuts
}

/// Of what is new in values, as differences show it, which steps hardly move.
fn deviation_of_news(values: &[f64], correlation: f64) -> f64 {
    let news: Vec<f64> = values
        .windows(2)
        .map(|pair| pair[1] - correlation * pair[0])
        .collect();
    let squares = news
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).powi(2) / 2.0);
    (squares.sum::<f64>() / news.len().saturating_sub(1).max(1) as f64).sqrt()
}

/// The largest contrast of the shortest intervals that have one over the threshold: a long interval
/// may hold two changes, and shows neither well.
fn narrowest_over(
    contrast: &Contrast<'_>,
    (from, to): (usize, usize),
    shortest: usize,
    threshold: f64,
) -> Option<usize> {
    for layer in intervals::layers(to - from, 2 * shortest) {
        let largest = layer
            .iter()
            .filter_map(|(start, end)| contrast.largest(from + start, from + end, shortest))
            .reduce(|best, next| if best.0 < next.0 { next } else { best });
        if let Some((size, at)) = largest.filter(|(size, _)| threshold < *size) {
            debug_assert!(size.is_finite());
            return Some(at);
        }
    }
    None
}

fn move_to_best(contrast: &Contrast<'_>, cuts: &mut [usize], length: usize, shortest: usize) {
    for _ in 0..TURNS {
        let mut moved = false;
        for place in 0..cuts.len() {
            let (from, to) = neighbourhood(cuts, place, length);
            if let Some((_, at)) = contrast.largest(from, to, shortest) {
                moved |= at != cuts[place];
                cuts[place] = at;
            }
        }
        if !moved {
            return;
        }
    }
}

fn weakest(contrast: &Contrast<'_>, cuts: &[usize], length: usize) -> usize {
    let sizes = (0..cuts.len()).map(|place| {
        let (from, to) = neighbourhood(cuts, place, length);
        (contrast.at(from, cuts[place], to).abs(), place)
    });
    let weakest = sizes.reduce(|best, next| if next.0 < best.0 { next } else { best });
    weakest.map_or(0, |weakest| weakest.1)
}

/// What levels owe that are so short that clipped values do not add up to a normal one.
fn shortness(cuts: &[usize], length: usize, correlation: f64) -> f64 {
    let enough = LONG_ENOUGH * (1.0 + LONGER_BY_CORRELATION * correlation);
    let missing = segments(cuts, length).map(|(from, to)| (enough - (to - from) as f64).max(0.0));
    PER_VALUE_SHORT * missing.sum::<f64>()
}

/// What values owe that even clipped are mostly calm and seldom wild.
fn wildness(values: &[f64], cuts: &[usize]) -> f64 {
    let mut residuals = Vec::with_capacity(values.len());
    for (from, to) in segments(cuts, values.len()) {
        let mean = values[from..to].iter().sum::<f64>() / (to - from) as f64;
        residuals.extend(values[from..to].iter().map(|value| value - mean));
    }
    let moment = |power: i32| {
        residuals
            .iter()
            .map(|residual| residual.powi(power))
            .sum::<f64>()
            / residuals.len() as f64
    };
    let variance = moment(2);
    if variance <= 0.0 {
        return 1.0;
    }
    1.0 + PER_KURTOSIS * (moment(4) / (variance * variance) - 3.0).max(0.0)
}
