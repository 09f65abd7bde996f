//! Whether a series drifts. Owns its slope with interval, and the test that is not fooled by values
//! that resemble the ones before them; refuses steps: [`drift`] takes them out first.
//!
//! Slope: Theil and Sen (papers in `theil_sen.rs`), on medians of blocks, so that thousands of values
//! cost no more than hundreds. Test: H. B. Mann, "Nonparametric Tests Against Trend", Econometrica 13,
//! 1945; K. H. Hamed and A. R. Rao, "A Modified Mann-Kendall Trend Test for Autocorrelated Data",
//! Journal of Hydrology 204, 1998 (the score's variance); S. Yue and C. Wang, "The Mann-Kendall Test
//! Modified by Effective Sample Size to Detect Trend in Serially Correlated Hydrological Series", Water
//! Resources Management 18, 2004 (correlation is that of what the slope leaves).

use serde::{Deserialize, Serialize};

use crate::change_points::Changes;
use crate::compare::{ALPHA, CONFIDENCE, GATE};
use crate::{normal, robust, theil_sen};

/// Fewer values have no trend.
pub const VALUES_MIN: usize = 10;
const BLOCKS_MAX: usize = 200;
const REACH: f64 = 3.0;
const CORRELATION_MAX: f64 = 0.97;
/// The correlation of few values is known badly, and taking too small a one raises false alarms: it
/// is taken larger by so many of its standard errors.
const CAUTION: f64 = 0.8;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrendVerdict {
    Rises,
    Falls,
    /// No trend beyond chance, or one smaller than the gate.
    Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Per value, with a 95 % interval.
    pub slope: f64,
    pub low: f64,
    pub high: f64,
    /// From the first value to the last along the slope, relative to where it begins.
    pub change: f64,
    pub change_low: f64,
    pub change_high: f64,
    pub p_value: f64,
    /// Values that are numbers.
    pub points: usize,
    /// Between neighbouring blocks, around the slope.
    pub correlation: f64,
    pub verdict: TrendVerdict,
}

/// The trend past the usual gate. What is no number is skipped, and its place counts. `None` below
/// [`VALUES_MIN`] values.
#[must_use]
pub fn trend(values: &[f64]) -> Option<Trend> {
    trend_with(values, GATE)
}

/// The trend of what is left when the steps are taken out: that of the last level is kept.
#[must_use]
pub fn drift(values: &[f64], changes: &Changes) -> Option<Trend> {
    let newest = changes.levels.last()?.median;
    let mut level = vec![f64::NAN; values.len()];
    for part in &changes.levels {
        level[part.from..part.to].fill(part.median);
    }
    let moved = values
        .iter()
        .zip(level)
        .map(|(value, level)| value - level + newest);
    trend(&moved.collect::<Vec<_>>())
}

/// A relative change smaller than `gate` over the whole series is level.
#[must_use]
pub fn trend_with(values: &[f64], gate: f64) -> Option<Trend> {
    let numbers = values.iter().filter(|value| value.is_finite()).count();
    let blocks = blocks(values);
    if numbers < VALUES_MIN || blocks.len() < 3 {
        return None;
    }
    let plain = theil_sen::slope(&blocks, 1.0, CONFIDENCE)?;
    let residuals: Vec<f64> = blocks
        .iter()
        .map(|(at, value)| value - plain.estimate * at)
        .collect();
    let correlation = cautious_correlation(&residuals);
    let inflation = inflation(blocks.len(), correlation);
    let slope = theil_sen::slope(&blocks, inflation, CONFIDENCE)?;
    let p_value = p_value(theil_sen::score(&blocks), inflation);
    let span = values.len() as f64 - 1.0;
    let start = robust::median(&residuals)?;
    let end = start + slope.estimate * span;
    let base = if start == 0.0 { end } else { start }.abs();
    let relative = |slope: f64| {
        if base == 0.0 {
            0.0
        } else {
            slope * span / base
        }
    };
    let change = relative(slope.estimate);
    Some(Trend {
        slope: slope.estimate,
        low: slope.low,
        high: slope.high,
        change,
        change_low: relative(slope.low),
        change_high: relative(slope.high),
        p_value,
        points: numbers,
        correlation,
        verdict: verdict(change, p_value, gate),
    })
}

fn verdict(change: f64, p_value: f64, gate: f64) -> TrendVerdict {
    if ALPHA < p_value || change.abs() < gate || change == 0.0 {
        TrendVerdict::Level
    } else if 0.0 < change {
        TrendVerdict::Rises
    } else {
        TrendVerdict::Falls
    }
}

/// The middle place and the median of each block.
fn blocks(values: &[f64]) -> Vec<(f64, f64)> {
    let length = values.len().div_ceil(BLOCKS_MAX).max(1);
    let blocks = values.chunks(length).enumerate();
    let middle =
        |place: usize, block: &[f64]| (place * length) as f64 + (block.len() as f64 - 1.0) / 2.0;
    blocks
        .filter_map(|(place, block)| Some((middle(place, block), robust::median(block)?)))
        .collect()
}

/// Of neighbours, corrected for the slope having been fitted to these very values, and a little
/// more than likely.
fn cautious_correlation(residuals: &[f64]) -> f64 {
    let count = residuals.len() as f64;
    let (Some(centre), Some(scatter)) = (robust::median(residuals), robust::mad(residuals)) else {
        return 0.0;
    };
    let clip = |value: &f64| {
        if 0.0 < scatter {
            robust::clip(*value, centre, REACH * scatter)
        } else {
            *value
        }
    };
    let clipped: Vec<f64> = residuals.iter().map(clip).collect();
    let mean = clipped.iter().sum::<f64>() / count;
    let power: f64 = clipped.iter().map(|value| (value - mean).powi(2)).sum();
    if power <= 0.0 {
        return 0.0;
    }
    let products = clipped
        .windows(2)
        .map(|pair| (pair[0] - mean) * (pair[1] - mean));
    let found = products.sum::<f64>() / power;
    let bias = (2.0 + 4.0 * found) / count;
    let error = ((1.0 - found * found).max(0.0) / count).sqrt();
    (found + bias + CAUTION * error).clamp(0.0, CORRELATION_MAX)
}

/// How many times more the score varies than that of independent values (Hamed and Rao), when the
/// correlation over so many places is that power of the one between neighbours.
fn inflation(count: usize, correlation: f64) -> f64 {
    let total = count as f64;
    let mut power = 1.0;
    let terms = (1..count.saturating_sub(2)).map(|lag| {
        power *= correlation;
        let left = total - lag as f64;
        left * (left - 1.0) * (left - 2.0) * power
    });
    1.0 + 2.0 * terms.sum::<f64>() / (total * (total - 1.0) * (total - 2.0))
}

fn p_value(score: theil_sen::Score, inflation: f64) -> f64 {
    let variance = score.variance * inflation;
    if variance <= 0.0 {
        return 1.0;
    }
    normal::two_sided((score.score.abs() - 1.0).max(0.0) / variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change_points::change_points;
    use crate::random::Random;

    fn noisy(count: usize, at: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut random = Random::new(11);
        (0..count)
            .map(|place| at(place as f64) + random.unit() - 0.5)
            .collect()
    }

    #[test]
    fn a_rise_a_fall_and_none_are_told_apart() {
        let check = |per_value: f64, verdict: TrendVerdict| {
            for count in [100, 3_000] {
                let values = noisy(count, |place| {
                    10.0 + per_value * 100.0 * place / count as f64
                });
                let found = trend(&values).unwrap();
                let expected = per_value * 100.0 / count as f64;
                assert_eq!(found.verdict, verdict, "{found:?}");
                assert!(found.low <= expected && expected <= found.high, "{found:?}");
                assert!((found.change - per_value * 10.0).abs() < 0.03, "{found:?}");
            }
        };
        check(0.02, TrendVerdict::Rises);
        check(-0.02, TrendVerdict::Falls);
        check(0.0, TrendVerdict::Level);
    }

    #[test]
    fn a_trend_below_the_gate_is_level() {
        let values = noisy(300, |place| 100.0 + 0.01 * place);
        let found = trend(&values).unwrap();
        assert!(found.p_value < 0.001);
        assert_eq!(found.verdict, TrendVerdict::Level);
        assert_eq!(
            trend_with(&values, 0.01).unwrap().verdict,
            TrendVerdict::Rises
        );
    }

    #[test]
    fn nothing_and_constants_do_not_drift() {
        assert_eq!(trend(&[1.0; 9]), None);
        assert_eq!(trend(&[f64::NAN; 50]), None);
        let found = trend(&[7.0; 50]).unwrap();
        assert_eq!((found.slope, found.change, found.p_value), (0.0, 0.0, 1.0));
        assert_eq!(trend(&[0.0; 50]).unwrap().verdict, TrendVerdict::Level);
    }

    #[test]
    fn gaps_keep_their_places() {
        let mut values: Vec<f64> = (0..60).map(|place| 5.0 + f64::from(place)).collect();
        values[10..30].fill(f64::NAN);
        let found = trend(&values).unwrap();
        assert_eq!((found.slope, found.points), (1.0, 40));
    }

    #[test]
    fn a_step_is_not_a_drift() {
        let values = noisy(200, |place| if place < 120.0 { 10.0 } else { 14.0 });
        let changes = change_points(&values);
        assert_eq!(changes.points.len(), 1);
        assert!(0.2 < trend(&values).unwrap().change);
        let left = drift(&values, &changes).unwrap();
        assert_eq!(left.verdict, TrendVerdict::Level);
        assert!(left.change.abs() < 0.02, "{left:?}");
    }

    /// With the inflation held at 1, 87 of these series have a trend.
    #[test]
    fn wandering_without_a_trend_is_seldom_called_one() {
        let mut random = Random::new(5);
        let series = (0..300).map(|_| {
            let mut noise = 0.0;
            let values = (0..150).map(|_| {
                noise = 0.6 * noise + random.unit() - 0.5;
                noise + 10.0
            });
            values.skip(50).collect::<Vec<_>>()
        });
        let is_alarm =
            |values: &Vec<f64>| trend(values).is_some_and(|found| found.p_value <= ALPHA);
        let alarms = series.filter(is_alarm).count();
        assert!(alarms <= 21, "{alarms}");
    }
}
