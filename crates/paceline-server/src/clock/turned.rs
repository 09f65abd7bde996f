//! The clock of tests, which is turned by hand. Owns how far it was turned; refuses to go by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use paceline_core::{Clock, Now, Steady, Timestamp};

/// 2026-09-21T14:13:20Z.
const START_MS: i64 = 1_790_000_000_000;

/// The wall and the steady clock are one.
#[derive(Debug)]
pub struct Turned(AtomicI64);

impl Turned {
    pub fn new() -> Arc<Self> {
        Self::at(START_MS)
    }

    pub fn at(now_ms: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(now_ms)))
    }

    /// Answers what it shows then.
    pub fn turn(&self, ms: i64) -> i64 {
        self.0.fetch_add(ms, SeqCst) + ms
    }

    pub fn now_ms(&self) -> i64 {
        self.0.load(SeqCst)
    }
}

impl Clock for Turned {
    fn now(&self) -> Now {
        let now_ms = self.now_ms();
        Now {
            wall: Timestamp(now_ms),
            steady: Steady(now_ms),
        }
    }

    fn stopwatch_ns(&self) -> u64 {
        self.now_ms().unsigned_abs() * 1_000_000
    }
}
