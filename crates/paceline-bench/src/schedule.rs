//! When each request of an open loop is meant to be sent. Owns the arithmetic, on integers so that
//! a long run does not drift; refuses clocks: elapsed time is an argument.
//!
//! A closed loop cannot see a stall: while the server is stuck, the client sends nothing, so one
//! slow answer stands for the thousands of requests that would have waited. Gil Tene calls it
//! coordinated omission ("How NOT to measure latency", 2013). An open loop keeps the arrivals of
//! independent users and measures from the moment each was due.

use std::time::Duration;

/// Arrivals at even distances, without an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    per_second: u64,
}

const NANOS_PER_SECOND: u128 = 1_000_000_000;

impl Schedule {
    pub fn new(per_second: u64) -> Self {
        Self {
            per_second: per_second.max(1),
        }
    }

    /// When the arrival with this number, counted from 0, is meant to happen.
    pub fn intended(self, number: u64) -> Duration {
        let nanos = (u128::from(number) * NANOS_PER_SECOND).div_ceil(u128::from(self.per_second));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// How many arrivals are due after this time; the first is at once.
    pub fn due(self, elapsed: Duration) -> u64 {
        let whole = elapsed.as_nanos() * u128::from(self.per_second) / NANOS_PER_SECOND;
        u64::try_from(whole).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// How many arrivals are meant to happen before this time.
    pub fn before(self, span: Duration) -> u64 {
        match span.checked_sub(Duration::from_nanos(1)) {
            Some(last) => self.due(last),
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_are_spread_evenly_and_never_drift() {
        let check = |per_second, number, expected_nanos| {
            let schedule = Schedule::new(per_second);
            assert_eq!(
                schedule.intended(number),
                Duration::from_nanos(expected_nanos)
            );
        };
        check(1_000, 0, 0);
        check(1_000, 1, 1_000_000);
        check(3, 1, 333_333_334);
        check(3, 3, 1_000_000_000);
        check(3, 3_000_000, 1_000_000_000_000_000);
        check(30_000, 30_000 * 86_400, 86_400 * 1_000_000_000);
    }

    #[test]
    fn an_arrival_is_due_exactly_from_its_intended_time() {
        for per_second in [1, 3, 7, 999, 1_000, 30_000, 999_983] {
            let schedule = Schedule::new(per_second);
            for number in [0, 1, 2, 10, 99] {
                let intended = schedule.intended(number);
                assert_eq!(schedule.due(intended), number + 1, "{per_second} {number}");
                if let Some(before) = intended.checked_sub(Duration::from_nanos(1)) {
                    assert_eq!(schedule.due(before), number, "{per_second} {number}");
                }
            }
        }
    }

    #[test]
    fn the_span_holds_rate_times_seconds_arrivals() {
        let check = |per_second, millis, expected| {
            let span = Duration::from_millis(millis);
            assert_eq!(Schedule::new(per_second).before(span), expected);
        };
        check(1_000, 1_000, 1_000);
        check(1_000, 1, 1);
        check(10, 250, 3);
        check(1_000, 0, 0);
    }
}
