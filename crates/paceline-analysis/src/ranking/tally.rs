//! What the comparison keeps of each attempt at a task. Owns counts and sketches by agent and kind;
//! refuses to keep attempts: memory is bounded by agents times kinds, each with a maximum.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::report::history::{Sketch, place};
use crate::summary::to_micros;

/// Beyond so many, further agents are counted and not compared.
pub(super) const AGENTS_MAX: usize = 20_000;
/// Beyond so many, further kinds of task are not compared.
pub(super) const KINDS_MAX: usize = 200;
/// The slowest of fewer tasks is no percentile.
const TAIL_MIN: u64 = 10;

/// How an agent's hold on a task ended, or that it has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Completed,
    /// For good.
    Failed,
    /// Failed, and the task waits for another attempt.
    WillRetry,
    /// Given back undone, also by whoever left.
    Released,
    /// Taken away, because the lease ran out or the agent fell silent.
    Lost,
    Running,
}

/// One hold on a task.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    pub agent: &'a str,
    /// What makes tasks comparable; tasks without one are comparable with each other.
    pub kind: Option<&'a str>,
    pub end: End,
    /// From claim to end; to now, while it runs.
    pub took_ms: Option<f64>,
    /// From ready to claim.
    pub waited_ms: Option<f64>,
}

#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub(super) agents: Names,
    pub(super) kinds: Names,
    /// By kind, then agent: what is compared lies together.
    pub(super) cells: BTreeMap<(u32, u32), Cell>,
    totals: Vec<Totals>,
    /// Attempts of agents beyond the maximum.
    pub left_out: u64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    places: HashMap<String, u32>,
    /// Of what has no name.
    unnamed: Option<u32>,
    pub all: Vec<Option<String>>,
}

/// One agent on one kind of task.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub completed: u64,
    pub failed: u64,
    pub running: u64,
    pub durations: Sketch,
    /// How long those that run have run.
    pub censored: Sketch,
}

#[derive(Clone, Debug, Default)]
struct Totals {
    claimed: u64,
    completed: u64,
    failed: u64,
    retried: u64,
    released: u64,
    lost: u64,
    running: u64,
    duration_ms_sum: f64,
    durations: Sketch,
    waits: Sketch,
    wait_ms_sum: f64,
}

/// What one agent did, in counts and times. Percentiles are read off a scale of 32 steps to each
/// doubling, the one that reports use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Work {
    pub claimed: u64,
    pub completed: u64,
    pub failed: u64,
    pub retried: u64,
    pub released: u64,
    pub lost: u64,
    pub running: u64,
    /// Of completed tasks, claim to end.
    pub durations: Durations,
    /// Of completed tasks, ready to claim.
    pub waits: Durations,
}

/// Milliseconds. A percentile of too few is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Durations {
    pub count: u64,
    pub mean_ms: Option<f64>,
    pub p50_ms: Option<f64>,
    pub p95_ms: Option<f64>,
    pub p99_ms: Option<f64>,
}

impl Names {
    pub fn place(&mut self, name: Option<&str>, most: usize) -> Option<u32> {
        let known = match name {
            Some(name) => self.places.get(name).copied(),
            None => self.unnamed,
        };
        if known.is_some() || most <= self.all.len() {
            return known;
        }
        let place = u32::try_from(self.all.len()).ok()?;
        match name {
            Some(name) => drop(self.places.insert(name.to_owned(), place)),
            None => self.unnamed = Some(place),
        }
        self.all.push(name.map(str::to_owned));
        Some(place)
    }
}

impl Tally {
    /// That the agent took a task.
    pub fn claimed(&mut self, agent: &str) {
        if let Some(place) = self.agents.place(Some(agent), AGENTS_MAX) {
            self.totals(place).claimed += 1;
        }
    }

    pub fn add(&mut self, attempt: &Attempt<'_>) {
        let sane = |ms: f64| ms.is_finite() && 0.0 <= ms;
        let took_ms = attempt.took_ms.filter(|ms| sane(*ms));
        let waited_ms = attempt.waited_ms.filter(|ms| sane(*ms));
        let Some(agent) = self.agents.place(Some(attempt.agent), AGENTS_MAX) else {
            self.left_out += 1;
            return;
        };
        self.totals(agent).add(attempt.end, took_ms, waited_ms);
        // A kind beyond the maximum has no cell: it is in the agent's totals and not comparable.
        if let Some(kind) = self.kinds.place(attempt.kind, KINDS_MAX) {
            let cell = self.cells.entry((kind, agent)).or_default();
            cell.add(attempt.end, took_ms);
        }
    }

    fn totals(&mut self, agent: u32) -> &mut Totals {
        let place = agent as usize;
        if self.totals.len() <= place {
            self.totals.resize_with(place + 1, Totals::default);
        }
        &mut self.totals[place]
    }

    pub(super) fn work(&self, agent: u32) -> Work {
        self.totals
            .get(agent as usize)
            .map(Totals::work)
            .unwrap_or_default()
    }
}

impl Cell {
    fn add(&mut self, end: End, took_ms: Option<f64>) {
        match end {
            End::Completed => {
                self.completed += 1;
                if let Some(took_ms) = took_ms {
                    self.durations.add(place(took_ms), 1.0);
                }
            }
            End::Failed | End::WillRetry => self.failed += 1,
            End::Running => {
                self.running += 1;
                if let Some(took_ms) = took_ms {
                    self.censored.add(place(took_ms), 1.0);
                }
            }
            End::Released | End::Lost => {}
        }
    }
}

impl Totals {
    fn add(&mut self, end: End, took_ms: Option<f64>, waited_ms: Option<f64>) {
        let counter = match end {
            End::Completed => &mut self.completed,
            End::Failed => &mut self.failed,
            End::WillRetry => &mut self.retried,
            End::Released => &mut self.released,
            End::Lost => &mut self.lost,
            End::Running => &mut self.running,
        };
        *counter += 1;
        if end != End::Completed {
            return;
        }
        if let Some(took_ms) = took_ms {
            self.durations.add(place(took_ms), 1.0);
            self.duration_ms_sum += took_ms;
        }
        if let Some(waited_ms) = waited_ms {
            self.waits.add(place(waited_ms), 1.0);
            self.wait_ms_sum += waited_ms;
        }
    }

    fn work(&self) -> Work {
        Work {
            claimed: self.claimed,
            completed: self.completed,
            failed: self.failed,
            retried: self.retried,
            released: self.released,
            lost: self.lost,
            running: self.running,
            durations: Durations::of(&self.durations, self.duration_ms_sum),
            waits: Durations::of(&self.waits, self.wait_ms_sum),
        }
    }
}

impl Durations {
    pub(crate) fn of(sketch: &Sketch, sum_ms: f64) -> Self {
        let count = sketch.weight().round() as u64;
        let at = |share: f64| sketch.quantile_ms(share).map(to_micros);
        let tail = |share: f64| at(share).filter(|_| TAIL_MIN <= count);
        Self {
            count,
            mean_ms: (0 < count).then(|| to_micros(sum_ms / count as f64)),
            p50_ms: at(0.50),
            p95_ms: tail(0.95),
            p99_ms: tail(0.99),
        }
    }
}
