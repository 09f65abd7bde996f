//! Values with what is wild about them taken off. Owns the scale and the clipping at three robust
//! standard deviations; refuses to drop a value: a clipped one still says on which side it was.
//!
//! P. J. Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35,
//! 1964 (clipping); R. D. Martin and D. J. Thomson, "Robust-Resistant Spectrum Estimation", Proceedings
//! of the IEEE 70(9), 1982 (clipping what a value adds to the one before it).

use crate::{autocorrelation, robust};

/// Values are clipped at so many robust standard deviations from their median or level.
const REACH: f64 = 3.0;
/// At first further where neighbours are correlated: there a bump rises from where a value has
/// wandered to, and what is wild is clipped as a surprise in any case.
const FURTHER_BY_CORRELATION: f64 = 0.6;
/// So is what is new in a value, given the one before it. A little further, since a step of three
/// standard deviations of correlated values is a surprise of nearly four.
const SURPRISE: f64 = 3.5;
/// Differences over so many places vary as the values do, steps aside.
const LAG: usize = 5;
/// Further out, in robust standard deviations, there is nothing to tell apart.
const FAR: f64 = 1e6;

/// In robust standard deviations from the median. `None` of a constant series.
pub(super) fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    let centre = robust::median(values)?;
    let deviations: Vec<f64> = values.iter().map(|value| value - centre).collect();
    let scale = scale(&deviations)?;
    let standardise = |deviation: &f64| (deviation / scale).clamp(-FAR, FAR);
    Some(deviations.iter().map(standardise).collect())
}

/// Clipped about the median, and then each about what the one before it foretells.
pub(super) fn clipped(values: &[f64]) -> Vec<f64> {
    let further = 1.0 + FURTHER_BY_CORRELATION * autocorrelation::from_differences(values);
    let reach = REACH * further * narrow_scale(values);
    let clipped = values.iter().map(|value| robust::clip(*value, 0.0, reach));
    without_surprises(clipped.collect())
}

/// Clipped about the median of the level that each belongs to.
pub(super) fn clipped_about_levels(values: &[f64], cuts: &[usize]) -> Vec<f64> {
    let levels = medians(values, cuts);
    let residuals: Vec<f64> = values
        .iter()
        .zip(&levels)
        .map(|(value, level)| value - level)
        .collect();
    let reach = REACH * scale(&residuals).unwrap_or(0.0);
    let clipped = values.iter().zip(&levels);
    clipped
        .map(|(value, level)| robust::clip(*value, *level, reach))
        .collect()
}

/// For each value the median of its level.
pub(super) fn medians(values: &[f64], cuts: &[usize]) -> Vec<f64> {
    let mut medians = Vec::with_capacity(values.len());
    for (from, to) in super::segments(cuts, values.len()) {
        let median = robust::median(&values[from..to]).unwrap_or(0.0);
        medians.resize(to, median);
    }
    medians
}

/// Of deviations from a centre. Where more than half of them are nothing, half of the others are
/// within it. `None` where all are nothing.
fn scale(deviations: &[f64]) -> Option<f64> {
    let mad = robust::mad_about_zero(deviations)?;
    if 0.0 < mad {
        return Some(mad);
    }
    let moved = deviations
        .iter()
        .copied()
        .filter(|deviation| *deviation != 0.0);
    robust::mad_about_zero(&moved.collect::<Vec<_>>())
}

/// A step in the middle widens the scatter of all values, but not that of differences.
fn narrow_scale(values: &[f64]) -> f64 {
    let of_all = scale(values).unwrap_or(0.0);
    let lag = LAG.min(values.len() / 3);
    let pairs = values.iter().zip(values.iter().skip(lag));
    let differences: Vec<f64> = pairs.map(|(from, to)| to - from).collect();
    let of_differences = robust::mad_about_zero(&differences).unwrap_or(0.0) / 2.0_f64.sqrt();
    if 0.0 < of_differences {
        of_all.min(of_differences)
    } else {
        of_all
    }
}

fn without_surprises(mut values: Vec<f64>) -> Vec<f64> {
    let correlation = autocorrelation::from_differences(&values);
    if correlation <= 0.0 {
        return values;
    }
    let pairs = values.windows(2);
    let surprises: Vec<f64> = pairs.map(|pair| pair[1] - correlation * pair[0]).collect();
    let reach = SURPRISE * robust::mad(&surprises).unwrap_or(0.0);
    if 0.0 < reach {
        for place in 1..values.len() {
            let foretold = correlation * values[place - 1];
            values[place] = robust::clip(values[place], foretold, reach);
        }
    }
    values
}
