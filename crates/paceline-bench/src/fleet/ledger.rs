//! How a stretch of the fleet's life went. Owns what is counted between two marks; refuses to judge it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::tally::Tally;

/// An arrival that waited longer for a free connection was sent late.
const LATE: Duration = Duration::from_millis(10);

pub struct Ledger {
    since: Instant,
    /// Arrivals that were due, and sent, before.
    before: (u64, u64),
    late: u64,
    tally: Tally,
    operations: BTreeMap<&'static str, u64>,
}

/// From one mark to the next.
#[derive(Debug, PartialEq, Serialize)]
pub struct Stretch {
    pub seconds: f64,
    /// Operations that were due.
    pub due: u64,
    pub answered: u64,
    pub refused: u64,
    pub first_refusal: Option<String>,
    /// Sent more than 10 ms after they were due, because no connection was free.
    pub late: u64,
    /// Due and not sent by the end.
    pub unsent: u64,
    /// From when an operation was due to its answer.
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
    /// How often each was answered.
    pub operations: BTreeMap<&'static str, u64>,
}

impl Ledger {
    pub fn new(since: Instant) -> Self {
        Self {
            since,
            before: (0, 0),
            late: 0,
            tally: Tally::new(),
            operations: BTreeMap::new(),
        }
    }

    pub fn sent(&mut self, due: Instant, now: Instant) {
        self.late += u64::from(LATE < now.saturating_duration_since(due));
    }

    pub fn answered(&mut self, operation: &'static str, due: Instant, now: Instant) {
        self.tally.record(now.saturating_duration_since(due), now);
        *self.operations.entry(operation).or_default() += 1;
    }

    pub fn refused(&mut self, error: impl FnOnce() -> String) {
        self.tally.fail(error);
    }

    /// Ends the stretch and begins the next; `due` and `sent` are counted since the beginning.
    pub fn close(&mut self, now: Instant, due: u64, sent: u64) -> Stretch {
        let mut next = Self::new(now);
        next.before = (due, sent);
        let closed = std::mem::replace(self, next);
        let Self { tally, .. } = closed;
        Stretch {
            seconds: now.saturating_duration_since(closed.since).as_secs_f64(),
            due: due - closed.before.0,
            answered: tally.operations(),
            refused: tally.errors,
            late: closed.late,
            unsent: due.saturating_sub(sent),
            p50_ms: tally.quantile_ms(0.5),
            p99_ms: tally.quantile_ms(0.99),
            max_ms: tally.max_ms(),
            first_refusal: tally.first_error,
            operations: closed.operations,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn a_stretch_counts_from_the_mark_before_it() {
        let begun = clock::now();
        let after = |ms| begun + Duration::from_millis(ms);
        let mut ledger = Ledger::new(begun);
        ledger.answered("task_claim", begun, after(4));
        assert_eq!(ledger.close(after(500), 10, 9).answered, 1);

        ledger.sent(after(500), after(510));
        ledger.sent(after(500), after(511));
        ledger.answered("task_claim", after(500), after(540));
        ledger.refused(|| "no".to_owned());
        let stretch = ledger.close(after(1_500), 30, 28);
        let counts = (stretch.due, stretch.answered, stretch.refused);
        assert_eq!(counts, (20, 1, 1));
        assert_eq!((stretch.late, stretch.unsent), (1, 2));
        assert_eq!(stretch.first_refusal.as_deref(), Some("no"));
        assert_eq!(stretch.operations, BTreeMap::from([("task_claim", 1)]));
        assert!((stretch.p50_ms - 40.0).abs() < 0.1);
        assert!((stretch.seconds - 1.0).abs() < 1e-9);
    }
}
