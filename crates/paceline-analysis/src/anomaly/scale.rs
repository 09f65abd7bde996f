//! A slow average and how far values stray from it. Owns both, bounded against wild values; refuses
//! to decide what is wild: the caller stops feeding them while an anomaly lasts.
//!
//! P. J. Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35,
//! 1964: steps are clipped, so that one value moves the average by no more than a few usual ones.

use serde::{Deserialize, Serialize};

/// Makes the mean distance of normal values their standard deviation.
const NORMAL_MEAN_DISTANCE: f64 = 1.253_314_137_315_500_3;
/// In scales; what is further counts as so far.
const LEVEL_REACH: f64 = 3.0;
const SCALE_REACH: f64 = 4.0;
/// Until so many values have come, nothing is clipped: there is no scale to clip by.
const UNCLIPPED: u32 = 10;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Scale {
    mean_distance: f64,
    count: u32,
}

impl Scale {
    pub fn get(&self, scale_min: f64) -> f64 {
        (self.mean_distance * NORMAL_MEAN_DISTANCE).max(scale_min)
    }

    pub fn learn(&mut self, residual: f64, scale_min: f64, half_life: f64) {
        let reach = if self.count < UNCLIPPED {
            f64::INFINITY
        } else {
            SCALE_REACH * self.get(scale_min)
        };
        let weight = weight(self.count, half_life);
        self.count = self.count.saturating_add(1);
        self.mean_distance += weight * (residual.abs().min(reach) - self.mean_distance);
    }

    pub fn widen_to(&mut self, scale: f64) {
        self.mean_distance = self.mean_distance.max(scale / NORMAL_MEAN_DISTANCE);
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Level {
    level: f64,
    count: u32,
}

impl Level {
    pub const fn get(&self) -> f64 {
        self.level
    }

    pub const fn count(&self) -> u32 {
        self.count
    }

    /// `residual` is what the value is above the level now.
    pub fn learn(&mut self, residual: f64, scale: f64, half_life: f64) {
        let reach = if self.count < UNCLIPPED {
            f64::INFINITY
        } else {
            LEVEL_REACH * scale
        };
        self.level += weight(self.count, half_life) * residual.clamp(-reach, reach);
        self.count = self.count.saturating_add(1);
    }

    pub fn shift(&mut self, by: f64) {
        self.level += by;
    }

    /// What comes next weighs as if only so many values had been seen.
    pub fn forget_all_but(&mut self, count: u32) {
        self.count = self.count.min(count);
    }
}

/// The plain mean at first, an exponential one later.
fn weight(count: u32, half_life: f64) -> f64 {
    let slow = 1.0 - (-std::f64::consts::LN_2 / half_life.max(1.0)).exp();
    slow.max(1.0 / (f64::from(count) + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wild_value_moves_neither_level_nor_scale() {
        let (mut level, mut scale) = (Level::default(), Scale::default());
        for turn in 0..200 {
            let value = if turn % 2 == 0 { 9.0 } else { 11.0 };
            let residual = value - level.get();
            scale.learn(residual, 0.0, 360.0);
            level.learn(residual, scale.get(0.0), 60.0);
        }
        let before = (level.get(), scale.get(0.0));
        assert!((before.0 - 10.0).abs() < 0.2, "{before:?}");
        level.learn(1e12, scale.get(0.0), 60.0);
        scale.learn(1e12, 0.0, 360.0);
        assert!((level.get() - before.0).abs() < 0.1);
        assert!((scale.get(0.0) - before.1).abs() < 0.1);
        assert_eq!(Scale::default().get(0.5), 0.5);
    }
}
