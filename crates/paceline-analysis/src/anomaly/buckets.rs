//! Minutes. Owns their mean, and what is judged by them: levels, the series' own period, its shapes;
//! refuses single values.

use serde::{Deserialize, Serialize};

use super::detector::{Detector, LEVEL_BUCKETS, QUIET, SCALE_HALF_LIFE_MS, SCALES_MIN};
use super::episode::Watch;
use super::options::{HOUR_MS, MINUTE_MS, Options};
use super::signal::Kind;
use crate::robust::median;

/// One wild value does not make a minute.
const VALUE_REACH: f64 = 8.0;
const LEVEL_HALF_LIFE_MS: i64 = HOUR_MS;
const LEVEL_HALF_LIFE_BUCKETS: i64 = 12;
const HOUR_REACH: f64 = 4.0;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Bucket {
    start_ms: Option<i64>,
    sum: f64,
    count: u32,
}

impl Bucket {
    pub fn is_over(&self, at_ms: i64, options: &Options) -> bool {
        let start = start(at_ms, options);
        self.start_ms.is_some_and(|begun| begun != start)
    }

    pub fn begin(&mut self, at_ms: i64, options: &Options) {
        self.start_ms.get_or_insert(start(at_ms, options));
    }

    pub fn add(&mut self, residual: f64, scale: f64, step_ms: i64) {
        let is_one_of_many = step_ms < MINUTE_MS;
        let reach = if is_one_of_many {
            VALUE_REACH * scale
        } else {
            f64::INFINITY
        };
        self.sum += residual.clamp(-reach, reach);
        self.count += 1;
    }
}

fn start(at_ms: i64, options: &Options) -> i64 {
    at_ms.saturating_sub(at_ms.rem_euclid(options.bucket_ms()))
}

impl Detector {
    pub(super) fn close_bucket(&mut self, watch: &mut Watch) {
        let bucket = std::mem::take(&mut self.bucket);
        let Some(start_ms) = bucket.start_ms else {
            return;
        };
        if bucket.count == 0 {
            self.cycles.skip();
            return;
        }
        let at_ms = start_ms.saturating_add(self.options.bucket_ms() / 2);
        let residual = bucket.sum / f64::from(bucket.count);
        let foretold = self.cycles.foretells();
        let expected = self.expected(at_ms);
        self.judge_level(at_ms, expected, residual, watch);
        self.judge_shape(at_ms, expected + residual, watch);
        let is_calm = self.open.is_none() && watch.found.is_none();
        let scale_min = self.options.scale_min(expected, 0.0);
        let bucket = ((residual + foretold) / scale_min).round() * scale_min;
        self.cycles.learn(bucket, is_calm);
        self.judge_cycles(at_ms, expected + residual, watch);
        self.learn_bucket(expected, residual, foretold, watch);
    }

    fn judge_level(&mut self, at_ms: i64, expected: f64, residual: f64, watch: &mut Watch) {
        self.window.push(residual);
        let window = self.window.in_order();
        let Some(middle) = median(&window).filter(|_| self.window.is_full()) else {
            return;
        };
        let scale = self.bucket_scale.get(self.options.scale_min(expected, 0.0));
        let deviation = middle / scale;
        let alarm = self.shifts.alarm(deviation);
        // The median of nine moves by less than one of them.
        let scale_min = self.options.scale_min(expected, self.quantum(1.0 / 3.0));
        let is_large = (SCALES_MIN * scale_min).max(self.floor) < middle.abs();
        watch.is_restless |= QUIET <= alarm && is_large;
        if 1.0 < alarm && is_large && self.is_warm() {
            let half = middle.abs() / 2.0;
            let before = |residual: &&f64| **residual * middle.signum() < half;
            let ago = LEVEL_BUCKETS - 1 - window.iter().take_while(before).count();
            let since_ms = at_ms.saturating_sub(ago as i64 * self.options.bucket_ms());
            let value = expected + middle;
            let once_in = self.shifts.side(deviation).once_in(deviation.abs())
                * (self.options.bucket_ms() / self.options.step_ms()) as f64;
            let found = self.evidence(Kind::LevelShift, since_ms, at_ms, value, middle.abs());
            watch.find(self.rare(found, once_in));
        } else if !self.is_frozen() && watch.found.is_none() {
            self.shifts.learn(deviation);
        }
    }

    fn judge_shape(&mut self, at_ms: i64, value: f64, watch: &mut Watch) {
        let scale_min = self.options.scale_min(value, self.quantum(1.0));
        let scale = self.bucket_scale.get(scale_min);
        let may_learn = self.open.is_none();
        let Some(found) = self
            .shape
            .as_mut()
            .and_then(|s| s.learn(value, scale, may_learn))
        else {
            return;
        };
        watch.is_restless |= found.is_restless;
        if found.is_alarm && self.is_warm() {
            let since_ms = at_ms.saturating_sub(found.buckets as i64 * self.options.bucket_ms());
            let kind = Kind::UnusualShape;
            let evidence = self.evidence(kind, since_ms, at_ms, value, found.distance);
            watch.find(self.rare(evidence, found.once_in));
        }
    }

    fn judge_cycles(&mut self, at_ms: i64, value: f64, watch: &mut Watch) {
        if !self.cycles.is_lost() || !self.is_warm() {
            return;
        }
        let since_ms = self.cycles.compared() as i64 * self.options.bucket_ms();
        watch.find(self.evidence(
            Kind::LostPeriodicity,
            at_ms.saturating_sub(since_ms),
            at_ms,
            value,
            self.cycles.likeness(),
        ));
    }

    fn learn_bucket(&mut self, expected: f64, residual: f64, foretold: f64, watch: &Watch) {
        let scale_min = self.options.scale_min(expected, 0.0);
        let scale = self.bucket_scale.get(scale_min);
        let is_shift = watch
            .found
            .as_ref()
            .is_some_and(|found| found.is_excursion());
        if self.is_frozen() || is_shift {
            return;
        }
        let reach = HOUR_REACH * scale;
        let smooth = (residual + foretold).clamp(-reach, reach);
        self.hour.add(expected - foretold + smooth);
        let half_life = self.options.buckets(SCALE_HALF_LIFE_MS, 60) as f64;
        self.bucket_scale.learn(residual, scale_min, half_life);
        let half_life = self
            .options
            .buckets(LEVEL_HALF_LIFE_MS, LEVEL_HALF_LIFE_BUCKETS);
        self.level.learn(residual, scale, half_life as f64);
        self.held = self.held.saturating_sub(1);
    }
}
