//! One subscription on the subscriber's side. Owns the numbers of its series, the samples that wait
//! for the next delta, and that none of them is in two frames or in none; refuses sockets and time:
//! whoever calls says when.
//!
//! Events arrive from the moment the engine knows the subscription; its snapshot is read after that
//! moment. So what was accepted before the snapshot is in it, what came after is an event, and what
//! is both is known by its time: the engine stores one value for a series and a time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use paceline_api::{LiveDelta, LiveNewSeries, LiveSeries, LiveSnapshot, LiveValue, Timestamp};
use paceline_metrics::Labels;
use tokio::time::Instant;

use super::limits::{FRAME_SAMPLES_MAX, SERIES_MAX};
use super::snapshot::Last;

pub struct Subscription {
    pub id: String,
    /// How many selectors it has.
    pub selectors: usize,
    /// Between two deltas.
    pause: Duration,
    /// Before that, the next delta waits.
    next: Instant,
    began: bool,
    references: HashMap<Labels, u32>,
    /// By reference: the time of the snapshot's sample.
    snapshot_ms: Vec<i64>,
    /// By watch.
    watched: Vec<Watched>,
    new: Vec<LiveNewSeries>,
    pending: Vec<Pending>,
    skipped: u64,
    told_full: bool,
}

enum Watched {
    /// Found while the snapshot was being read.
    Waiting(Labels),
    Known(u32),
    /// One more than there may be.
    LeftOut,
}

#[derive(Clone, Copy)]
struct Pending {
    watch: u32,
    at_ms: i64,
    value: f64,
}

/// A series more than a subscription may have.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMany;

impl Subscription {
    pub fn new(id: String, selectors: usize, pause: Duration, now: Instant) -> Self {
        Self {
            id,
            selectors,
            pause,
            next: now,
            began: false,
            references: HashMap::new(),
            snapshot_ms: Vec::new(),
            watched: Vec::new(),
            new: Vec::new(),
            pending: Vec::new(),
            skipped: 0,
            told_full: false,
        }
    }

    /// Whether the subscriber has yet to hear that series are left out.
    pub fn tell_full(&mut self) -> bool {
        !std::mem::replace(&mut self.told_full, true)
    }

    /// The next watch is this series.
    ///
    /// # Errors
    /// When it is one too many; its samples are left out.
    pub fn found(&mut self, labels: Labels) -> Result<(), TooMany> {
        let watched = if self.began {
            self.known(labels)
        } else {
            Watched::Waiting(labels)
        };
        let is_left_out = matches!(watched, Watched::LeftOut);
        self.watched.push(watched);
        if is_left_out { Err(TooMany) } else { Ok(()) }
    }

    pub fn row(&mut self, at_ms: i64, samples: &[(u32, f64)]) {
        let samples = samples.iter().map(|&(watch, value)| Pending {
            watch,
            at_ms,
            value,
        });
        self.pending.extend(samples);
        if FRAME_SAMPLES_MAX < self.pending.len() {
            self.thin_out();
        }
    }

    /// Keeps the newest of each series.
    fn thin_out(&mut self) {
        let before = self.pending.len();
        self.pending
            .sort_by_key(|sample| (sample.watch, Reverse(sample.at_ms)));
        self.pending.dedup_by_key(|sample| sample.watch);
        self.skipped += (before - self.pending.len()) as u64;
    }

    /// What came so far is compared with the snapshot; from here on deltas may leave.
    pub fn begin(&mut self, series: Vec<Last>, seq: u64, at: Timestamp) -> LiveSnapshot {
        self.began = true;
        let mut shown = Vec::with_capacity(series.len());
        for (reference, last) in (0..).zip(series) {
            shown.push(LiveSeries {
                reference,
                labels: named(&last.labels),
                at: Timestamp(last.at_ms),
                value: LiveValue(last.value),
            });
            self.snapshot_ms.push(last.at_ms);
            self.references.insert(last.labels, reference);
        }
        let watched = std::mem::take(&mut self.watched);
        self.watched = watched
            .into_iter()
            .map(|watched| match watched {
                Watched::Waiting(labels) => self.known(labels),
                other => other,
            })
            .collect();
        let (watched, snapshot_ms) = (&self.watched, &self.snapshot_ms);
        // Of one series the writer stores and shows a sample before it stores the next. So what is
        // older than the snapshot's and came before it was stored before, and was overtaken.
        self.pending.retain(|sample| {
            reference(watched, sample).is_some_and(|at| snapshot_ms[at as usize] < sample.at_ms)
        });
        LiveSnapshot {
            id: self.id.clone(),
            seq,
            at,
            series: shown,
        }
    }

    fn known(&mut self, labels: Labels) -> Watched {
        if let Some(reference) = self.references.get(&labels) {
            return Watched::Known(*reference);
        }
        if SERIES_MAX <= self.references.len() {
            return Watched::LeftOut;
        }
        let reference = self.references.len() as u32;
        self.new.push(LiveNewSeries {
            reference,
            labels: named(&labels),
        });
        self.snapshot_ms.push(i64::MIN);
        self.references.insert(labels, reference);
        Watched::Known(reference)
    }

    /// When a delta is due: the first after a quiet time at once.
    pub fn due(&self) -> Option<Instant> {
        (self.began && !self.pending.is_empty()).then_some(self.next)
    }

    /// Everything that waits; nothing where all of it was in the snapshot.
    pub fn delta(&mut self, seq: u64, at: Timestamp, now: Instant) -> Option<LiveDelta> {
        let pending = std::mem::take(&mut self.pending);
        let mut delta = LiveDelta {
            id: self.id.clone(),
            seq,
            at,
            new: Vec::new(),
            refs: Vec::with_capacity(pending.len()),
            times_ms: Vec::with_capacity(pending.len()),
            values: Vec::with_capacity(pending.len()),
            skipped: std::mem::take(&mut self.skipped),
        };
        for sample in &pending {
            let Some(reference) = reference(&self.watched, sample) else {
                continue;
            };
            // The snapshot's own sample, shown to the tap after it was read.
            if self.snapshot_ms[reference as usize] == sample.at_ms {
                continue;
            }
            delta.refs.push(reference);
            delta.times_ms.push(sample.at_ms);
            delta.values.push(LiveValue(sample.value));
        }
        if delta.refs.is_empty() {
            return None;
        }
        delta.new = std::mem::take(&mut self.new);
        self.next = now + self.pause;
        Some(delta)
    }
}

fn reference(watched: &[Watched], sample: &Pending) -> Option<u32> {
    match watched.get(sample.watch as usize)? {
        Watched::Known(reference) => Some(*reference),
        Watched::Waiting(_) | Watched::LeftOut => None,
    }
}

fn named(labels: &Labels) -> BTreeMap<String, String> {
    let pairs = labels.iter();
    pairs
        .map(|label| (label.name.to_string(), label.value.to_string()))
        .collect()
}
