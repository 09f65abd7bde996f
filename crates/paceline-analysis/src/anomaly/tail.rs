//! How rare a value is, from the largest that came before. Owns the peaks over a threshold on one
//! side; refuses to learn what its owner calls an anomaly.
//!
//! A. Siffer, P.-A. Fouque, A. Termier, C. Largouet, "Anomaly Detection in Streams with Extreme Value
//! Theory", KDD 2017 (SPOT). Unlike there, the threshold rises until few enough peaks are above it,
//! so that a week of seconds is judged by its largest as a week of minutes is; old peaks are
//! forgotten; and a run above the threshold is one peak (M. R. Leadbetter, "On a Basis for 'Peaks
//! over Threshold' Modeling", Statistics & Probability Letters 12, 1991), as neighbours are seldom
//! independent.

use serde::{Deserialize, Serialize};

use super::pareto::Pareto;
use super::ring::Ring;

/// When there are so many, the threshold rises to leave two thirds of them.
const PEAKS_MAX: usize = 96;
const PEAKS_LEFT: usize = 64;
/// Fewer show no tail, and more often than that they are no tail.
const PEAKS_MIN: usize = 20;
const RATE_MAX: f64 = 0.05;
/// A run ends when so many values in a row are below the threshold.
const RUN_GAP: u8 = 3;
/// What stays above for longer is more than one run, or a threshold that is too low to leave.
const RUN_MAX: u32 = 120;
/// In scales; what is less is not looked at.
const THRESHOLD_MIN: f64 = 0.5;
/// One value in forty is above the usual ones; the quantile is followed in steps that are large at
/// first and small for ever.
const USUAL_SHARE: f64 = 0.025;
const USUAL_START: f64 = 2.0;
const STEP_FIRST: f64 = 1.0;
const STEP_LAST: f64 = 0.01;
/// Beyond the largest by what has this chance in as much time again, with the shape that was found:
/// the fit speaks of the common peaks, the largest of the rarest.
const LARGER_CHANCE: f64 = 0.02;
const BEYOND_LARGEST_UNSURE: f64 = 3.0;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Tail {
    threshold: f64,
    usual: f64,
    /// Where there are not yet peaks to judge by.
    alarm_unsure: f64,
    /// From here on a value is rarer than the risk that was asked for.
    alarm: f64,
    risk: f64,
    /// Values after which half of what was learnt is forgotten.
    memory: f64,
    /// Values among which the peaks are.
    counted: f64,
    seen: f64,
    largest: f64,
    fit: Option<Pareto>,
    rate: f64,
    /// The peak of the run that goes on; zero when none does.
    peak: f64,
    gap: u8,
    length: u32,
    peaks: Ring,
}

impl Tail {
    /// `risk` is the chance of a false alarm at each value.
    pub fn new(alarm_unsure: f64, risk: f64, memory: f64) -> Self {
        Self {
            threshold: THRESHOLD_MIN,
            usual: USUAL_START,
            alarm_unsure,
            alarm: alarm_unsure,
            risk,
            memory,
            counted: 0.0,
            seen: 0.0,
            largest: 0.0,
            fit: None,
            rate: 1.0,
            peak: 0.0,
            gap: 0,
            length: 0,
            peaks: Ring::new(PEAKS_MAX),
        }
    }

    pub fn begin_anew(&mut self) {
        *self = Self::new(self.alarm_unsure, self.risk, self.memory);
    }

    pub const fn alarm(&self) -> f64 {
        self.alarm
    }

    /// The value that one in forty is above.
    pub const fn usual(&self) -> f64 {
        self.usual
    }

    pub fn learn(&mut self, value: f64) {
        self.follow_usual(value);
        self.counted += 1.0;
        if self.threshold < value {
            self.peak = self.peak.max(value);
            self.gap = 0;
            self.length += 1;
            if RUN_MAX <= self.length {
                self.end_run();
            }
        } else if 0.0 < self.peak {
            self.gap += 1;
            if RUN_GAP <= self.gap {
                self.end_run();
            }
        }
        if self.memory <= self.counted {
            self.forget_half();
        }
    }

    fn follow_usual(&mut self, value: f64) {
        self.seen += 1.0;
        let step = (STEP_FIRST / self.seen.powf(0.6)).max(STEP_LAST);
        let is_above = self.usual < value;
        let moved = if is_above {
            1.0 - USUAL_SHARE
        } else {
            -USUAL_SHARE
        };
        self.usual = (self.usual + step * moved).max(THRESHOLD_MIN);
    }

    /// A peak that was told, and told too often to be news.
    pub fn learn_peak(&mut self, value: f64) {
        self.peak = self.peak.max(value);
        self.end_run();
    }

    fn end_run(&mut self) {
        let peak = std::mem::take(&mut self.peak);
        self.gap = 0;
        self.length = 0;
        self.peaks.push(peak);
        self.largest = self.largest.max(peak);
        if self.peaks.is_full() {
            self.rise();
        }
        self.refit();
    }

    fn rise(&mut self) {
        let mut sorted = self.peaks.in_order();
        sorted.sort_unstable_by(f64::total_cmp);
        let place = sorted.len().saturating_sub(PEAKS_LEFT + 1);
        self.threshold = sorted.get(place).copied().unwrap_or(self.threshold);
        let left = self.peaks.in_order().into_iter();
        let left: Vec<f64> = left.filter(|peak| self.threshold < *peak).collect();
        self.replace(&left);
    }

    /// The older half of the peaks goes, and the largest is that of those that stay.
    fn forget_half(&mut self) {
        let peaks = self.peaks.in_order();
        let newer = peaks.get(peaks.len() / 2..).unwrap_or_default();
        self.replace(newer);
        self.counted /= 2.0;
        if self.peaks.len() < PEAKS_MIN {
            // Too high for what comes now. Until there are peaks again, the last fit holds.
            self.threshold = (0.7 * self.threshold).max(THRESHOLD_MIN);
            self.peaks.clear();
            self.counted = 0.0;
        } else {
            self.largest = newer.iter().copied().fold(0.0, f64::max);
        }
        self.refit();
    }

    fn replace(&mut self, peaks: &[f64]) {
        self.peaks.clear();
        peaks.iter().for_each(|peak| self.peaks.push(*peak));
    }

    fn refit(&mut self) {
        let rate = self.peaks.len() as f64 / self.counted.max(1.0);
        if PEAKS_MIN <= self.peaks.len() && rate < RATE_MAX {
            let excesses = self.peaks.iter().map(|peak| peak - self.threshold);
            let mut excesses: Vec<f64> = excesses.map(|excess| excess.max(0.0)).collect();
            self.fit = Pareto::fit(&mut excesses);
            self.rate = rate.max(self.risk);
        }
        self.alarm = match self.fit {
            None => self.alarm_unsure.max(BEYOND_LARGEST_UNSURE * self.largest),
            Some(fit) => {
                let rarest = fit.excess_at(self.risk / self.rate);
                let grown = fit.grown(self.largest - self.threshold, LARGER_CHANCE);
                self.threshold + rarest.max(grown)
            }
        };
    }

    /// Values for each run that reaches this one.
    pub fn once_in(&self, value: f64) -> f64 {
        let Some(fit) = self.fit else {
            return f64::INFINITY;
        };
        1.0 / (self.rate * fit.share_above(value - self.threshold)).max(f64::MIN_POSITIVE)
    }

    pub fn bytes(&self) -> usize {
        self.peaks.bytes()
    }
}

/// Both ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Tails {
    pub lower: Tail,
    pub upper: Tail,
}

impl Tails {
    pub fn new(alarm_unsure: f64, risk: f64, memory: f64) -> Self {
        let tail = Tail::new(alarm_unsure, risk, memory);
        Self {
            lower: tail.clone(),
            upper: tail,
        }
    }

    pub fn learn(&mut self, value: f64) {
        self.upper.learn(value);
        self.lower.learn(-value);
    }

    /// How much of an alarm the value is: 1 is one.
    pub fn alarm(&self, value: f64) -> f64 {
        value.abs() / self.side(value).alarm()
    }

    pub fn side(&self, value: f64) -> &Tail {
        if value < 0.0 {
            &self.lower
        } else {
            &self.upper
        }
    }

    pub fn learn_peak(&mut self, value: f64) {
        let side = if value < 0.0 {
            &mut self.lower
        } else {
            &mut self.upper
        };
        side.learn_peak(value.abs());
    }

    pub fn bytes(&self) -> usize {
        self.lower.bytes() + self.upper.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal;
    use crate::random::Random;

    #[test]
    fn the_alarm_is_where_the_distribution_says_within_a_fifth() {
        let mut random = Random::new(3);
        let mut tail = Tail::new(12.0, 1e-5, 10_080.0);
        assert_eq!(tail.alarm(), 12.0);
        for _ in 0..50_000 {
            tail.learn(normal::quantile(random.unit().clamp(1e-12, 1.0 - 1e-12)));
        }
        assert!((tail.usual() - 1.96).abs() < 0.15, "{}", tail.usual());
        let truth = normal::quantile(1.0 - 1e-5);
        assert!(
            (tail.alarm() / truth - 1.0).abs() < 0.25,
            "{}",
            tail.alarm()
        );
        assert!(1e4 < tail.once_in(truth + 1.0));
    }

    #[test]
    fn a_heavy_tail_moves_its_alarm_outwards() {
        let mut random = Random::new(5);
        let mut tail = Tail::new(12.0, 1e-5, 10_080.0);
        for _ in 0..50_000 {
            // Pareto with a shape of a third.
            tail.learn((1.0 - random.unit()).powf(-1.0 / 3.0) - 2.0);
        }
        let truth = 1e-5_f64.powf(-1.0 / 3.0) - 2.0;
        assert!(
            (truth / 2.0..truth * 4.0).contains(&tail.alarm()),
            "{}",
            tail.alarm()
        );
    }
}
