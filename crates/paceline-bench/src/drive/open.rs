//! The open loop: requests arrive when they are due, whether or not earlier ones were answered.
//! Owns latency under a given load, measured from the intended time; refuses to slow down with
//! the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::Result;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{CONSECUTIVE_ERRORS_MAX, Shared, Step, Window, Worker};
use crate::clock;
use crate::interrupt::Interrupt;
use crate::schedule::Schedule;
use crate::tally::Tally;

/// Hands each arrival to the next free worker. Where none is free the arrival waits, and that
/// wait is part of its latency.
pub async fn open<W: Worker>(workers: Vec<W>, per_second: u64, shared: Shared) -> Tally {
    let arrivals = Arc::new(Arrivals {
        schedule: Schedule::new(per_second),
        due: Semaphore::new(0),
        next: AtomicU64::new(0),
        window: shared.window.clone(),
    });
    let interrupt = shared.interrupt.clone();
    let pacer = Pacer {
        arrivals: arrivals.clone(),
        interrupt: interrupt.clone(),
        workers: workers.len(),
    };
    // A thread of its own: the runtime's timers tick in milliseconds, and a thread that sleeps
    // wakes within 0.1 ms. Spinning would be exacter and would take half of the machine.
    let pacing = std::thread::spawn(move || pacer.run());
    let mut running = JoinSet::new();
    for worker in workers {
        running.spawn(work(worker, arrivals.clone(), shared.clone()));
    }
    let mut tally = shared.finish(running).await;
    let _ = pacing.join();
    if !interrupt.is_raised() {
        count_unsent(&mut tally, &arrivals);
    }
    tally
}

struct Arrivals {
    schedule: Schedule,
    due: Semaphore,
    next: AtomicU64,
    window: Window,
}

impl Arrivals {
    /// Waits for an arrival and answers when it was meant to happen; none after the last.
    async fn next(&self) -> Option<Instant> {
        self.due.acquire().await.ok()?.forget();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < self.total()).then(|| self.window.begin() + self.schedule.intended(number))
    }

    /// All that fall into the run, whose end is known once it is warm.
    fn total(&self) -> u64 {
        let before = |until| self.schedule.before(until - self.window.begin());
        self.window.until().map_or(u64::MAX, before)
    }
}

struct Pacer {
    arrivals: Arc<Arrivals>,
    interrupt: Interrupt,
    workers: usize,
}

impl Pacer {
    fn run(self) {
        let Arrivals {
            schedule,
            due,
            window,
            ..
        } = &*self.arrivals;
        let mut released = 0;
        while released < self.arrivals.total() && !self.interrupt.is_raised() {
            let elapsed = clock::now().saturating_duration_since(window.begin());
            let now_due = schedule.due(elapsed).min(self.arrivals.total());
            due.add_permits(usize::try_from(now_due - released).unwrap_or(usize::MAX));
            released = now_due;
            std::thread::sleep(schedule.intended(released).saturating_sub(elapsed));
        }
        // One more for each worker, so that all of them learn that it is over.
        due.add_permits(self.workers);
    }
}

async fn work<W: Worker>(mut worker: W, arrivals: Arc<Arrivals>, shared: Shared) {
    let mut consecutive_errors = 0;
    while let Some(intended) = arrivals.next().await {
        if shared.interrupt.is_raised() || consecutive_errors == CONSECUTIVE_ERRORS_MAX {
            return;
        }
        let step = worker.step().await;
        let ended = clock::now();
        match step {
            Ok(Step::Exhausted) => return,
            _ => {
                consecutive_errors = if step.is_ok() {
                    0
                } else {
                    consecutive_errors + 1
                }
            }
        }
        count(&shared, step, intended, ended);
    }
}

fn count(shared: &Shared, step: Result<Step>, intended: Instant, ended: Instant) {
    shared.step_is_over();
    let mut tally = shared.tally();
    match step {
        Err(error) => tally.fail(|| format!("{error:#}")),
        // Whatever was due inside the window counts, however late its answer: leaving out the
        // late ones would hide the worst of a stall.
        Ok(_) if shared.window.from().is_some_and(|from| from <= intended) => {
            tally.record(ended.saturating_duration_since(intended), ended);
        }
        Ok(_) => {}
    }
}

fn count_unsent(tally: &mut Tally, arrivals: &Arrivals) {
    let total = arrivals.total();
    let sent = arrivals.next.load(Ordering::Relaxed).min(total);
    let waiting = arrivals.due.available_permits() as u64;
    for _ in 0..waiting.min(total - sent) {
        tally.fail(|| "an arrival was never sent: the server fell behind".to_owned());
    }
}
