//! Load. Owns how workers are kept busy, for how long, and which of their operations count;
//! refuses to know what an operation is.

mod closed;
mod open;
mod warm_up;
mod window;

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;

pub use closed::closed;
pub use open::open;
pub use warm_up::WARM_UP_MAX;
pub use window::Window;

use crate::clock;
use crate::interrupt::Interrupt;
use crate::tally::Tally;
use warm_up::{WINDOW, WarmUp};

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
    /// The operation was a part of the step and took this long. Only for closed loops: an arrival
    /// that waits for its preparation would be late through no fault of the server.
    Took(Duration),
    /// There is nothing left to do.
    Exhausted,
}

/// What the workers of one run share. They all live on one thread, so the lock is never contended.
#[derive(Clone, Debug)]
pub struct Shared {
    pub window: Window,
    pub interrupt: Interrupt,
    tally: Arc<Mutex<Tally>>,
    /// Operations since the start, those of the warm-up included.
    done: Arc<AtomicU64>,
}

impl Shared {
    pub fn new(window: Window, interrupt: Interrupt) -> Self {
        Self {
            window,
            interrupt,
            tally: Arc::default(),
            done: Arc::default(),
        }
    }

    /// Watches the throughput until the run is warm, then lets it count.
    pub async fn warm_up(&self) {
        let mut rule = WarmUp::default();
        let latest = self.window.begin() + self.window.warm_up_max();
        while !self.window.is_open() {
            let left = latest.saturating_duration_since(clock::now());
            tokio::time::sleep(WINDOW.min(left)).await;
            let is_warm = rule.tick(self.done.load(Ordering::Relaxed));
            let now = clock::now();
            if is_warm || latest <= now {
                self.window.open(now, is_warm);
            }
        }
    }

    fn step_is_over(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Waits for all workers, gives up on those that are stuck, and answers what was counted.
    async fn finish(self, mut workers: JoinSet<()>) -> Tally {
        let deadline = tokio::time::Instant::from_std(self.window.until_at_most() + GRACE);
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
