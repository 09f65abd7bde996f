//! Hours. Owns their mean, the seasons they teach and the drifts they show; refuses hours of which
//! the half was not normal.

use serde::{Deserialize, Serialize};

use super::detector::{Detector, SCALES_MIN};
use super::drift::{Usual, recent, usual};
use super::episode::{Open, SlowOpen, Watch};
use super::options::HOUR_MS;
use super::signal::{Evidence, Kind};

/// An hour's mean scatters at least so much of what its buckets do: neighbours are alike, or else
/// it would be an eighth.
const HOUR_SCALE_MIN: f64 = 0.1;
/// What came within these hours came at once.
const AT_ONCE: usize = 3;
/// The reach is six deviations, the normal range two.
const REACH_PER_RANGE: f64 = 3.0;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Hour {
    index: Option<i64>,
    sum: f64,
    count: u32,
}

impl Hour {
    pub fn is_over(&self, local_ms: i64) -> bool {
        let index = local_ms.div_euclid(HOUR_MS);
        self.index.is_some_and(|begun| begun != index)
    }

    pub fn begin(&mut self, local_ms: i64) {
        self.index.get_or_insert(local_ms.div_euclid(HOUR_MS));
    }

    pub fn add(&mut self, mean: f64) {
        self.sum += mean;
        self.count += 1;
    }

    fn mean(&self, buckets: i64) -> Option<f64> {
        let enough = buckets <= 2 * i64::from(self.count) && 0 < self.count;
        enough.then(|| self.sum / f64::from(self.count))
    }
}

impl Detector {
    pub(super) fn close_hour(&mut self, at_ms: i64, watch: &mut Watch) {
        let hour = std::mem::take(&mut self.hour);
        let Some(index) = hour.index else {
            return;
        };
        let mean = hour.mean(self.options.buckets(HOUR_MS, 1));
        if let Some(slow) = &mut self.slow {
            let without = mean.map(|mean| mean - self.season.of_hour(index));
            without.into_iter().for_each(|mean| slow.hours.push(mean));
            self.season.learn(index, None);
            return;
        }
        let before = self.season.at(self.local(at_ms));
        self.season.learn(index, mean);
        self.level.shift(before - self.season.at(self.local(at_ms)));
        if mean.is_some() && self.is_warm() {
            watch.slow = self.judge_drift(at_ms, index);
        }
    }

    fn judge_drift(&self, at_ms: i64, hour: i64) -> Option<SlowOpen> {
        let hours = self.season.without_season();
        let season = self.season.of_hour(hour);
        let expected = self.level.get() + season;
        let scale_min = self.options.scale_min(expected, self.quantum(0.125));
        let hour_scale = HOUR_SCALE_MIN * self.bucket_scale.get(f64::MIN_POSITIVE);
        let usual = usual(&hours, hour_scale.max(scale_min))?;
        let recent = recent(&hours)?;
        let size = (recent - usual.centre).abs();
        if !usual.is_out(recent) || size <= self.floor.max(SCALES_MIN * scale_min) {
            return None;
        }
        let hours_since = usual.hours_since(&hours, recent);
        let kind = if self
            .season
            .is_missing(usual.centre, hours_since.max(AT_ONCE))
        {
            Kind::LostPeriodicity
        } else if hours_since <= AT_ONCE {
            Kind::LevelShift
        } else {
            Kind::Drift
        };
        let since_ms = at_ms.saturating_sub(hours_since as i64 * HOUR_MS);
        let evidence = self.evidence(kind, since_ms, at_ms, recent + season, size);
        let per_hour = (HOUR_MS / self.options.step_ms()).max(1) as f64;
        let evidence = self.rare(evidence, usual.hours as f64 * per_hour);
        Some(SlowOpen {
            open: Open::new(Evidence {
                low: usual.centre + season - usual.reach / REACH_PER_RANGE,
                high: usual.centre + season + usual.reach / REACH_PER_RANGE,
                ..evidence
            }),
            hours: self.season.newest(AT_ONCE),
            usual,
        })
    }

    /// Where the last hours are, if they are back or have stayed for long enough.
    pub(super) fn slow_end(&self, at_ms: i64) -> Option<(bool, f64)> {
        let slow = self.slow.as_ref()?;
        let hours: Vec<f64> = slow.hours.iter().collect();
        let recent = recent(&hours).unwrap_or(slow.usual.centre);
        let lasted = at_ms.saturating_sub(slow.open.evidence.at_ms);
        // A drift is told after hours and takes its time: four times as long as a shift.
        let is_new_normal = self.options.adapt_after_ms().saturating_mul(4) <= lasted;
        let is_over = is_new_normal || Usual::is_back(&slow.usual, recent);
        is_over.then_some((is_new_normal, recent - slow.usual.centre))
    }
}
