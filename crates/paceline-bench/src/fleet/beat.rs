//! The open loop's beat without an end. Owns handing each arrival, with the time that it was due, to
//! the next free connection; refuses to slow down with the server.
//!
//! Arrivals are let go every millisecond: waking for each one of two thousand a second cost more
//! processor time than sending them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval};

use crate::clock;
use crate::schedule::Schedule;

const TICK: Duration = Duration::from_millis(1);

pub struct Beat {
    schedule: Schedule,
    begun: Instant,
    released: Semaphore,
    next: AtomicU64,
}

impl Beat {
    pub fn new(per_second: u64, begun: Instant) -> Self {
        Self {
            schedule: Schedule::new(per_second),
            begun,
            released: Semaphore::new(0),
            next: AtomicU64::new(0),
        }
    }

    /// How many are due by then.
    pub fn due(&self, now: Instant) -> u64 {
        self.schedule.due(now.saturating_duration_since(self.begun))
    }

    /// How many a connection took.
    pub fn sent(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    pub async fn run(&self) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut released = 0;
        loop {
            ticks.tick().await;
            released += self.release(released, clock::now());
        }
    }

    fn release(&self, released: u64, now: Instant) -> u64 {
        let more = self.due(now).saturating_sub(released);
        self.released
            .add_permits(usize::try_from(more).unwrap_or(usize::MAX));
        more
    }

    /// Waits for an arrival; answers when it was due.
    pub async fn next(&self) -> Option<Instant> {
        self.released.acquire().await.ok()?.forget();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Some(self.begun + self.schedule.intended(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_arrival_has_the_time_that_it_was_due_however_late_it_is_let_go() {
        let begun = clock::now();
        let beat = Beat::new(1_000, begun);
        let after = |ms| begun + Duration::from_millis(ms);
        assert_eq!(beat.release(0, after(0)), 1);
        assert_eq!(beat.release(1, after(3)), 3);
        assert_eq!(beat.release(4, after(3)), 0);
        for ms in 0..4 {
            assert_eq!(beat.next().await, Some(after(ms)));
        }
        assert_eq!((beat.sent(), beat.due(after(5))), (4, 6));
    }
}
