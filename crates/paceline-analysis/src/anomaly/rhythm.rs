//! A period that a series has by itself: a job every hour, a wave every ten minutes. Owns the newest
//! buckets, the period found in them, what it foretells and whether it is still there; refuses days
//! and weeks, which are seasons.
//!
//! The period is the first high peak of the autocorrelation after a trough (M. Vlachos, P. Yu, V.
//! Castelli, "On Periodicity Detection and Structural Periodic Similarity", SDM 2005, take peaks of
//! the autocorrelation for the same reason: those of the spectrum are coarse for long periods).

use serde::{Deserialize, Serialize};

use super::ring::Ring;
use crate::robust::{mad, median};

const KEPT: usize = 512;
const LEAST_KEPT: usize = 256;
/// Shorter ones are noise to a minute's grain; four of the longest fit into what is kept.
const PERIOD_MIN: usize = 5;
const PERIOD_MAX: usize = 128;
/// Buckets from one search to the next, and searches that must agree.
const SEARCH_EVERY: u32 = 64;
const AGREE: u32 = 3;
/// A known period outlives so many searches that find another, less those that must agree.
const AGREE_MAX: u32 = 8;
/// A third of the variance and more is periodic, and half of it between trough and peak.
const PEAK_MIN: f64 = 0.4;
const RISE_MIN: f64 = 0.5;
/// Searches without a period until it is given up.
const MISSES_MAX: u32 = 8;
/// Whole cycles that are compared with those before, in buckets at least.
const COMPARED_MIN: usize = 60;
/// The cycles whose median foretells the next.
const FORETELL_CYCLES: usize = 5;
const FORETELL_CYCLES_MIN: usize = 3;
const FORETELL_LEAVES: f64 = 0.5;
const ERROR_WEIGHT: f64 = 0.01;
/// A period is lost when cycles resemble the ones before by less than this, and by five deviations
/// less than they used to.
const LOST_BELOW: f64 = 0.25;
const DEVIATIONS: f64 = 5.0;
const DEVIATION_MIN: f64 = 0.05;
const LIKENESS_MIN: f64 = 0.45;
const LIKENESSES_MIN: u32 = 20;
const LIKENESS_WEIGHT: f64 = 0.02;
/// Wild buckets count as so many robust deviations.
const REACH: f64 = 4.0;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Cycles {
    kept: Ring,
    period: f64,
    agreed: u32,
    misses: u32,
    since_search: u32,
    errors: [f64; 2],
    foretold: f64,
    likeness: f64,
    usual: f64,
    scatter: f64,
    likenesses: u32,
    lost: bool,
    is_muted: bool,
}

impl Cycles {
    pub fn new() -> Self {
        Self {
            kept: Ring::new(KEPT),
            period: 0.0,
            agreed: 0,
            misses: 0,
            since_search: 0,
            errors: [0.0; 2],
            foretold: 0.0,
            likeness: 0.0,
            usual: 0.0,
            scatter: 0.0,
            likenesses: 0,
            lost: false,
            is_muted: false,
        }
    }

    /// Also of a state that somebody wrote by hand.
    fn established(&self) -> Option<f64> {
        let possible = PERIOD_MIN as f64 / 2.0..=2.0 * PERIOD_MAX as f64;
        (AGREE <= self.agreed && possible.contains(&self.period)).then_some(self.period)
    }

    /// What the period adds to the next bucket.
    pub fn foretells(&self) -> f64 {
        let helps = self.errors[1] < FORETELL_LEAVES * self.errors[0];
        if helps { self.foretold } else { 0.0 }
    }

    /// `bucket` is above level and season; while something else is wrong, nothing is learnt about
    /// how alike cycles are.
    pub fn learn(&mut self, bucket: f64, is_calm: bool) {
        if self.established().is_some() {
            for (error, off) in self.errors.iter_mut().zip([bucket, bucket - self.foretold]) {
                *error += ERROR_WEIGHT * (off * off - *error);
            }
        }
        self.kept.push(bucket);
        self.since_search += 1;
        if SEARCH_EVERY <= self.since_search {
            self.since_search = 0;
            self.search();
        }
        if let Some(period) = self.established() {
            self.foretold = self.foretell(period);
            if self.since_search.is_multiple_of((period as u32 / 8).max(1)) {
                self.compare(period.round() as usize, is_calm);
            }
        }
    }

    fn foretell(&self, period: f64) -> f64 {
        let ago = |cycle: usize| (cycle as f64 * period).round() as usize;
        let cycles =
            (1..=FORETELL_CYCLES).filter_map(|cycle| self.kept.back(ago(cycle).checked_sub(1)?));
        let cycles: Vec<f64> = cycles.collect();
        if cycles.len() < FORETELL_CYCLES_MIN {
            return 0.0;
        }
        median(&cycles).unwrap_or(0.0)
    }

    fn search(&mut self) {
        if self.kept.len() < LEAST_KEPT {
            return;
        }
        let Some(found) = period_of(&self.clipped()) else {
            self.misses += 1;
            if MISSES_MAX <= self.misses && !self.lost {
                self.forget_period();
            }
            return;
        };
        self.misses = 0;
        if (found - self.period).abs() <= 1.0 + self.period / 16.0 {
            self.period = found;
            self.agreed = (self.agreed + 1).min(AGREE_MAX);
        } else if 1 < self.agreed {
            self.agreed -= 1;
        } else {
            self.forget_period();
            self.period = found;
            self.agreed = 1;
        }
    }

    fn compare(&mut self, period: usize, is_calm: bool) {
        let values = self.clipped();
        let Some(likeness) = likeness(&values, period) else {
            return;
        };
        self.likeness = likeness;
        self.lost =
            !self.is_muted && self.is_established_for_long() && likeness < self.lost_below();
        if self.lost || !is_calm {
            return;
        }
        self.likenesses = self.likenesses.saturating_add(1);
        let weight = LIKENESS_WEIGHT.max(1.0 / f64::from(self.likenesses));
        let off = likeness - self.usual;
        self.usual += weight * off;
        self.scatter += weight * (off.abs() - self.scatter);
    }

    fn is_established_for_long(&self) -> bool {
        LIKENESSES_MIN <= self.likenesses && LIKENESS_MIN <= self.usual
    }

    fn lost_below(&self) -> f64 {
        let scatter = (1.25 * self.scatter).max(DEVIATION_MIN);
        LOST_BELOW.min(self.usual - DEVIATIONS * scatter)
    }

    /// A bucket without a value keeps its place in the cycle.
    pub fn skip(&mut self) {
        self.learn(self.foretells(), false);
    }

    /// From now on a period that is lost is not told.
    pub fn mute(&mut self) {
        self.is_muted = true;
        self.lost = false;
    }

    pub const fn is_lost(&self) -> bool {
        self.lost
    }

    pub const fn likeness(&self) -> f64 {
        self.likeness
    }

    /// Buckets that are compared.
    pub fn compared(&self) -> usize {
        compared((self.period.round() as usize).clamp(1, KEPT))
    }

    /// How far the newest buckets are from the level, and how far they scatter.
    pub fn newest(&self, count: usize) -> Option<(f64, f64)> {
        let newest: Vec<f64> = self.kept.iter().take(count).collect();
        Some((median(&newest)?, mad(&newest)?))
    }

    /// What is kept was above another level, or had another period.
    pub fn begin_anew(&mut self) {
        self.kept.clear();
        self.forget_period();
    }

    fn forget_period(&mut self) {
        *self = Self {
            kept: std::mem::replace(&mut self.kept, Ring::new(KEPT)),
            since_search: self.since_search,
            is_muted: self.is_muted,
            ..Self::new()
        };
    }

    fn clipped(&self) -> Vec<f64> {
        let mut values = self.kept.in_order();
        let (Some(centre), Some(scatter)) = (median(&values), mad(&values)) else {
            return values;
        };
        if 0.0 < scatter {
            let reach = REACH * scatter;
            let clip = |value: &mut f64| *value = (*value - centre).clamp(-reach, reach);
            values.iter_mut().for_each(clip);
        }
        values
    }

    pub fn bytes(&self) -> usize {
        self.kept.bytes()
    }
}

fn compared(period: usize) -> usize {
    period * COMPARED_MIN.div_ceil(period)
}

/// The newest whole cycles beside the ones before, at the best of lags that are nearly the period.
fn likeness(values: &[f64], period: usize) -> Option<f64> {
    let count = compared(period);
    let slack = period / 16;
    let newest = values.len().checked_sub(count)?;
    let lags = period.saturating_sub(slack)..=period + slack;
    let found = lags.filter_map(|lag| {
        let before = newest.checked_sub(lag)?;
        Some(correlation(
            &values[newest..],
            &values[before..before + count],
        ))
    });
    found.reduce(f64::max)
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let count = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / count, b.iter().sum::<f64>() / count);
    let (mut both, mut of_a, mut of_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        both += (a - mean_a) * (b - mean_b);
        of_a += (a - mean_a) * (a - mean_a);
        of_b += (b - mean_b) * (b - mean_b);
    }
    let scale = (of_a * of_b).sqrt();
    if 0.0 < scale { both / scale } else { 0.0 }
}

fn period_of(values: &[f64]) -> Option<f64> {
    let alike = autocorrelations(values)?;
    let longest = PERIOD_MAX.min(values.len() / 4);
    let mut trough = f64::INFINITY;
    let mut peaks = Vec::new();
    for lag in 1..=longest {
        trough = trough.min(alike[lag]);
        let is_peak = alike[lag - 1] <= alike[lag] && alike[lag + 1] <= alike[lag];
        if PERIOD_MIN <= lag && is_peak && PEAK_MIN <= alike[lag] && trough + RISE_MIN <= alike[lag]
        {
            peaks.push(lag);
        }
    }
    let highest = peaks.iter().map(|lag| alike[*lag]).fold(0.0, f64::max);
    // Multiples of the period have peaks that are about as high, and noise makes many of a broad one.
    let first = peaks
        .iter()
        .copied()
        .find(|lag| 0.9 * highest <= alike[*lag])?;
    let same = peaks
        .into_iter()
        .filter(|lag| (first..=first + first / 4).contains(lag));
    let peak = same.max_by(|a, b| alike[*a].total_cmp(&alike[*b]))?;
    Some(refine(&alike, peak))
}

/// Up to half of the values.
fn autocorrelations(values: &[f64]) -> Option<Vec<f64>> {
    let count = values.len();
    let mean = values.iter().sum::<f64>() / count as f64;
    let centred: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let all: f64 = centred.iter().map(|value| value * value).sum();
    let alike = |lag: usize| {
        let pairs = centred[lag..].iter().zip(&centred);
        let both: f64 = pairs.map(|(now, before)| now * before).sum();
        both / all * count as f64 / (count - lag) as f64
    };
    (0.0 < all).then(|| (0..=count / 2).map(alike).collect())
}

/// The middles of the peaks at multiples: an error of the period is the multiple's, divided.
fn refine(alike: &[f64], peak: usize) -> f64 {
    let mut period = peak as f64;
    for multiple in 1..=FORETELL_CYCLES {
        let centre = period * multiple as f64;
        let (from, to) = (centre - period / 4.0, centre + period / 4.0);
        let Some(around) = alike.get(from.ceil() as usize..=to.floor() as usize) else {
            break;
        };
        let highest = around.iter().copied().fold(0.0, f64::max);
        let (mut weights, mut places) = (0.0, 0.0);
        for (offset, one) in around.iter().enumerate() {
            let weight = (one - 0.7 * highest).max(0.0);
            weights += weight;
            places += weight * offset as f64;
        }
        if weights <= 0.0 {
            break;
        }
        period = (from.ceil() + places / weights) / multiple as f64;
    }
    period
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn wave(at: usize, period: f64) -> f64 {
        3.0 * (at as f64 / period * std::f64::consts::TAU).sin()
    }

    fn learnt(count: usize, make: impl Fn(usize, f64) -> f64) -> Cycles {
        let mut random = Random::new(21);
        let mut cycles = Cycles::new();
        for at in 0..count {
            let noise = (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
            cycles.learn(make(at, noise), true);
        }
        cycles
    }

    #[test]
    fn periods_are_found_and_foretold_and_noise_has_none() {
        for period in [7.0, 20.0, 60.0, 60.4, 110.0] {
            let cycles = learnt(1_500, |at, noise| wave(at, period) + noise);
            let found = cycles.established().unwrap_or(0.0);
            assert!((found - period).abs() <= 0.5, "{found} for {period}");
            assert!(
                (cycles.foretells() - wave(1_500, period)).abs() < 1.8,
                "{period}"
            );
            assert!(!cycles.is_lost());
        }
        let noise = learnt(5_000, |_, noise| noise);
        assert_eq!((noise.established(), noise.foretells()), (None, 0.0));
    }

    #[test]
    fn a_period_that_stops_is_lost_and_one_that_returns_is_found() {
        let stops = |at: usize, noise: f64| {
            let there = if (3_000..3_200).contains(&at) {
                0.0
            } else {
                1.0
            };
            there * wave(at, 60.0) + noise
        };
        assert!(!learnt(2_999, stops).is_lost());
        // Chance makes two stretches of noise alike now and then.
        let told = (3_060..3_200)
            .step_by(10)
            .filter(|count| learnt(*count, stops).is_lost());
        assert!(8 <= told.count());
        assert!(!learnt(3_400, stops).is_lost());
    }
}
