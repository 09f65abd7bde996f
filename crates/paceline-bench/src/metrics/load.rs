//! Pushing. Owns the connections, the order of pushes and when each is due; refuses to send a
//! series' samples out of order or one connection to run far ahead of another.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::fleet::Group;
use super::wire;
use crate::client::Client;
use crate::clock;
use crate::http::Request;
use crate::interrupt::Interrupt;
use crate::tally::Tally;

/// How many intervals the fastest connection may be ahead of the slowest: a subject that refuses
/// late samples must not see any.
const AHEAD_MAX: usize = 6;

/// One connection and the groups that it alone pushes.
pub struct Lane {
    client: Client,
    path: &'static str,
    pub groups: Vec<Group>,
}

/// Many connections.
pub struct Lanes {
    lanes: Vec<Lane>,
    pub interval_ms: i64,
    pub churn: Option<Churn>,
    pub interrupt: Interrupt,
}

/// When pushes go out.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// Each as soon as the one before it on its connection is answered.
    Rush,
    /// At its own time, counted from this moment.
    Steady(Instant),
}

/// Agents that are replaced by new ones while the load runs.
#[derive(Clone, Copy, Debug)]
pub struct Churn {
    pub every_intervals: usize,
    /// One group out of so many, in turns.
    pub one_in: usize,
    /// Added to the numbers of replaced agents, so that no name comes twice.
    pub names_apart: usize,
}

/// What a load came to.
pub struct Pushed {
    pub samples: u64,
    /// From when a push was due to its answer; only at a steady pace.
    pub tally: Tally,
    /// (seconds since the start, lag in milliseconds)
    pub lags: Vec<(f64, f64)>,
}

impl Lanes {
    /// Opens `count` connections and deals the groups out to them.
    pub async fn open(
        groups: Vec<Group>,
        count: usize,
        target: (std::net::SocketAddr, &'static str),
        interval_ms: i64,
        interrupt: Interrupt,
    ) -> Result<Self> {
        let (address, path) = target;
        let mut lanes = Vec::with_capacity(count);
        for _ in 0..count.clamp(1, groups.len().max(1)) {
            let client = Client::open(address).await?;
            lanes.push(Lane {
                client,
                path,
                groups: Vec::new(),
            });
        }
        let count = lanes.len();
        for (number, group) in groups.into_iter().enumerate() {
            lanes[number % count].groups.push(group);
        }
        Ok(Self {
            lanes,
            interval_ms,
            churn: None,
            interrupt,
        })
    }

    /// Pushes `intervals` intervals, the first beginning at `from_ms`.
    pub async fn push(&mut self, from_ms: i64, intervals: usize, pace: Pace) -> Result<Pushed> {
        let plan = Plan {
            from_ms,
            intervals,
            interval_ms: self.interval_ms,
            pace,
            churn: self.churn,
            interrupt: self.interrupt.clone(),
            progress: Arc::new(Progress::new(self.lanes.len())),
        };
        let mut running = JoinSet::new();
        for (number, lane) in self.lanes.drain(..).enumerate() {
            running.spawn(run(number, lane, plan.clone()));
        }
        let mut pushed = Pushed {
            samples: 0,
            tally: Tally::new(),
            lags: Vec::new(),
        };
        while let Some(done) = running.join_next().await {
            let (lane, one) = done.context("a connection's task ended early")??;
            self.lanes.push(lane);
            pushed.merge(one);
        }
        Ok(pushed)
    }
}

impl Pushed {
    fn merge(&mut self, other: Self) {
        self.samples += other.samples;
        self.tally.merge(&other.tally);
        self.lags.extend(other.lags);
    }
}

#[derive(Clone)]
struct Plan {
    from_ms: i64,
    intervals: usize,
    interval_ms: i64,
    pace: Pace,
    churn: Option<Churn>,
    interrupt: Interrupt,
    progress: Arc<Progress>,
}

impl Plan {
    /// How far away the names of this group's next agents are, where it is its turn.
    fn replacement(&self, interval: usize, place: usize) -> Option<usize> {
        let churn = self.churn?;
        let is_time = 0 < interval && interval.is_multiple_of(churn.every_intervals);
        let turn = interval / churn.every_intervals;
        (is_time && (place + turn).is_multiple_of(churn.one_in)).then_some(churn.names_apart)
    }
}

async fn run(number: usize, mut lane: Lane, plan: Plan) -> Result<(Lane, Pushed)> {
    let mut pushed = Pushed {
        samples: 0,
        tally: Tally::new(),
        lags: Vec::new(),
    };
    let done = plan.progress.finisher(number);
    for interval in 0..plan.intervals {
        if plan.interrupt.is_raised() {
            break;
        }
        plan.progress.wait_for_others(interval).await;
        let offset_ms = interval as i64 * plan.interval_ms;
        for (place, group) in lane.groups.iter_mut().enumerate() {
            if let Some(apart) = plan.replacement(interval, place) {
                group.replace(apart);
            }
            pushed.samples += group.series() as u64;
            let phase_ms = group.phase_ms();
            let body = group.push(plan.from_ms + offset_ms);
            let due = wait_until_due(plan.pace, offset_ms + phase_ms).await;
            send(&mut lane.client, lane.path, body).await?;
            if let (Some(due), Pace::Steady(begin)) = (due, plan.pace) {
                pushed.note(due, begin);
            }
        }
        plan.progress.advance(number, interval + 1);
    }
    drop(done);
    Ok((lane, pushed))
}

impl Pushed {
    fn note(&mut self, due: Instant, begin: Instant) {
        let now = clock::now();
        let lag = now.saturating_duration_since(due);
        self.tally.record(lag, now);
        let seconds = due.saturating_duration_since(begin).as_secs_f64();
        self.lags.push((seconds, lag.as_secs_f64() * 1e3));
    }
}

async fn wait_until_due(pace: Pace, after_ms: i64) -> Option<Instant> {
    let Pace::Steady(begin) = pace else {
        return None;
    };
    let due = begin + Duration::from_millis(u64::try_from(after_ms).unwrap_or_default());
    tokio::time::sleep_until(due.into()).await;
    Some(due)
}

/// Anything but a success is an error: a push that was refused in part would be cheaper than one
/// that was taken.
pub async fn send(client: &mut Client, path: &str, body: &[u8]) -> Result<()> {
    let request = Request {
        method: "POST",
        path,
        headers: wire::HEADERS,
        body,
    };
    client.send(&request).await?;
    Ok(())
}

/// How far each connection has come.
struct Progress {
    intervals: Mutex<Vec<usize>>,
    changed: Notify,
}

impl Progress {
    fn new(lanes: usize) -> Self {
        Self {
            intervals: Mutex::new(vec![0; lanes]),
            changed: Notify::new(),
        }
    }

    fn advance(&self, lane: usize, intervals: usize) {
        self.intervals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)[lane] = intervals;
        self.changed.notify_waiters();
    }

    fn slowest(&self) -> usize {
        let intervals = self
            .intervals
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        intervals.iter().copied().min().unwrap_or(usize::MAX)
    }

    async fn wait_for_others(&self, interval: usize) {
        loop {
            let changed = self.changed.notified();
            if interval <= self.slowest().saturating_add(AHEAD_MAX) {
                return;
            }
            changed.await;
        }
    }

    /// Marks a lane as done when it is dropped, so that a lane that fails holds nobody up.
    fn finisher(self: &Arc<Self>, lane: usize) -> Finisher {
        Finisher {
            progress: self.clone(),
            lane,
        }
    }
}

struct Finisher {
    progress: Arc<Progress>,
    lane: usize,
}

impl Drop for Finisher {
    fn drop(&mut self) {
        self.progress.advance(self.lane, usize::MAX);
    }
}
