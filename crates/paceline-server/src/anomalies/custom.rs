//! Custom series under watch. Owns how often each is looked at and what becomes of those that stop;
//! refuses own series.
//!
//! ```text
//! found ──▶ learning its cadence ──▶ watched ◀──found again── asleep ──4 days──▶ forgotten
//!                  └──▶ too slow         └──no value for 6 h──▶ ▲
//! ```
//!
//! An agent's series ends with its agent, and that is told by the agent's own state: only of series
//! without an agent it is an anomaly that they are gone. A series that says itself that it ends (a
//! staleness marker) is put to sleep.

use std::collections::{BTreeMap, HashMap, VecDeque};

use paceline_analysis::anomaly::{Detector, Options};
use paceline_metrics::{Labels, Metadata, is_stale};

use super::book::Book;
use super::limits::{
    CADENCE_INTERVALS, FORGET_AFTER_MS, SERIES_MAX, SKEW_MS_MAX, SLEEP_AFTER_MS, STEP_MS_MAX,
    STEP_MS_MIN,
};
use super::newest::{Sample, Taken};
use super::watched::Watched;
use super::words::{about_metric, is_counter, selector};
use crate::operations::AGENT_LABEL;

/// Missing values that are caught up with in one turn; more were the server's own pause.
const MISSING_A_TURN: usize = 3;
/// A counter that did not come for so many steps has no rate.
const RATE_STEPS_MAX: i64 = 5;

/// What is known of a metric's name.
pub type Definition<'d> = &'d dyn Fn(&str) -> Option<Metadata>;

#[derive(Default)]
pub struct CustomSeries {
    places: Vec<Option<Place>>,
    pub asleep: HashMap<String, Metric>,
    /// Those that are new: what is stored of them was not learnt yet.
    new: VecDeque<New>,
}

/// A series whose watch has just begun.
pub struct New {
    place: u32,
    pub labels: Labels,
    /// Whether it is watched as a rate, and its step.
    pub seen: (bool, i64),
}

struct Place {
    labels: Labels,
    seen_ms: i64,
    stage: Stage,
}

enum Stage {
    Learning(Cadence),
    TooSlow,
    Watched(Box<Metric>),
}

#[derive(Default)]
struct Cadence {
    last_ms: Option<i64>,
    intervals: Vec<i64>,
}

#[derive(Clone)]
pub struct Metric {
    pub labels: Labels,
    pub step_ms: i64,
    pub is_rate: bool,
    /// By the server's clock.
    pub seen_ms: i64,
    pub watched: Watched,
    /// Of a counter, what its rate begins from.
    last: Option<(i64, f64)>,
    fresh: Option<(i64, f64)>,
}

impl CustomSeries {
    /// Answers the places that are free now.
    pub fn turn(
        &mut self,
        taken: Taken,
        (now_ms, is_judging): (i64, bool),
        definition: Definition<'_>,
        book: &mut Book,
    ) -> Vec<u32> {
        let mut free = Vec::new();
        for (place, labels) in taken.found {
            self.find(place, labels, now_ms);
        }
        for sample in taken.samples {
            if self.note(sample, now_ms, definition) {
                free.push(sample.place);
            }
        }
        free.extend(taken.ended);
        let mut quiet = self.look((now_ms, is_judging), definition, book);
        free.append(&mut quiet);
        free.sort_unstable();
        free.dedup();
        for place in &free {
            self.sleep(*place, now_ms, book);
        }
        self.forget(now_ms, book);
        free
    }

    /// All are asleep, as after a start.
    pub fn pause(&mut self, now_ms: i64, book: &mut Book) {
        for place in 0..self.places.len() as u32 {
            self.sleep(place, now_ms, book);
        }
        self.places.clear();
        self.new.clear();
    }

    /// The next that nothing was learnt of yet.
    pub fn next_new(&mut self) -> Option<New> {
        self.new.pop_front()
    }

    /// Its past, for a detector that has seen next to nothing.
    pub fn learn(&mut self, new: &New, detector: Detector) {
        let place = self.places.get_mut(new.place as usize);
        if let Some(Some(place)) = place
            && place.labels == new.labels
            && let Stage::Watched(metric) = &mut place.stage
        {
            metric.watched.learn(detector);
        }
    }

    /// A time in which nobody watched does not count.
    pub fn skip(&mut self, passed_ms: i64) {
        for place in self.places.iter_mut().flatten() {
            place.seen_ms = place.seen_ms.saturating_add(passed_ms);
        }
        for metric in self.asleep.values_mut() {
            metric.seen_ms = metric.seen_ms.saturating_add(passed_ms);
            let observed_ms = &mut metric.watched.observed_ms;
            *observed_ms = observed_ms.saturating_add(passed_ms);
        }
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Metric> {
        if self.asleep.contains_key(key) {
            return self.asleep.get_mut(key);
        }
        self.awake_mut()
            .find(|metric| selector(&metric.labels) == key)
    }

    /// The series of that name with these labels, provided that it is one, and watched by its values.
    pub fn only(&self, name: &str, labels: &BTreeMap<String, String>) -> Option<&Metric> {
        let is_meant = |place: &&Place| {
            let has = |(name, value): (&String, &String)| place.labels.get(name) == value;
            place.labels.metric_name() == name && labels.iter().all(has)
        };
        let mut meant = self.places.iter().flatten().filter(is_meant);
        let (Some(place), None) = (meant.next(), meant.next()) else {
            return None;
        };
        match &place.stage {
            Stage::Watched(metric) => Some(&**metric).filter(|metric| !metric.is_rate),
            Stage::Learning(_) | Stage::TooSlow => None,
        }
    }

    pub fn awake(&self) -> impl Iterator<Item = &Metric> {
        self.places
            .iter()
            .flatten()
            .filter_map(|place| match &place.stage {
                Stage::Watched(metric) => Some(&**metric),
                Stage::Learning(_) | Stage::TooSlow => None,
            })
    }

    fn awake_mut(&mut self) -> impl Iterator<Item = &mut Metric> {
        let places = self.places.iter_mut().flatten();
        places.filter_map(|place| match &mut place.stage {
            Stage::Watched(metric) => Some(&mut **metric),
            Stage::Learning(_) | Stage::TooSlow => None,
        })
    }

    /// A part of the awake, to be copied: those from a place on, and where the next part begins.
    pub fn copied(&self, from: usize, count: usize) -> (Vec<Metric>, Option<usize>) {
        let to = (from + count).min(self.places.len());
        let part = self.places.get(from..to).unwrap_or_default();
        let watched = part
            .iter()
            .flatten()
            .filter_map(|place| match &place.stage {
                Stage::Watched(metric) => Some(Metric {
                    seen_ms: place.seen_ms,
                    ..(**metric).clone()
                }),
                Stage::Learning(_) | Stage::TooSlow => None,
            });
        (watched.collect(), (to < self.places.len()).then_some(to))
    }

    fn find(&mut self, place: u32, labels: Labels, now_ms: i64) {
        let at = place as usize;
        if self.places.len() <= at {
            self.places.resize_with(at + 1, || None);
        }
        let stage = match self.asleep.remove(&selector(&labels)) {
            Some(mut metric) => {
                metric.watched.observed_ms = now_ms;
                (metric.last, metric.fresh) = (None, None);
                Stage::Watched(Box::new(metric))
            }
            None => Stage::Learning(Cadence::default()),
        };
        self.places[at] = Some(Place {
            labels,
            seen_ms: now_ms,
            stage,
        });
    }

    /// Answers whether the series says that it ends.
    fn note(&mut self, sample: Sample, now_ms: i64, definition: Definition<'_>) -> bool {
        let Some(Some(place)) = self.places.get_mut(sample.place as usize) else {
            return false;
        };
        if is_stale(sample.value) {
            return true;
        }
        if sample.value.is_finite() && now_ms.abs_diff(sample.at_ms) <= SKEW_MS_MAX.unsigned_abs() {
            place.seen_ms = now_ms;
            if let Some(seen) = place.take(sample, now_ms, definition) {
                self.new.push_back(New {
                    place: sample.place,
                    labels: place.labels.clone(),
                    seen,
                });
            }
        }
        false
    }

    /// Answers the places of those that did not come for long.
    fn look(
        &mut self,
        (now_ms, is_judging): (i64, bool),
        definition: Definition<'_>,
        book: &mut Book,
    ) -> Vec<u32> {
        let mut quiet = Vec::new();
        for (number, place) in (0_u32..).zip(&mut self.places) {
            let Some(place) = place else {
                continue;
            };
            if let Stage::Watched(metric) = &mut place.stage {
                metric.look(now_ms, is_judging, definition, book);
            }
            if SLEEP_AFTER_MS <= now_ms.saturating_sub(place.seen_ms) {
                quiet.push(number);
            }
        }
        quiet
    }

    fn sleep(&mut self, place: u32, now_ms: i64, book: &mut Book) {
        let found = self.places.get_mut(place as usize).and_then(Option::take);
        let Some(Place {
            labels,
            seen_ms,
            stage: Stage::Watched(mut metric),
        }) = found
        else {
            return;
        };
        metric.watched.end(now_ms, book);
        metric.seen_ms = seen_ms;
        self.asleep.insert(selector(&labels), *metric);
    }

    /// Those that sleep make room for those that are awake.
    fn forget(&mut self, now_ms: i64, book: &mut Book) {
        if self.asleep.is_empty() {
            return;
        }
        self.asleep.retain(|_, metric| {
            // After a start: it did not come back.
            metric.watched.end_unobserved(now_ms, metric.step_ms, book);
            now_ms.saturating_sub(metric.seen_ms) < FORGET_AFTER_MS
        });
        let awake = self.places.iter().flatten().count();
        let excess = (awake + self.asleep.len()).saturating_sub(SERIES_MAX);
        if 0 < excess {
            let mut oldest: Vec<(i64, String)> = self
                .asleep
                .iter()
                .map(|(key, metric)| (metric.seen_ms, key.clone()))
                .collect();
            oldest.sort_unstable();
            for (_, key) in oldest.into_iter().take(excess) {
                self.asleep.remove(&key);
            }
        }
    }
}

impl Place {
    /// Answers how it is seen when its watch begins.
    fn take(
        &mut self,
        sample: Sample,
        now_ms: i64,
        definition: Definition<'_>,
    ) -> Option<(bool, i64)> {
        let cadence = match &mut self.stage {
            Stage::TooSlow => return None,
            Stage::Watched(metric) => {
                metric.fresh = Some((sample.at_ms, sample.value));
                return None;
            }
            Stage::Learning(cadence) => cadence,
        };
        let step_ms = cadence.learn(sample.at_ms)?;
        if STEP_MS_MAX < step_ms {
            self.stage = Stage::TooSlow;
            return None;
        }
        let is_rate = is_counter(self.labels.metric_name(), definition);
        self.stage = Stage::Watched(Box::new(Metric {
            labels: self.labels.clone(),
            step_ms,
            is_rate,
            seen_ms: now_ms,
            watched: Watched::new(Options::every(step_ms), now_ms),
            last: Some((sample.at_ms, sample.value)),
            fresh: None,
        }));
        Some((is_rate, step_ms))
    }
}

impl Cadence {
    /// The median of the first intervals, to a second.
    fn learn(&mut self, at_ms: i64) -> Option<i64> {
        let passed_ms = at_ms - self.last_ms.replace(at_ms).unwrap_or(at_ms);
        if 0 < passed_ms {
            self.intervals.push(passed_ms);
        }
        if self.intervals.len() < CADENCE_INTERVALS {
            return None;
        }
        self.intervals.sort_unstable();
        let middle = self.intervals[self.intervals.len() / 2];
        Some(((middle + 500) / 1_000 * 1_000).max(STEP_MS_MIN))
    }
}

impl Metric {
    pub fn kept(
        labels: Labels,
        (step_ms, is_rate): (i64, bool),
        seen_ms: i64,
        of: Watched,
    ) -> Self {
        Self {
            labels,
            step_ms,
            is_rate,
            seen_ms,
            watched: of,
            last: None,
            fresh: None,
        }
    }

    pub fn bytes(&self) -> usize {
        let texts = self
            .labels
            .iter()
            .map(|label| label.value.len() + size_of_val(label));
        let outside = size_of::<Self>() - size_of::<Watched>();
        self.watched.bytes() + outside + texts.sum::<usize>()
    }

    fn look(&mut self, now_ms: i64, is_judging: bool, definition: Definition<'_>, book: &mut Book) {
        let since_ms = now_ms - self.watched.observed_ms;
        if since_ms < 0 || !is_judging {
            // The clock was set back, or nothing is judged yet: what came is not an observation.
            self.watched.observed_ms = now_ms;
            if let Some(sample) = self.fresh.take() {
                self.last = Some(sample);
            }
        } else if self.step_ms * 3 / 4 <= since_ms
            && let Some(sample) = self.fresh.take()
        {
            self.see(sample, now_ms, definition, book);
        } else if 2 * self.step_ms <= since_ms {
            self.miss(now_ms, definition, book);
        }
    }

    fn see(
        &mut self,
        sample: (i64, f64),
        now_ms: i64,
        definition: Definition<'_>,
        book: &mut Book,
    ) {
        let value = self.value(sample);
        if value.is_none() {
            self.watched.observed_ms = now_ms;
            return;
        }
        self.observe(now_ms, value, definition, book);
    }

    fn miss(&mut self, now_ms: i64, definition: Definition<'_>, book: &mut Book) {
        if !self.labels.get(AGENT_LABEL).is_empty() {
            self.watched.end_unobserved(now_ms, self.step_ms, book);
            return;
        }
        for _ in 0..MISSING_A_TURN {
            let next_ms = self.watched.observed_ms + self.step_ms;
            if next_ms + self.step_ms <= now_ms {
                self.observe(next_ms, None, definition, book);
            }
        }
        if 2 * self.step_ms <= now_ms - self.watched.observed_ms {
            self.watched.observed_ms = now_ms;
        }
    }

    fn observe(
        &mut self,
        at_ms: i64,
        value: Option<f64>,
        definition: Definition<'_>,
        book: &mut Book,
    ) {
        let (labels, seen) = (&self.labels, (self.is_rate, self.step_ms));
        let about = || about_metric(labels, definition, seen);
        self.watched.observe(at_ms, value, about, book);
    }

    /// Of a counter its rate, as Prometheus has it: what is less than before began anew from zero.
    fn value(&mut self, (at_ms, value): (i64, f64)) -> Option<f64> {
        if !self.is_rate {
            return Some(value);
        }
        let (last_ms, last) = self.last.replace((at_ms, value))?;
        let passed_ms = at_ms - last_ms;
        if passed_ms <= 0 || RATE_STEPS_MAX * self.step_ms < passed_ms {
            return None;
        }
        let increase = if value < last { value } else { value - last };
        Some(increase * 1_000.0 / passed_ms as f64)
    }
}

#[cfg(test)]
#[path = "custom_tests.rs"]
mod tests;
