//! When an anomaly begins and ends. Owns the one that is open, its worst moment, and what becomes of
//! the level when it stays; refuses to tell the same thing twice.

use serde::{Deserialize, Serialize};

use super::detector::Detector;
use super::drift::Usual;
use super::options::WEEK_MS;
use super::ring::Ring;
use super::shape::Shape;
use super::signal::{Evidence, Kind, Signal};

/// A second spike in a week shows a tail that is heavier than it was taken for, and is learnt when
/// it is over; of shifts, which people make, the fourth.
const SPIKES_TOLD_MAX: f64 = 1.5;
const SHIFTS_TOLD_MAX: f64 = 3.5;
/// Buckets whose middle is the new level, and those whose scatter is the new one.
const NEW_LEVEL: usize = 30;
const NEW_SCALE: usize = 60;
/// From no scatter at all any is infinitely wider.
const WIDER_MAX: f64 = 1e6;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Open {
    pub evidence: Evidence,
    /// The last time that was not quiet.
    pub last_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SlowOpen {
    pub open: Open,
    pub usual: Usual,
    pub hours: Ring,
}

/// What one observation brought to light.
#[derive(Debug, Default)]
pub(super) struct Watch {
    pub found: Option<Evidence>,
    pub slow: Option<SlowOpen>,
    pub is_restless: bool,
}

impl Watch {
    /// The kind that explains most wins.
    pub fn find(&mut self, evidence: Evidence) {
        self.is_restless = true;
        if self
            .found
            .as_ref()
            .is_none_or(|found| found.kind < evidence.kind)
        {
            self.found = Some(evidence);
        }
    }
}

impl Open {
    pub fn new(evidence: Evidence) -> Self {
        Self {
            last_ms: evidence.at_ms,
            evidence,
        }
    }

    /// Whether more is known than before.
    fn take(&mut self, found: Evidence) -> bool {
        let known = &mut self.evidence;
        let since_ms = known.since_ms.min(found.since_ms);
        let explains_more = known.kind < found.kind;
        if explains_more || known.kind == found.kind && known.size < found.size {
            *known = Evidence { since_ms, ..found };
        }
        explains_more
    }
}

impl Evidence {
    /// Whether it is a value out of range, which must not move the level.
    pub(super) const fn is_excursion(&self) -> bool {
        matches!(self.kind, Kind::Spike | Kind::LevelShift)
    }
}

fn is_no_news(kind: Kind, told: f64) -> bool {
    match kind {
        Kind::Spike => SPIKES_TOLD_MAX < told,
        Kind::LevelShift => SHIFTS_TOLD_MAX < told,
        _ => false,
    }
}

impl Detector {
    pub(super) fn settle(&mut self, at_ms: i64, watch: Watch) -> Option<Signal> {
        let is_restless = watch.is_restless
            || self.cycles.is_lost()
            || self.flat.is_told()
            || self.gone.is_told();
        if self.open.is_some() {
            return self.go_on(at_ms, watch.found, is_restless);
        }
        if let Some(evidence) = watch.found {
            self.count_told(at_ms);
            self.open = Some(Open::new(evidence.clone()));
            return Some(Signal::Began { evidence });
        }
        if let Some(slow) = watch.slow.filter(|_| self.slow.is_none()) {
            self.count_told(at_ms);
            let evidence = slow.open.evidence.clone();
            self.slow = Some(slow);
            return Some(Signal::Began { evidence });
        }
        self.end_slow(at_ms)
    }

    fn go_on(&mut self, at_ms: i64, found: Option<Evidence>, is_restless: bool) -> Option<Signal> {
        let open = self.open.as_mut()?;
        let explains_more = found.is_some_and(|found| open.take(found));
        if is_restless {
            open.last_ms = at_ms;
        }
        let lasted = at_ms.saturating_sub(open.evidence.since_ms);
        let quiet = at_ms.saturating_sub(open.last_ms);
        // A clock that was set back tells nothing about how long it has been.
        let is_new_normal = self.options.adapt_after_ms() <= lasted && 0 <= quiet;
        if is_new_normal || !(0..self.options.quiet_after_ms()).contains(&quiet) {
            return self.end(is_new_normal && quiet < self.options.quiet_after_ms());
        }
        let evidence = open.evidence.clone();
        explains_more.then_some(Signal::Continues { evidence })
    }

    fn end(&mut self, is_new_normal: bool) -> Option<Signal> {
        let open = self.open.take()?;
        let kind = open.evidence.kind;
        if is_new_normal {
            self.accept(kind);
        } else if is_no_news(kind, self.told) {
            self.learn_told(&open.evidence);
        }
        Some(Signal::Ended {
            evidence: open.evidence,
            until_ms: open.last_ms,
            is_new_normal,
        })
    }

    fn accept(&mut self, kind: Kind) {
        match kind {
            Kind::Gone => {}
            Kind::UnusualShape => self.shape.iter_mut().for_each(Shape::begin_anew),
            Kind::LostPeriodicity => self.cycles.begin_anew(),
            Kind::Spike | Kind::LevelShift | Kind::FlatLine | Kind::Drift => self.take_new_level(),
        }
    }

    fn take_new_level(&mut self) {
        if let Some((centre, _)) = self.cycles.newest(NEW_LEVEL) {
            self.level.shift(centre);
            self.season.shift(centre);
        }
        if let Some((_, scatter)) = self.cycles.newest(NEW_SCALE) {
            let before = self.bucket_scale.get(f64::MIN_POSITIVE);
            let raw = self.raw_scale.get(f64::MIN_POSITIVE);
            if before < scatter {
                self.bucket_scale.widen_to(scatter);
                self.raw_scale
                    .widen_to(raw * (scatter / before).min(WIDER_MAX));
            }
        }
        self.window.clear();
        self.cycles.begin_anew();
    }

    fn end_slow(&mut self, at_ms: i64) -> Option<Signal> {
        let (is_new_normal, moved) = self.slow_end(at_ms)?;
        let slow = self.slow.take()?;
        if is_new_normal {
            self.season.shift(moved);
        }
        Some(Signal::Ended {
            evidence: slow.open.evidence,
            until_ms: at_ms,
            is_new_normal,
        })
    }

    fn count_told(&mut self, at_ms: i64) {
        let passed = at_ms.saturating_sub(self.told_ms).max(0) as f64;
        self.told = self.told * 0.5_f64.powf(passed / WEEK_MS as f64) + 1.0;
        self.told_ms = at_ms;
    }

    fn learn_told(&mut self, told: &Evidence) {
        let middle = f64::midpoint(told.low, told.high);
        let side = if told.value < middle { -1.0 } else { 1.0 };
        let raw = self.raw_scale.get(self.options.scale_min(middle, 0.0));
        self.spikes.learn_peak(side * told.size / raw);
        if told.kind == Kind::LevelShift {
            let third = self.options.scale_min(middle, self.quantum(1.0 / 3.0));
            self.shifts
                .learn_peak(side * told.size / self.bucket_scale.get(third));
        }
    }
}
