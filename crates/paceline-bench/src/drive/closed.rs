//! The closed loop: every client sends its next request when its last was answered. Owns the
//! search for the maximum; refuses to speak of latency under a given load, which it cannot see.

use anyhow::Result;
use tokio::task::JoinSet;

use super::{CONSECUTIVE_ERRORS_MAX, Shared, Step, Worker};
use crate::clock;
use crate::tally::Tally;

/// Keeps all workers busy until the window ends.
pub async fn closed<W: Worker>(workers: Vec<W>, shared: Shared) -> Tally {
    let mut running = JoinSet::new();
    for worker in workers {
        running.spawn(work(worker, shared.clone()));
    }
    shared.finish(running).await
}

async fn work<W: Worker>(mut worker: W, shared: Shared) {
    let mut consecutive_errors = 0;
    let mut started = clock::now();
    while !is_over(&shared, started) {
        let step = worker.step().await;
        let ended = clock::now();
        if let Ok(Step::Exhausted) = step {
            return;
        }
        consecutive_errors = if step.is_ok() {
            0
        } else {
            consecutive_errors + 1
        };
        if consecutive_errors == CONSECUTIVE_ERRORS_MAX {
            return;
        }
        count(&shared, step, started, ended);
        started = ended;
    }
}

/// A run whose single operation is longer than its window goes on until it has one.
fn is_over(shared: &Shared, now: std::time::Instant) -> bool {
    shared.interrupt.is_raised() || (shared.window.is_over(now) && shared.tally().has_some())
}

fn count(
    shared: &Shared,
    step: Result<Step>,
    started: std::time::Instant,
    ended: std::time::Instant,
) {
    shared.step_is_over();
    let mut tally = shared.tally();
    // Errors of the warm-up count: there is no phase in which they do not matter.
    let latency = match step {
        Err(error) => return tally.fail(|| format!("{error:#}")),
        Ok(Step::Took(latency)) => {
            tally.is_part_of_steps = true;
            latency
        }
        Ok(Step::Done | Step::Exhausted) => ended - started,
    };
    let is_only_one = shared.window.is_over(ended) && tally.operations() == 0;
    if shared.window.contains(ended) || is_only_one {
        tally.record(latency, ended);
    }
}
