//! Load. Owns how workers are kept busy, for how long, and which of their operations count;
//! refuses to know what an operation is.

mod closed;
mod open;

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinSet;

pub use closed::closed;
pub use open::open;

use crate::clock;
use crate::interrupt::Interrupt;
use crate::tally::Tally;

/// A worker that meets nothing but errors stops, so that a dead server does not make a busy loop.
const CONSECUTIVE_ERRORS_MAX: u32 = 100;
/// How long after its end a run waits for answers that are still due.
const GRACE: Duration = Duration::from_secs(10);

/// One client. Its step is one operation, however many requests that takes.
pub trait Worker: Send + 'static {
    fn step(&mut self) -> impl Future<Output = Result<Step>> + Send;
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The whole step was the operation.
    Done,
    /// The operation was a part of the step and took this long.
    Took(Duration),
    /// There is nothing left to do.
    Exhausted,
}

/// When a run warms up and when it counts.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub begin: Instant,
    pub from: Instant,
    pub until: Instant,
}

impl Window {
    pub fn starting_now(warm_up: Duration, duration: Duration) -> Self {
        let begin = clock::now();
        let from = begin + warm_up;
        Self {
            begin,
            from,
            until: from + duration,
        }
    }
}

/// What the workers of one run share. They all live on one thread, so the lock is never contended.
#[derive(Clone, Debug)]
pub struct Shared {
    pub window: Window,
    pub interrupt: Interrupt,
    tally: Arc<Mutex<Tally>>,
}

impl Shared {
    pub fn new(window: Window, interrupt: Interrupt) -> Self {
        Self {
            window,
            interrupt,
            tally: Arc::default(),
        }
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Waits for all workers, gives up on those that are stuck, and answers what was counted.
    async fn finish(self, mut workers: JoinSet<()>) -> Tally {
        let deadline = tokio::time::Instant::from_std(self.window.until + GRACE);
        let interrupted = async {
            self.interrupt.raised(1).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        let all_ended = async { while workers.join_next().await.is_some() {} };
        tokio::select! {
            () = all_ended => {}
            () = tokio::time::sleep_until(deadline) => {}
            () = interrupted => {}
        }
        let stuck = workers.len();
        workers.abort_all();
        let mut tally = self.tally().clone();
        if !self.interrupt.is_raised() {
            for _ in 0..stuck {
                tally.fail(|| format!("no answer within {} s", GRACE.as_secs()));
            }
        }
        tally
    }
}

#[cfg(test)]
mod tests;
