//! What a question may cost and how it is stopped. Owns the limits' names and defaults and the flag
//! that the caller trips; refuses to watch a clock itself.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// A monotonic clock of the caller's, for the timings in the answer.
pub type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

#[derive(Clone)]
pub struct Options {
    /// How far back an instant selector looks for the last sample, in milliseconds.
    pub lookback_ms: i64,
    /// The step of a subquery that names none, in milliseconds.
    pub subquery_step_ms: i64,
    /// Samples in memory at one time, as Prometheus's `query.max-samples`.
    pub samples_max: u64,
    /// Series that one selector may bring.
    pub series_max: u64,
    /// Points of a range query.
    pub steps_max: u64,
    /// Bytes of intermediate and final results at one time.
    pub memory_bytes_max: u64,
    /// Prometheus's feature `promql-delayed-name-removal`: `__name__` goes at the end of the
    /// evaluation instead of at the function that drops it. Off, as there.
    pub delayed_name_removal: bool,
    /// Without one, the timings are zero.
    pub clock: Option<Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lookback_ms: 300_000,
            subquery_step_ms: 60_000,
            samples_max: 50_000_000,
            series_max: 1_000_000,
            steps_max: 11_000,
            memory_bytes_max: 1 << 30,
            delayed_name_removal: false,
            clock: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("lookback_ms", &self.lookback_ms)
            .field("samples_max", &self.samples_max)
            .field("series_max", &self.series_max)
            .field("steps_max", &self.steps_max)
            .field("memory_bytes_max", &self.memory_bytes_max)
            .finish_non_exhaustive()
    }
}

const RUNNING: u8 = 0;
const TIMED_OUT: u8 = 1;
const CANCELED: u8 = 2;

/// Stops an evaluation from another thread; clones share one flag. The first reason stays.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicU8>);

/// Cancels when it goes: for a future that is dropped where it waits, because nobody waits for it.
#[derive(Debug)]
pub struct CancelOnDrop(pub Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Why an evaluation was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    TimedOut,
    Canceled,
}

impl Cancel {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The client went away.
    pub fn cancel(&self) {
        self.trip(CANCELED);
    }

    /// The deadline passed.
    pub fn time_out(&self) {
        self.trip(TIMED_OUT);
    }

    #[must_use]
    pub fn stopped(&self) -> Option<Stopped> {
        match self.0.load(Ordering::Relaxed) {
            RUNNING => None,
            TIMED_OUT => Some(Stopped::TimedOut),
            _ => Some(Stopped::Canceled),
        }
    }

    fn trip(&self, reason: u8) {
        // A second reason loses: the client is told what happened first.
        let _ = self
            .0
            .compare_exchange(RUNNING, reason, Ordering::Relaxed, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Cancel, Stopped};

    #[test]
    fn the_first_reason_to_stop_stays() {
        let cancel = Cancel::new();
        assert_eq!(cancel.stopped(), None);
        cancel.clone().time_out();
        cancel.cancel();
        assert_eq!(cancel.stopped(), Some(Stopped::TimedOut));
    }
}
