//! Increases added up to counters. Owns what is remembered between requests, in shards by who
//! measured: totals, reports that were counted, names that were given, who tells a fact. Refuses
//! to keep anything of a push that did not reach the disk: a request works on a draft.
//!
//! A sender repeats what was not answered, so an increase counts only with the push that stored
//! it; and it sends one after the other, so its next request waits for this one's shard.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use paceline_metrics::{Labels, SeriesSource};
use parking_lot::{Mutex, MutexGuard};

use super::account::Reason;
use super::histogram::Histogram;
use super::limits::{
    ADDED_UP_KEPT_MS, ADDED_UP_SERIES_MAX, AHEAD_MS_MAX, BEHIND_MS_MAX, BUCKETS_MAX, NAMES_MAX,
    REMEMBERED_REPORTS_MAX, TELLER_KEPT_MS,
};
use super::mapping::Subject;
use super::resume;

const SHARDS: usize = 64;

pub struct Added {
    shards: Box<[Mutex<Shard>]>,
}

#[derive(Default)]
struct Shard {
    totals: HashMap<Labels, Running>,
    /// The last reading of cumulative metrics that facts are told by.
    readings: HashMap<u64, Seen>,
    names: HashMap<(u64, String), (u64, i64)>,
    tellers: HashMap<(u64, Subject), (usize, i64)>,
    counted: Counted,
    swept_ms: i64,
}

/// A counter that is added up here.
#[derive(Clone, Debug, PartialEq)]
struct Running {
    total: Total,
    /// Of its newest sample.
    at_ms: i64,
    touched_ms: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Total {
    Number(f64),
    Histogram(Histogram),
}

#[derive(Clone, Copy)]
struct Seen {
    start: u64,
    values: [f64; 2],
    touched_ms: i64,
}

/// A counter after an increase.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub at_ms: i64,
    pub total: Total,
    /// A counter's first sample would be worth nothing to `rate`: when to say that it was zero.
    pub zero_at_ms: Option<i64>,
}

/// When an increase was measured.
#[derive(Clone, Copy, Debug)]
pub struct When {
    pub start_ms: i64,
    pub at_ms: i64,
}

/// The shards of one request, and what it would change in them.
pub struct Draft<'a> {
    shards: BTreeMap<usize, (MutexGuard<'a, Shard>, Changes)>,
    source: &'a dyn SeriesSource,
    now_ms: i64,
}

#[derive(Default)]
struct Changes {
    totals: HashMap<Labels, Running>,
    readings: HashMap<u64, Seen>,
    counted: HashSet<u64>,
}

impl Default for Added {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }
}

/// Whose shard it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner(u64);

impl Owner {
    pub fn of(labels: &Labels) -> Self {
        Self(hash(labels))
    }

    fn shard(self) -> usize {
        usize::try_from(self.0 % SHARDS as u64).unwrap_or(0)
    }
}

pub fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Added {
    /// Always in the same order, so that two requests cannot wait for each other.
    pub fn draft<'a>(
        &'a self,
        owners: impl IntoIterator<Item = Owner>,
        source: &'a dyn SeriesSource,
        now_ms: i64,
    ) -> Draft<'a> {
        let mut places: Vec<usize> = owners.into_iter().map(Owner::shard).collect();
        places.sort_unstable();
        places.dedup();
        let lock = |place: usize| (place, (self.shards[place].lock(), Changes::default()));
        let mut shards: BTreeMap<_, _> = places.into_iter().map(lock).collect();
        for (shard, _) in shards.values_mut() {
            shard.sweep(now_ms);
        }
        Draft {
            shards,
            source,
            now_ms,
        }
    }
}

impl Draft<'_> {
    /// False when the report was counted before, by this request or an earlier one.
    pub fn is_new(&mut self, owner: Owner, report: u64) -> bool {
        match self.shards.get_mut(&owner.shard()) {
            Some((shard, changes)) => {
                !shard.counted.set.contains(&report) && changes.counted.insert(report)
            }
            None => false,
        }
    }

    /// Whether the rule of this rank tells the fact for this program of this agent.
    pub fn tells(&mut self, owner: Owner, job: &str, subject: Subject, rank: usize) -> bool {
        let now_ms = self.now_ms;
        let Some((shard, _)) = self.shards.get_mut(&owner.shard()) else {
            return false;
        };
        let key = (hash(&(owner.0, job)), subject);
        let teller = shard.tellers.entry(key).or_insert((rank, now_ms));
        if rank <= teller.0 || TELLER_KEPT_MS < now_ms - teller.1 {
            *teller = (rank, now_ms);
            return true;
        }
        false
    }

    /// False when another metric of the resource has this name.
    pub fn owns_name(&mut self, owner: Owner, resource: u64, name: &str, original: u64) -> bool {
        let now_ms = self.now_ms;
        let Some((shard, _)) = self.shards.get_mut(&owner.shard()) else {
            return false;
        };
        let is_full = NAMES_MAX / SHARDS <= shard.names.len();
        match shard.names.entry((resource, name.to_owned())) {
            Entry::Occupied(mut known) => {
                let (by, last_ms) = known.get_mut();
                if *by != original && now_ms - *last_ms <= TELLER_KEPT_MS {
                    return false;
                }
                (*by, *last_ms) = (original, now_ms);
            }
            // Unwatched beyond the bound: then two names may meet in one series, as anywhere else.
            Entry::Vacant(_) if is_full => {}
            Entry::Vacant(free) => {
                free.insert((original, now_ms));
            }
        }
        true
    }

    /// How much a cumulative reading grew since it was last seen. The first reading counts as a
    /// whole only when `start` is after `since`: then nobody can have counted it before.
    pub fn growth(
        &mut self,
        owner: Owner,
        key: u64,
        start: u64,
        values: [f64; 2],
        since: u64,
    ) -> [f64; 2] {
        let seen = Seen {
            start,
            values,
            touched_ms: self.now_ms,
        };
        let Some((shard, changes)) = self.shards.get_mut(&owner.shard()) else {
            return [0.0; 2];
        };
        let before = changes
            .readings
            .get(&key)
            .or_else(|| shard.readings.get(&key));
        let growth = match before {
            // The process began anew, and so did its count.
            Some(before) if start != before.start || values[0] < before.values[0] => values,
            Some(before) => [0, 1].map(|at| values[at] - before.values[at]),
            None if since < start => values,
            None => [0.0; 2],
        };
        changes.readings.insert(key, seen);
        growth.map(|grown| {
            if grown.is_finite() {
                grown.max(0.0)
            } else {
                0.0
            }
        })
    }

    /// Adds to a counter, which is created or taken up from the engine when it is not known.
    pub fn add(
        &mut self,
        owner: Owner,
        series: &Labels,
        more: &Total,
        when: When,
    ) -> Result<Step, Reason> {
        let now_ms = self.now_ms;
        if now_ms + AHEAD_MS_MAX < when.at_ms {
            return Err(Reason::TooFarAhead);
        }
        if when.at_ms < now_ms - BEHIND_MS_MAX {
            return Err(Reason::TooOld);
        }
        let Some((shard, changes)) = self.shards.get_mut(&owner.shard()) else {
            return Err(Reason::TooManySeries);
        };
        let count = shard.totals.len() + changes.totals.len();
        let known = changes
            .totals
            .get(series)
            .or_else(|| shard.totals.get(series))
            .cloned();
        if known.is_none() && ADDED_UP_SERIES_MAX / SHARDS <= count {
            return Err(Reason::TooManySeries);
        }
        let known = known.or_else(|| resumed(self.source, series, more, now_ms));
        let step = stepped(known.as_ref(), more, when);
        let running = Running {
            total: step.total.clone(),
            at_ms: step.at_ms,
            touched_ms: now_ms,
        };
        changes.totals.insert(series.clone(), running);
        Ok(step)
    }

    /// The push is on disk.
    pub fn commit(self) {
        for (mut shard, changes) in self.shards.into_values() {
            shard.totals.extend(changes.totals);
            shard.readings.extend(changes.readings);
            shard.counted.remember(changes.counted);
        }
    }
}

fn resumed(
    source: &dyn SeriesSource,
    series: &Labels,
    more: &Total,
    now_ms: i64,
) -> Option<Running> {
    let (at_ms, total) = match more {
        Total::Number(_) => {
            let (at_ms, value) = resume::number(source, series, now_ms)?;
            (at_ms, Total::Number(value))
        }
        Total::Histogram(_) => {
            let (at_ms, histogram) = resume::histogram(source, series, now_ms)?;
            (at_ms, Total::Histogram(histogram))
        }
    };
    Some(Running {
        total,
        at_ms,
        touched_ms: now_ms,
    })
}

fn stepped(known: Option<&Running>, more: &Total, when: When) -> Step {
    let Some(known) = known else {
        let start_ms = match when.start_ms {
            0 => when.at_ms - 1,
            start => start.clamp(when.at_ms - 300_000, when.at_ms - 1),
        };
        return Step {
            at_ms: when.at_ms,
            total: more.clone(),
            zero_at_ms: Some(start_ms),
        };
    };
    let total = match (&known.total, more) {
        (Total::Number(total), Total::Number(more)) => Total::Number(total + more),
        (Total::Histogram(total), Total::Histogram(more)) => {
            let mut total = total.clone();
            total.add(more);
            match total.buckets.len() <= BUCKETS_MAX {
                true => Total::Histogram(total),
                // Ever new boundaries: it starts again with those of now.
                false => Total::Histogram(more.clone()),
            }
        }
        // The metric changed its kind.
        (_, more) => more.clone(),
    };
    Step {
        // What comes late raises the counter from where it stands: none of it is lost.
        at_ms: when.at_ms.max(known.at_ms + 1),
        total,
        zero_at_ms: None,
    }
}

impl Shard {
    fn sweep(&mut self, now_ms: i64) {
        const EVERY_MS: i64 = 10 * 60_000;
        if now_ms - self.swept_ms < EVERY_MS {
            return;
        }
        self.swept_ms = now_ms;
        self.totals
            .retain(|_, running| now_ms - running.touched_ms <= ADDED_UP_KEPT_MS);
        self.readings
            .retain(|_, seen| now_ms - seen.touched_ms <= ADDED_UP_KEPT_MS);
        self.names
            .retain(|_, (_, last_ms)| now_ms - *last_ms <= TELLER_KEPT_MS);
        self.tellers
            .retain(|_, (_, last_ms)| now_ms - *last_ms <= TELLER_KEPT_MS);
    }
}

/// The newest reports that were counted.
#[derive(Default)]
struct Counted {
    set: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Counted {
    fn remember(&mut self, reports: HashSet<u64>) {
        for report in reports {
            if self.set.insert(report) {
                self.order.push_back(report);
            }
        }
        while REMEMBERED_REPORTS_MAX / SHARDS < self.order.len() {
            if let Some(oldest) = self.order.pop_front() {
                self.set.remove(&oldest);
            }
        }
    }
}
