//! The one place where the product measures itself. Owns a measurement from its opening to the
//! histogram, the sample and the live figures it ends in; refuses to be skipped: the store is only
//! reachable through [`crate::operations`]' gate, and the gate opens one of these.
//!
//! Its own cost is measured too (`paceline_recorder_seconds`): closing a measurement adds to a few
//! counters and, for at most [`reservoir::LINES_MAX`] operations a second, copies a line's facts;
//! text is made and written by the sink's thread.

pub mod agents;
pub mod counts;
pub mod exposition;
pub mod families;
pub mod family;
pub mod histogram;
pub mod live;
pub mod questions;
pub mod reservoir;
pub mod sink;
pub mod window;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use paceline_api::Operation;
use paceline_core::{Clock, Timestamp};
use paceline_store::Stages;
use parking_lot::Mutex;

use agents::AgentBooks;
use counts::{AgentCounts, Counted};
use families::Gauges;
use histogram::Histogram;
use live::LiveCounts;
use questions::Questions;
use reservoir::Reservoir;
use window::{Snapshot, Window};

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    /// A rule said no.
    Rejected,
    /// Something broke.
    Error,
    /// The caller went away before the answer.
    Cancelled,
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Ok, Self::Rejected, Self::Error, Self::Cancelled];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Rejected => "rejected",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Names of the stages, in the order of their time.
pub const STAGES: [&str; 3] = ["queue", "execute", "commit"];

/// One finished operation, as the record keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Closed {
    pub operation: Operation,
    /// When it ended.
    pub at: Timestamp,
    pub duration_ns: u64,
    pub outcome: Outcome,
    pub stages: Stages,
    pub surface: &'static str,
    pub agent_id: Option<String>,
    pub session_id: Option<String>,
    pub subject: Option<String>,
    pub error: Option<&'static str>,
}

/// Everything kept of one operation.
#[derive(Debug)]
struct Book {
    duration: [Histogram; 4],
    stages: [Histogram; 3],
    lines: Mutex<Reservoir<Closed>>,
}

/// The record of one server.
pub struct Recorder {
    clock: Arc<dyn Clock>,
    books: Vec<Book>,
    own_cost: Histogram,
    gauges: Mutex<Gauges>,
    has_gauges: AtomicBool,
    others: Mutex<Vec<OtherFamilies>>,
    pub agents: AgentBooks,
    pub agent_counts: AgentCounts,
    pub window: Window,
    listener: OnceLock<Listener>,
    pub task_wait: Histogram,
    pub message_delivery: Histogram,
    pub leader_failover: Histogram,
    pub agents_died: AtomicU64,
    pub questions: Questions,
    pub live: Arc<LiveCounts>,
    task_durations: Mutex<std::collections::BTreeMap<String, Arc<Histogram>>>,
    tool_timings: Mutex<Vec<crate::record_format::ToolRecord<'static>>>,
    tool_timings_dropped: AtomicU64,
}

/// What another part of the server counts.
pub type OtherFamilies = Box<dyn Fn() -> Vec<family::Family<'static>> + Send + Sync>;

/// What happened just now, lent to a listener.
pub enum Fact<'f> {
    Closed {
        operation: Operation,
        at: Timestamp,
        duration_ns: u64,
        outcome: Outcome,
        agent_id: Option<&'f str>,
        subject: Option<&'f str>,
        error: Option<&'static str>,
        /// How many operations of that agent there are now.
        counted: Option<Counted>,
    },
    ToolCalls(&'f [crate::record_format::ToolRecord<'static>]),
    /// The window was read anew.
    Windowed,
}

/// Hears of facts while `open` says so, on the thread of whoever waits for an answer: it must not
/// wait.
pub struct Listener {
    pub open: Arc<AtomicBool>,
    pub hear: Box<dyn Fn(&Fact<'_>) + Send + Sync>,
}

/// Distinct agent types that get a histogram of their own; the rest share `other`.
const TASK_TYPES_MAX: usize = 200;
const TOOL_TIMINGS_WAITING_MAX: usize = 100_000;

impl Recorder {
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let seed = clock.stopwatch_ns() | 1;
        let books = Operation::ALL.iter().map(|_| Book::new(seed)).collect();
        Self {
            clock,
            books,
            own_cost: Histogram::default(),
            gauges: Mutex::default(),
            has_gauges: AtomicBool::new(false),
            others: Mutex::default(),
            agents: AgentBooks::default(),
            agent_counts: AgentCounts::default(),
            window: Window::default(),
            listener: OnceLock::new(),
            task_wait: Histogram::default(),
            message_delivery: Histogram::default(),
            leader_failover: Histogram::default(),
            agents_died: AtomicU64::new(0),
            questions: Questions::default(),
            live: Arc::default(),
            task_durations: Mutex::default(),
            tool_timings: Mutex::default(),
            tool_timings_dropped: AtomicU64::new(0),
        }
    }

    #[must_use]
    pub fn begin(&self, operation: Operation, surface: &'static str) -> Measurement<'_> {
        Measurement {
            recorder: self,
            started_ns: self.clock.stopwatch_ns(),
            closed: false,
            facts: Facts {
                operation,
                surface,
                agent_id: None,
                session_id: None,
                subject: None,
            },
            stages: Stages::default(),
        }
    }

    /// Something that nobody calls but that takes time all the same: a delivery, a failover.
    pub fn observe(&self, operation: Operation, duration_ms: i64, subject: Option<String>) {
        let duration_ns = u64::try_from(duration_ms)
            .unwrap_or(0)
            .saturating_mul(1_000_000);
        match operation {
            Operation::MessageDeliver => self.message_delivery.add(duration_ns),
            Operation::LeaderFailover => self.leader_failover.add(duration_ns),
            _ => {}
        }
        let facts = Facts {
            operation,
            surface: "internal",
            agent_id: None,
            session_id: None,
            subject,
        };
        self.close(&facts, duration_ns, Stages::default(), Outcome::Ok, None);
    }

    pub fn task_finished(&self, agent_type: Option<&str>, ran_ms: i64) {
        let ns = u64::try_from(ran_ms).unwrap_or(0).saturating_mul(1_000_000);
        let histogram = {
            let mut all = self.task_durations.lock();
            let name = agent_type.unwrap_or("");
            let name = if all.contains_key(name) || all.len() < TASK_TYPES_MAX {
                name
            } else {
                "other"
            };
            all.entry(name.to_owned()).or_default().clone()
        };
        histogram.add(ns);
    }

    /// Lines for `tool-timing.jsonl`; what does not fit while the disk is slow is counted.
    pub fn tool_calls(&self, lines: Vec<crate::record_format::ToolRecord<'static>>) {
        self.agents.tool_calls(&lines, self.clock.now().wall.0);
        self.tell(|| Fact::ToolCalls(&lines));
        let mut waiting = self.tool_timings.lock();
        let room = TOOL_TIMINGS_WAITING_MAX.saturating_sub(waiting.len());
        let dropped = lines.len().saturating_sub(room);
        waiting.extend(lines.into_iter().take(room));
        self.tool_timings_dropped.fetch_add(dropped as u64, Relaxed);
    }

    /// Tells of everything from now on. There is one listener; another one is not heard.
    pub fn listen(&self, listener: Listener) {
        let _ = self.listener.set(listener);
    }

    fn tell<'f>(&self, fact: impl FnOnce() -> Fact<'f>) {
        if let Some(listener) = self.listener.get()
            && listener.open.load(Relaxed)
        {
            (listener.hear)(&fact());
        }
    }

    /// Reads all histograms for the window; to be called once a second.
    pub fn read_window(&self) {
        let now_ns = self.clock.stopwatch_ns();
        let snapshot = Snapshot::take(now_ns, &self.books, self.task_wait.read());
        self.window.add(snapshot);
        self.tell(|| Fact::Windowed);
    }

    pub fn set_gauges(&self, gauges: Gauges) {
        *self.gauges.lock() = gauges;
        self.has_gauges.store(true, Relaxed);
    }

    /// Whether the fleet's state was read since the start.
    #[must_use]
    pub fn has_gauges(&self) -> bool {
        self.has_gauges.load(Relaxed)
    }

    /// As of the last reading of the fleet's state.
    #[must_use]
    pub fn tasks_ready(&self) -> Option<u64> {
        let ready = self.gauges.lock().tasks[paceline_core::task::Status::Ready as usize];
        self.has_gauges().then_some(ready)
    }

    /// Series that another part of the server counts itself; asked for at every reading.
    pub fn add_families(&self, others: OtherFamilies) {
        self.others.lock().push(others);
    }

    /// Mean nanoseconds that closing a measurement takes, and how many were closed.
    #[must_use]
    pub fn own_cost(&self) -> (f64, u64) {
        let reading = self.own_cost.read();
        #[expect(clippy::cast_precision_loss, reason = "a mean for people")]
        let mean = reading.sum_ns as f64 / reading.count().max(1) as f64;
        (mean, reading.count())
    }

    fn book(&self, operation: Operation) -> &Book {
        // The list of books is made from the same list, in the same order.
        &self.books[operation as usize]
    }

    fn close(
        &self,
        facts: &Facts,
        duration_ns: u64,
        stages: Stages,
        outcome: Outcome,
        error: Option<&'static str>,
    ) {
        let begun_ns = self.clock.stopwatch_ns();
        let book = self.book(facts.operation);
        book.duration[outcome as usize].add(duration_ns);
        let parts = [stages.queue_ns, stages.execute_ns, stages.commit_ns];
        if parts != [0; 3] {
            book.stages
                .iter()
                .zip(parts)
                .for_each(|(stage, ns)| stage.add(ns));
        }
        let at = self.clock.now().wall;
        book.lines
            .lock()
            .offer(|| facts.closed(at, duration_ns, stages, outcome, error));
        let is_error = matches!(outcome, Outcome::Rejected | Outcome::Error);
        let agent_id = facts.agent_id.as_deref();
        let counted = agent_id.and_then(|agent| self.agent_counts.add(agent, is_error, at.0));
        self.tell(|| Fact::Closed {
            operation: facts.operation,
            at,
            duration_ns,
            outcome,
            agent_id,
            subject: facts.subject.as_deref(),
            error,
            counted,
        });
        self.own_cost
            .add(self.clock.stopwatch_ns().saturating_sub(begun_ns));
    }
}

impl Book {
    fn new(seed: u64) -> Self {
        Self {
            duration: Default::default(),
            stages: Default::default(),
            lines: Mutex::new(Reservoir::new(seed)),
        }
    }
}

#[derive(Clone, Debug)]
struct Facts {
    operation: Operation,
    surface: &'static str,
    agent_id: Option<String>,
    session_id: Option<String>,
    subject: Option<String>,
}

impl Facts {
    fn closed(
        &self,
        at: Timestamp,
        duration_ns: u64,
        stages: Stages,
        outcome: Outcome,
        error: Option<&'static str>,
    ) -> Closed {
        Closed {
            operation: self.operation,
            at,
            duration_ns,
            outcome,
            stages,
            surface: self.surface,
            agent_id: self.agent_id.clone(),
            session_id: self.session_id.clone(),
            subject: self.subject.clone(),
            error,
        }
    }
}

/// An open measurement. Dropped without being closed, it counts as cancelled by its caller.
pub struct Measurement<'r> {
    recorder: &'r Recorder,
    started_ns: u64,
    closed: bool,
    facts: Facts,
    stages: Stages,
}

impl Measurement<'_> {
    pub fn by(&mut self, agent_id: Option<&str>, session_id: Option<&str>) {
        self.facts.agent_id = agent_id.map(str::to_owned);
        self.facts.session_id = session_id.map(str::to_owned);
    }

    pub fn about(&mut self, subject: &str) {
        if !subject.is_empty() {
            self.facts.subject = Some(subject.to_owned());
        }
    }

    /// Starts the time anew: what came before was waiting for others, not work.
    pub fn restart(&mut self) {
        self.started_ns = self.recorder.clock.stopwatch_ns();
        self.stages = Stages::default();
    }

    pub fn stages(&mut self, stages: Stages) {
        self.stages.queue_ns += stages.queue_ns;
        self.stages.execute_ns += stages.execute_ns;
        self.stages.commit_ns += stages.commit_ns;
    }

    /// Ends it. `error` is the code that the caller gets.
    pub fn close(mut self, outcome: Outcome, error: Option<&'static str>) {
        self.end(outcome, error);
    }

    fn end(&mut self, outcome: Outcome, error: Option<&'static str>) {
        self.closed = true;
        let duration_ns = self
            .recorder
            .clock
            .stopwatch_ns()
            .saturating_sub(self.started_ns);
        self.recorder
            .close(&self.facts, duration_ns, self.stages, outcome, error);
    }
}

impl Drop for Measurement<'_> {
    fn drop(&mut self) {
        if !self.closed {
            self.end(Outcome::Cancelled, Some("cancelled"));
        }
    }
}
