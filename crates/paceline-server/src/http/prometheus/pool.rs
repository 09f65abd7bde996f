//! Where questions are worked on. Owns how many run and wait, for how long, how each is stopped when
//! its client goes away, and that each is counted and timed; refuses to know what is asked.
//!
//! ```text
//! line (running + waiting, else 503) -> place (running) -> a thread that may block
//!        deadline and disconnection trip the `Cancel` that the work looks at
//! ```

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use paceline_core::Clock;
use paceline_promql::{Cancel, CancelOnDrop, Options};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::failure::{ErrorType, Failure};
use super::out::{Out, Unread};
use super::parameters::STEPS_MAX;
use crate::http::app::App;
use crate::recorder::Recorder;
use crate::recorder::questions::{Ending, Kind};

/// What questions may cost together and each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryLimits {
    pub timeout: Duration,
    pub running_max: usize,
    pub waiting_max: usize,
    /// Samples in memory at one time, of one question.
    pub samples_max: u64,
    /// Series of one selector.
    pub series_max: u64,
    /// Bytes of one question's results, intermediate ones included.
    pub memory_bytes_max: u64,
    /// A question that took longer is logged.
    pub slow: Duration,
    pub lookback_ms: i64,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(120),
            running_max: 4,
            waiting_max: 64,
            samples_max: 50_000_000,
            series_max: 1_000_000,
            memory_bytes_max: 1 << 30,
            slow: Duration::from_secs(5),
            lookback_ms: 300_000,
        }
    }
}

pub struct Questions {
    pub limits: QueryLimits,
    pub clock: Arc<dyn Clock>,
    line: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// What the work gets beside its question.
pub struct Desk<'a> {
    pub cancel: &'a Cancel,
    pub queued: Duration,
}

/// Why the work ended without an answer.
pub enum Ended {
    Failed(Failure),
    Unread,
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Unread> for Ended {
    fn from(Unread: Unread) -> Self {
        Self::Unread
    }
}

impl Questions {
    #[must_use]
    pub fn new(limits: QueryLimits, clock: Arc<dyn Clock>) -> Self {
        Self {
            limits,
            clock,
            line: Arc::new(Semaphore::new(limits.running_max + limits.waiting_max)),
            places: Arc::new(Semaphore::new(limits.running_max)),
        }
    }

    /// What every evaluation is bounded by.
    pub fn options(&self, lookback_ms: Option<i64>) -> Options {
        let clock = Arc::clone(&self.clock);
        Options {
            lookback_ms: lookback_ms.unwrap_or(self.limits.lookback_ms),
            samples_max: self.limits.samples_max,
            series_max: self.limits.series_max,
            // Prometheus counts the distances between points.
            steps_max: STEPS_MAX.unsigned_abs() + 1,
            memory_bytes_max: self.limits.memory_bytes_max,
            clock: Some(Arc::new(move || Duration::from_nanos(clock.stopwatch_ns()))),
            ..Options::default()
        }
    }

    /// Waits for one of the places; the semaphore is never closed.
    pub async fn place(self: Arc<Self>) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    /// # Errors
    /// When too many are waiting.
    pub fn join_line(&self) -> Result<OwnedSemaphorePermit, Failure> {
        Arc::clone(&self.line).try_acquire_owned().map_err(|_| {
            let limits = &self.limits;
            Failure::new(
                ErrorType::Unavailable,
                format!(
                    "{} queries are running and {} are waiting, which is the most; try again in a \
                     second",
                    limits.running_max, limits.waiting_max
                ),
            )
        })
    }
}

/// What is asked, for the record and the log.
pub struct Asked {
    pub kind: Kind,
    pub text: String,
    pub timeout: Duration,
}

/// Runs `work` on a thread of the pool; it writes the answer.
///
/// # Errors
/// When there is no room, or no answer in time.
pub async fn ask(
    app: Arc<App>,
    headers: &HeaderMap,
    asked: Asked,
    work: impl FnOnce(&App, &Desk<'_>, &mut Out) -> Result<(), Ended> + Send + 'static,
) -> Result<Response, Failure> {
    let questions = Arc::clone(&app.questions);
    let in_line = questions.join_line()?;
    let timeout = asked.timeout;
    let cancel = Cancel::new();
    // When the client goes away, this future is dropped where it waits.
    let _gone = CancelOnDrop(cancel.clone());
    let (head, answer) = oneshot::channel();
    let out = Out::new(head, headers);
    let since_ns = questions.clock.stopwatch_ns();
    // One timer for the way to a place and the work there.
    let mut timer = pin!(tokio::time::sleep(timeout));
    let place = tokio::select! {
        place = Arc::clone(&questions).place() => place,
        () = timer.as_mut() => {
            let recorder = app.operations.recorder();
            recorder.questions.add(asked.kind, Ending::Timeout, timeout);
            return Err(timed_out("query queue", timeout));
        }
    };
    let seat = Seat {
        app,
        asked,
        cancel: cancel.clone(),
        since_ns,
        _permits: (in_line, place),
    };
    tokio::task::spawn_blocking(move || seat.work(out, work));
    tokio::select! {
        answer = answer => answer.map_err(|_| {
            let message = "the query ended without an answer; the server's log has the cause";
            Failure::new(ErrorType::Internal, message)
        }),
        () = timer => {
            cancel.time_out();
            Err(timed_out("expression evaluation", timeout))
        }
    }
}

pub fn timed_out(place: &str, timeout: Duration) -> Failure {
    let seconds = timeout.as_secs_f64();
    let message = format!("query timed out in {place} after {seconds} s");
    Failure::new(ErrorType::Timeout, message)
}

/// One question on its thread.
struct Seat {
    app: Arc<App>,
    asked: Asked,
    cancel: Cancel,
    since_ns: u64,
    _permits: (OwnedSemaphorePermit, Option<OwnedSemaphorePermit>),
}

impl Seat {
    fn work(self, mut out: Out, work: impl FnOnce(&App, &Desk<'_>, &mut Out) -> Result<(), Ended>) {
        let desk = Desk {
            cancel: &self.cancel,
            queued: self.elapsed(),
        };
        // Counted before the answer's end leaves: whoever has an answer finds it counted.
        match work(&self.app, &desk, &mut out) {
            Ok(()) => {
                self.close(Ending::Ok);
                // Nobody reads any more: the work was done all the same.
                let _ = out.finish();
            }
            Err(Ended::Unread) => self.close(Ending::Canceled),
            Err(Ended::Failed(failure)) => {
                self.close(ending_of(failure.kind));
                out.fail(failure.into_response());
            }
        }
    }

    fn elapsed(&self) -> Duration {
        let now_ns = self.app.questions.clock.stopwatch_ns();
        Duration::from_nanos(now_ns.saturating_sub(self.since_ns))
    }

    fn close(&self, ending: Ending) {
        let (recorder, limits) = (self.app.operations.recorder(), &self.app.questions.limits);
        note(recorder, limits, &self.asked, ending, self.elapsed());
    }
}

/// Counts a question that has ended, and logs it when it was slow.
pub fn note(
    recorder: &Recorder,
    limits: &QueryLimits,
    asked: &Asked,
    ending: Ending,
    took: Duration,
) {
    recorder.questions.add(asked.kind, ending, took);
    if limits.slow <= took {
        let shown: String = asked.text.chars().take(500).collect();
        tracing::warn!(
            query = shown,
            kind = asked.kind.as_str(),
            outcome = ending.as_str(),
            seconds = took.as_secs_f64(),
            "a slow query"
        );
    }
}

pub fn ending_of(kind: ErrorType) -> Ending {
    match kind {
        ErrorType::Timeout => Ending::Timeout,
        ErrorType::Canceled => Ending::Canceled,
        ErrorType::Internal => Ending::Error,
        _ => Ending::Rejected,
    }
}
