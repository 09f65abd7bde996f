//! One series under watch. Owns its state, the order of time and the judgement of each value;
//! refuses to remember more than [`Detector::bytes`] says.

use serde::{Deserialize, Serialize};

use super::buckets::Bucket;
use super::episode::{Open, SlowOpen, Watch};
use super::hours::Hour;
use super::options::{HOUR_MS, MINUTE_MS, Options};
use super::rhythm::Cycles;
use super::ring::Ring;
use super::runs::Runs;
use super::scale::{Level, Scale};
use super::season::Season;
use super::shape::Shape;
use super::signal::{Evidence, Kind, Signal, Usual};
use super::tail::Tails;
use super::words::hours;

/// Larger values would be infinite in half precision, and their squares in full.
const VALUE_MAX: f64 = 1e30;
/// The median of so many buckets is a level: five of nine must agree.
pub(super) const LEVEL_BUCKETS: usize = 9;
/// In deviations, until there is a tail to judge by: Student's t of 3 degrees has one value in ten
/// thousand beyond twenty.
const SPIKE_UNSURE: f64 = 20.0;
const SHIFT_UNSURE: f64 = 6.0;
/// The two tails of spikes have two thirds of the risk, those of shifts a third.
const SPIKE_STREAMS: f64 = 3.0;
const SHIFT_STREAMS: f64 = 6.0;
/// An excursion is at least so many times the least scale.
pub(super) const SCALES_MIN: f64 = 5.0;
/// A change by less is no change, as a share of the usual deviation.
const SAME: f64 = 0.02;
/// The shortest run of equal values is ten minutes, of missing ones two.
const FLAT_MS: i64 = 10 * MINUTE_MS;
const GONE_MS: i64 = 2 * MINUTE_MS;
const RUN_STREAMS: f64 = 6.0;
/// A clock that goes back by more was set; by less, the value is late and left out.
const LATE_MS: i64 = HOUR_MS;
/// Steps without a call after which nobody has watched.
const UNWATCHED_STEPS: i64 = 3;
/// Below half of an alarm all is quiet again.
pub(super) const QUIET: f64 = 0.5;
/// Tails do not learn from the first buckets, whose level is hardly known.
const ROUGH_BUCKETS: u32 = 15;
pub(super) const SCALE_HALF_LIFE_MS: i64 = 6 * HOUR_MS;

/// Watches one series. Feed it every value, or `None` where there is none, in the order of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detector {
    pub(super) options: Options,
    pub(super) last_ms: Option<i64>,
    pub(super) last_value: f64,
    pub(super) seen: u64,
    pub(super) is_whole: bool,
    pub(super) was_negative: bool,
    /// Buckets without verdicts after a long absence.
    pub(super) held: u32,
    pub(super) level: Level,
    pub(super) raw_scale: Scale,
    pub(super) bucket_scale: Scale,
    pub(super) spikes: Tails,
    pub(super) shifts: Tails,
    pub(super) window: Ring,
    pub(super) bucket: Bucket,
    pub(super) hour: Hour,
    pub(super) season: Season,
    pub(super) cycles: Cycles,
    pub(super) shape: Option<Shape>,
    flat_value: f64,
    pub(super) flat: Runs,
    pub(super) gone: Runs,
    pub(super) open: Option<Open>,
    pub(super) slow: Option<SlowOpen>,
    /// Excursions up to here were called no anomaly by a person.
    pub(super) floor: f64,
    /// How many anomalies were told of late, with a half-life of a week.
    pub(super) told: f64,
    pub(super) told_ms: i64,
}

impl Detector {
    #[must_use]
    pub fn new(options: Options) -> Self {
        let spike_risk = options.risk(SPIKE_STREAMS, options.step_ms());
        let shift_risk = options.risk(SHIFT_STREAMS, options.bucket_ms());
        Self {
            last_ms: None,
            last_value: 0.0,
            seen: 0,
            is_whole: true,
            was_negative: false,
            held: 0,
            level: Level::default(),
            raw_scale: Scale::default(),
            bucket_scale: Scale::default(),
            spikes: Tails::new(SPIKE_UNSURE, spike_risk, options.memory(options.step_ms())),
            shifts: Tails::new(
                SHIFT_UNSURE,
                shift_risk,
                options.memory(options.bucket_ms()),
            ),
            window: Ring::new(LEVEL_BUCKETS),
            bucket: Bucket::default(),
            hour: Hour::default(),
            season: Season::new(),
            cycles: Cycles::new(),
            shape: options.is_key.then(|| Shape::new(&options)),
            flat_value: 0.0,
            flat: Runs::default(),
            gone: Runs::default(),
            open: None,
            slow: None,
            floor: 0.0,
            told: 0.0,
            told_ms: 0,
            options,
        }
    }

    /// Takes the value at a time, or that there was none. Not a number counts as none.
    pub fn observe(&mut self, at_ms: i64, value: Option<f64>) -> Option<Signal> {
        if !self.move_on(at_ms) {
            return None;
        }
        let mut watch = Watch::default();
        if self.bucket.is_over(at_ms, &self.options) {
            self.close_bucket(&mut watch);
        }
        if self.hour.is_over(self.local(at_ms)) {
            self.close_hour(at_ms, &mut watch);
        }
        self.bucket.begin(at_ms, &self.options);
        self.hour.begin(self.local(at_ms));
        match value.filter(|value| value.is_finite()) {
            Some(value) => self.see(at_ms, value.clamp(-VALUE_MAX, VALUE_MAX), &mut watch),
            None => self.miss(at_ms, &mut watch),
        }
        if self.options.bucket_ms() <= self.options.step_ms() {
            self.close_bucket(&mut watch);
        }
        self.settle(at_ms, watch)
    }

    /// A person says that this was no anomaly: excursions of its size are no longer told.
    pub fn thumb_down(&mut self, told: &Evidence) {
        let size = 1.25 * told.size.abs().min(VALUE_MAX);
        match told.kind {
            Kind::Spike | Kind::LevelShift | Kind::Drift => self.floor = self.floor.max(size),
            Kind::FlatLine => self.flat.accept(size),
            Kind::Gone => self.gone.accept(size),
            Kind::LostPeriodicity => {
                self.cycles.mute();
                self.floor = self
                    .floor
                    .max(1.25 * (told.value - told.low).abs().min(VALUE_MAX));
            }
            Kind::UnusualShape => {
                if let Some(shape) = &mut self.shape {
                    shape.raise(size);
                }
            }
        }
    }

    #[must_use]
    pub fn is_anomalous(&self) -> bool {
        self.open.is_some() || self.slow.is_some()
    }

    /// What is going on now, the faster kind first.
    #[must_use]
    pub fn current(&self) -> Option<&Evidence> {
        let slow = || self.slow.as_ref().map(|slow| &slow.open.evidence);
        self.open.as_ref().map(|open| &open.evidence).or_else(slow)
    }

    /// Where nineteen of twenty values are expected at a time; `None` while warming up.
    #[must_use]
    pub fn normal_range(&self, at_ms: i64) -> Option<(f64, f64)> {
        self.is_warm().then(|| self.range(self.expected(at_ms)))
    }

    /// The same, with the hours that it is of.
    #[must_use]
    pub fn usual(&self, at_ms: i64) -> Option<Usual> {
        let (low, high) = self.normal_range(at_ms)?;
        let hours = hours(self.season.rhythm(), self.local(at_ms));
        Some(Usual { low, high, hours })
    }

    /// The whole state in memory: bounded, and reached after a week.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let tails = self.spikes.bytes() + self.shifts.bytes();
        let slow = self.season.bytes() + self.cycles.bytes() + self.window.bytes();
        let shape = self.shape.as_ref().map_or(0, Shape::bytes);
        size_of::<Self>() + tails + slow + shape
    }

    /// Whether the time is after the last one. Notices when nobody has watched.
    fn move_on(&mut self, at_ms: i64) -> bool {
        let Some(last_ms) = self.last_ms else {
            self.last_ms = Some(at_ms);
            return true;
        };
        let passed = at_ms.saturating_sub(last_ms);
        if (-LATE_MS..=0).contains(&passed) {
            return false;
        }
        self.last_ms = Some(at_ms);
        if passed < 0 || UNWATCHED_STEPS.saturating_mul(self.options.step_ms()) < passed {
            self.was_unwatched(passed);
        }
        true
    }

    fn was_unwatched(&mut self, passed_ms: i64) {
        self.flat.drop_current();
        self.gone.drop_current();
        self.window.clear();
        let buckets = passed_ms / self.options.bucket_ms();
        if (0..=64).contains(&buckets) {
            (1..buckets).for_each(|_| self.cycles.skip());
        } else {
            self.cycles.begin_anew();
        }
        if !(0..self.options.adapt_after_ms()).contains(&passed_ms) {
            self.come_back();
        }
    }

    /// After a long absence the level is looked for again before anything is judged.
    pub(super) fn come_back(&mut self) {
        self.held = ROUGH_BUCKETS;
        self.level.forget_all_but(self.level.count().min(2));
        self.window.clear();
    }

    fn see(&mut self, at_ms: i64, value: f64, watch: &mut Watch) {
        self.seen += 1;
        self.is_whole &= value == value.trunc();
        self.was_negative |= value < 0.0;
        if self.gone.is_told() && self.options.adapt_after_ms() <= at_ms - self.gone.since_ms() {
            self.come_back();
        }
        self.gone.stop();
        self.last_value = value;
        let expected = self.expected(at_ms);
        let residual = value - expected;
        let scale_min = self.options.scale_min(expected, 0.0);
        let scale = self.raw_scale.get(scale_min);
        let deviation = residual / scale;
        let is_out = self.judge_spike(at_ms, value, residual, deviation, watch);
        self.judge_flat(at_ms, value, scale, watch);
        if !self.is_frozen() && !is_out {
            if ROUGH_BUCKETS < self.level.count() {
                self.spikes.learn(deviation + self.dither() / scale);
            }
            let half_life = SCALE_HALF_LIFE_MS / self.options.step_ms();
            self.raw_scale
                .learn(residual, scale_min, half_life.max(60) as f64);
        }
        self.bucket.add(residual, scale, self.options.step_ms());
    }

    fn judge_spike(
        &self,
        at_ms: i64,
        value: f64,
        residual: f64,
        deviation: f64,
        watch: &mut Watch,
    ) -> bool {
        let alarm = self.spikes.alarm(deviation);
        let scale_min = self.options.scale_min(value - residual, self.quantum(1.0));
        let is_large = (SCALES_MIN * scale_min).max(self.floor) < residual.abs();
        watch.is_restless |= QUIET <= alarm && is_large;
        if !self.is_warm() || alarm <= 1.0 {
            return false;
        }
        if is_large {
            let once_in = self.spikes.side(deviation).once_in(deviation.abs());
            let evidence = self.evidence(Kind::Spike, at_ms, at_ms, value, residual.abs());
            watch.find(self.rare(evidence, once_in));
        }
        // What a person silenced is not told, and not learnt either: it would hide what is larger.
        is_large || residual.abs() <= self.floor
    }

    fn judge_flat(&mut self, at_ms: i64, value: f64, scale: f64, watch: &mut Watch) {
        let same = SAME * scale;
        if self.seen == 1 || same < (value - self.flat_value).abs() {
            self.flat.stop();
            self.flat_value = value;
            return;
        }
        self.flat.go_on(at_ms);
        let length_min = (FLAT_MS / self.options.step_ms()).max(10) as u32;
        let risk = self.options.risk(RUN_STREAMS, self.options.step_ms());
        if self.flat.is_too_long(length_min, risk) && self.is_warm() {
            let length = f64::from(self.flat.current());
            let since_ms = self.flat.since_ms();
            watch.find(self.evidence(Kind::FlatLine, since_ms, at_ms, value, length));
        }
    }

    fn miss(&mut self, at_ms: i64, watch: &mut Watch) {
        self.flat.drop_current();
        if self.seen == 0 {
            return;
        }
        self.gone.go_on(at_ms);
        let length_min = (GONE_MS / self.options.step_ms()).max(3) as u32;
        let risk = self.options.risk(RUN_STREAMS, self.options.step_ms());
        if self.gone.is_too_long(length_min, risk) && self.is_warm() {
            let length = f64::from(self.gone.current());
            let since_ms = self.gone.since_ms();
            watch.find(self.evidence(Kind::Gone, since_ms, at_ms, self.last_value, length));
        }
    }

    pub(super) fn evidence(
        &self,
        kind: Kind,
        since_ms: i64,
        at_ms: i64,
        value: f64,
        size: f64,
    ) -> Evidence {
        let (low, high) = self.range(self.expected(at_ms));
        Evidence {
            kind,
            since_ms,
            at_ms,
            value,
            low,
            high,
            size,
            once_in: self.seen,
            resolution_ms: self.options.step_ms(),
            rhythm: self.season.rhythm(),
        }
    }

    /// No rarer than what has been seen can tell.
    pub(super) fn rare(&self, evidence: Evidence, once_in: f64) -> Evidence {
        Evidence {
            once_in: (once_in.max(1.0) as u64).min(self.seen),
            ..evidence
        }
    }

    fn range(&self, expected: f64) -> (f64, f64) {
        let scale = self.raw_scale.get(self.options.scale_min(expected, 0.0));
        let low = expected - scale * self.spikes.lower.usual();
        let high = expected + scale * self.spikes.upper.usual();
        // What never was negative is not expected to be.
        let low_min = if self.was_negative {
            f64::NEG_INFINITY
        } else {
            0.0
        };
        (low.max(low_min), high.max(low_min))
    }

    pub(super) fn expected(&self, at_ms: i64) -> f64 {
        self.level.get() + self.season.at(self.local(at_ms)) + self.cycles.foretells()
    }

    pub(super) fn local(&self, at_ms: i64) -> i64 {
        at_ms.saturating_add(i64::from(self.options.utc_offset_minutes) * MINUTE_MS)
    }

    pub(super) fn quantum(&self, part: f64) -> f64 {
        if self.is_whole { part } else { 0.0 }
    }

    /// Whole numbers lie on few places, of which no tail can be fitted: up to half of one is added,
    /// in turn, by multiples of the golden ratio.
    fn dither(&self) -> f64 {
        let turn = (self.seen % 1_048_576) as f64 * 0.618_033_988_749_894_8;
        self.quantum(turn.fract() - 0.5)
    }

    pub(super) fn is_warm(&self) -> bool {
        self.held == 0 && self.options.warm_up_buckets() <= self.level.count()
    }

    /// Whether what is seen now must not become what is usual.
    pub(super) fn is_frozen(&self) -> bool {
        let open = self.open.as_ref().map(|open| open.evidence.kind);
        matches!(open, Some(Kind::Spike | Kind::LevelShift))
    }
}
