//! Time as an argument. Owns the two notions of now and the seam through which they enter;
//! refuses to read any clock itself.
//!
//! *Wall* time is what people read in a record. It may jump. *Steady* time never goes back and is
//! what leases, terms of office and heartbeats are measured with. Both count milliseconds.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z on the wall clock.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Timestamp(pub i64);

/// Milliseconds on the server's steady clock, which starts near the wall time of the process start
/// and advances with the machine's monotonic clock.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Steady(pub i64);

/// The moment a command is decided at, on both clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    pub wall: Timestamp,
    pub steady: Steady,
}

impl Now {
    /// The wall time at which a steady deadline is expected to pass.
    #[must_use]
    pub fn wall_at(self, deadline: Steady) -> Timestamp {
        Timestamp(
            self.wall
                .0
                .saturating_add(deadline.0.saturating_sub(self.steady.0)),
        )
    }
}

/// Where time enters. The server gives the real one, tests a hand-turned one.
pub trait Clock: Send + Sync {
    fn now(&self) -> Now;

    /// The wall clock in microseconds, for those who compare it with another one. A clock that
    /// knows milliseconds only has them.
    fn wall_us(&self) -> i64 {
        self.now().wall.0.saturating_mul(1_000)
    }

    /// A stopwatch reading in nanoseconds, for durations only.
    fn stopwatch_ns(&self) -> u64;
}

macro_rules! millisecond_arithmetic {
    ($name:ident) => {
        impl Add<i64> for $name {
            type Output = Self;

            fn add(self, ms: i64) -> Self {
                Self(self.0.saturating_add(ms))
            }
        }

        impl Sub for $name {
            type Output = i64;

            /// Milliseconds between the two; negative when `other` is later.
            fn sub(self, other: Self) -> i64 {
                self.0.saturating_sub(other.0)
            }
        }
    };
}

millisecond_arithmetic!(Timestamp);
millisecond_arithmetic!(Steady);
