//! The one place that reads the machine's clocks. Owns the wall and the steady clock; refuses to
//! let anybody else have one.

#[cfg(test)]
pub mod turned;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use paceline_core::{Clock, Now, Steady, Timestamp};

/// Wall time from the system, steady time from the monotonic clock, started at the wall time of
/// the process's start so that it goes on from where an earlier process left off.
#[derive(Debug)]
pub struct SystemClock {
    start_wall_ms: i64,
    start: Instant,
}

impl SystemClock {
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where time enters")]
    pub fn start() -> Self {
        Self {
            start_wall_ms: wall_ms(),
            start: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Now {
        Now {
            wall: Timestamp(wall_ms()),
            steady: Steady(
                self.start_wall_ms
                    .saturating_add(millis(self.start.elapsed())),
            ),
        }
    }

    fn wall_us(&self) -> i64 {
        wall().map_or(0, |since| {
            i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
        })
    }

    fn stopwatch_ns(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

fn wall_ms() -> i64 {
    wall().map_or(0, millis)
}

/// A clock before 1970 is a machine that does not know the time yet; its records start at zero.
#[expect(clippy::disallowed_methods, reason = "this is where time enters")]
fn wall() -> Option<Duration> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok()
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
