//! What a detector is told before it sees anything. Owns the few parameters, each with its reason;
//! refuses knobs for what the series itself shows.

use serde::{Deserialize, Serialize};

pub(super) const MINUTE_MS: i64 = 60_000;
pub(super) const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(super) const WEEK_MS: i64 = 7 * 24 * HOUR_MS;

/// Values before the first verdict: fewer do not show what is usual.
const WARM_UP: i64 = 60;
/// Slower series than this have no hours to compare.
const RESOLUTION_MS_MAX: i64 = HOUR_MS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// From one value to the next.
    pub resolution_ms: i64,
    /// East of UTC: whose hours and weekdays are the seasons.
    pub utc_offset_minutes: i32,
    /// What all tails of a series together may raise by chance. A third leaves room for what no
    /// formula foresees below the promise of one.
    pub false_per_week: f64,
    /// Deviations below it count as this much. Zero where the unit is unknown.
    pub scale_min_absolute: f64,
    /// The same, as a share of what is expected.
    pub scale_min_relative: f64,
    /// What has lasted so long is the new normal: most of a working day, so that people have seen it.
    pub adapt_ms: i64,
    /// An anomaly ends when all was quiet for so long; what comes sooner belongs to it.
    pub quiet_ms: i64,
    /// Whether shapes are compared with the nearest past window, for about 60 KB of state.
    pub is_key: bool,
}

impl Options {
    #[must_use]
    pub fn every(resolution_ms: i64) -> Self {
        Self {
            resolution_ms: resolution_ms.clamp(1, RESOLUTION_MS_MAX),
            utc_offset_minutes: 0,
            false_per_week: 0.3,
            scale_min_absolute: 0.0,
            scale_min_relative: 0.001,
            adapt_ms: 6 * HOUR_MS,
            quiet_ms: 10 * MINUTE_MS,
            is_key: false,
        }
    }

    #[must_use]
    pub fn key(self) -> Self {
        Self {
            is_key: true,
            ..self
        }
    }

    pub(super) fn step_ms(&self) -> i64 {
        self.resolution_ms.clamp(1, RESOLUTION_MS_MAX)
    }

    /// The grain of all that is slower than a spike: a minute, or one value where they come slower.
    pub(super) fn bucket_ms(&self) -> i64 {
        self.step_ms().max(MINUTE_MS)
    }

    /// At least `count_min` buckets.
    pub(super) fn buckets(&self, ms: i64, count_min: i64) -> i64 {
        (ms / self.bucket_ms()).max(count_min)
    }

    pub(super) fn warm_up_buckets(&self) -> u32 {
        self.buckets(HOUR_MS, WARM_UP) as u32
    }

    /// At least an hour of values, whatever was asked: a new level cannot be told from fewer.
    pub(super) fn adapt_after_ms(&self) -> i64 {
        self.adapt_ms.max(WARM_UP * self.bucket_ms())
    }

    pub(super) fn quiet_after_ms(&self) -> i64 {
        self.quiet_ms.max(3 * self.step_ms())
    }

    /// The chance of one of `streams` judgements, made every `every_ms`, to be false.
    pub(super) fn risk(&self, streams: f64, every_ms: i64) -> f64 {
        let a_week = (WEEK_MS / every_ms.max(1)).max(1) as f64;
        (self.false_per_week.max(0.0) / streams / a_week).clamp(1e-12, 0.01)
    }

    /// Values of a week: what tails remember.
    pub(super) fn memory(&self, every_ms: i64) -> f64 {
        (WEEK_MS / every_ms.max(1)).max(1_000) as f64
    }

    /// The least deviation that counts. A series of whole numbers moves by a quantum of 1.
    pub(super) fn scale_min(&self, expected: f64, quantum: f64) -> f64 {
        let relative = self.scale_min_relative * expected.abs();
        relative
            .max(self.scale_min_absolute)
            .max(quantum)
            .max(f64::MIN_POSITIVE)
    }
}
