//! The server's own figures under watch: operations, the queue, waiting. Owns which of them have a
//! value now; refuses to call it missing when nobody calls an operation.
//!
//! Of an operation without calls only the rate is known, which is zero: that nobody calls any more is
//! one fact and told by one series, not by four. What was not called since the start is not watched at
//! all, so that a server that waits for its fleet after a restart tells nothing.

use std::collections::{BTreeMap, VecDeque};

use paceline_analysis::anomaly::Options;
use paceline_api::Operation;

use super::book::Book;
use super::limits::{CALLS_MIN, OWN_STEP_MS, RATIO_CALLS_MIN};
use super::watched::Watched;
use super::words::{Figure, Own};
use crate::recorder::Recorder;
use crate::recorder::window::{Figures, OperationFigures};

/// Readings a minute, of counts that are kept since the start.
const READINGS: usize = (60_000 / OWN_STEP_MS) as usize;

#[derive(Default)]
pub struct OwnSeries {
    pub watched: BTreeMap<String, Watched>,
    /// Calls and errors of each operation, the oldest reading first.
    counts: VecDeque<Vec<(u64, u64)>>,
    reading: u64,
    read_ms: Option<i64>,
}

impl OwnSeries {
    pub fn turn(&mut self, recorder: &Recorder, now_ms: i64, is_judging: bool, book: &mut Book) {
        // A clock that was set back begins anew.
        let is_due = |last_ms: i64| !(0..OWN_STEP_MS).contains(&(now_ms - last_ms));
        if !self.read_ms.is_none_or(is_due) {
            return;
        }
        self.read_ms = Some(now_ms);
        let figures = recorder.window.figures();
        let is_new = self.reading != figures.reading;
        self.reading = figures.reading;
        if is_new {
            let errors = self.errors(&figures);
            if is_judging {
                for (own, value) in values(&figures, recorder.tasks_ready(), &errors) {
                    self.observe(own, value, now_ms, book);
                }
            }
        }
        for watched in self.watched.values_mut() {
            watched.end_unobserved(now_ms, OWN_STEP_MS, book);
        }
    }

    fn observe(&mut self, own: Own, value: f64, now_ms: i64, book: &mut Book) {
        let watched = self.watched.entry(own.key());
        let watched = watched.or_insert_with(|| Watched::new(options(own), now_ms));
        watched.observe(now_ms, Some(value), || own.about(), book);
    }

    /// Calls and errors of each operation in the last minute.
    fn errors(&mut self, figures: &Figures) -> Vec<(u64, u64)> {
        let now = figures.operations.iter().map(|row| (row.count, row.errors));
        let now: Vec<_> = now.collect();
        let none = Vec::new();
        let before = self.counts.front().unwrap_or(&none);
        let lately = now.iter().enumerate().map(|(at, (calls, errors))| {
            let (old_calls, old_errors) = before.get(at).copied().unwrap_or_default();
            (
                calls.saturating_sub(old_calls),
                errors.saturating_sub(old_errors),
            )
        });
        let lately = lately.collect();
        self.counts.push_back(now);
        if READINGS < self.counts.len() {
            self.counts.pop_front();
        }
        lately
    }
}

fn values(figures: &Figures, ready: Option<u64>, lately: &[(u64, u64)]) -> Vec<(Own, f64)> {
    let mut values = Vec::new();
    let rows = figures.operations.iter().zip(lately);
    for (&operation, (row, lately)) in Operation::ALL.iter().zip(rows) {
        let figures = of_operation(row, *lately);
        values.extend(figures.map(|(figure, value)| (Own::Operation(operation, figure), value)));
    }
    values.extend(ready.map(|ready| (Own::Queue, ready as f64)));
    values.extend(figures.wait_p99_ms.map(|ms| (Own::Wait, ms)));
    values
}

fn of_operation(
    row: &OperationFigures,
    (calls, errors): (u64, u64),
) -> impl Iterator<Item = (Figure, f64)> {
    let has_enough = CALLS_MIN <= row.rate * 60.0;
    let percentile = |us: Option<f64>| us.filter(|_| has_enough).map(|us| us / 1_000.0);
    let ratio = (RATIO_CALLS_MIN <= calls).then(|| errors as f64 / calls as f64);
    let all = [
        (Figure::P50, percentile(row.p50_us)),
        (Figure::P99, percentile(row.p99_us)),
        (Figure::ErrorRatio, ratio),
        (Figure::Calls, (0 < row.count).then_some(row.rate)),
    ];
    all.into_iter()
        .filter_map(|(figure, value)| Some((figure, value?)))
}

/// An excursion counts from five times the least deviation on: half a millisecond, a twentieth of all
/// calls failing, a call in ten seconds. What waits for others also has its shape compared.
fn options(own: Own) -> Options {
    let every = Options::every(OWN_STEP_MS);
    let (scale_min_absolute, is_key) = match own {
        Own::Operation(_, Figure::P50) => (0.1, false),
        Own::Operation(_, Figure::P99) => (0.1, true),
        Own::Operation(_, Figure::ErrorRatio) => (0.01, false),
        Own::Operation(_, Figure::Calls) => (0.02, false),
        Own::Queue => (1.0, true),
        Own::Wait => (1.0, true),
    };
    Options {
        scale_min_absolute,
        is_key,
        ..every
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use paceline_core::Clock;

    use super::*;
    use crate::clock::turned::Turned;

    struct World {
        clock: Arc<Turned>,
        recorder: Recorder,
        own: OwnSeries,
        book: Book,
        turns: i64,
    }

    impl World {
        fn new() -> Self {
            let clock = Turned::new();
            Self {
                recorder: Recorder::new(Arc::clone(&clock) as Arc<dyn Clock>),
                clock,
                own: OwnSeries::default(),
                book: Book::default(),
                turns: 0,
            }
        }

        /// Ten seconds, with so many messages delivered, each after about as long.
        fn turn(&mut self, calls: i64, ms: i64) {
            self.turns += 1;
            for call in 0..calls {
                let scatter = (self.turns * 7 + call * 3) % 5;
                self.recorder
                    .observe(Operation::MessageDeliver, ms + scatter, None);
            }
            let now_ms = self.clock.turn(OWN_STEP_MS);
            self.recorder.read_window();
            self.own.turn(&self.recorder, now_ms, true, &mut self.book);
        }

        /// Subjects and links of those that go on.
        fn open(&mut self) -> Vec<(String, String)> {
            let changes = self.book.changes();
            let all = changes
                .iter()
                .filter_map(|one| self.book.get(&one.anomaly_id));
            let open = all.filter(|one| one.shown.ended_at.is_none());
            open.map(|one| (one.shown.subject.clone(), one.shown.link.clone()))
                .collect()
        }
    }

    #[test]
    fn an_operation_that_becomes_slow_is_told_with_its_page() {
        let mut world = World::new();
        for _ in 0..900 {
            world.turn(10, 3);
        }
        assert_eq!(world.open(), []);
        for _ in 0..30 {
            world.turn(10, 800);
        }
        let open = world.open();
        let link = "/operations/message_deliver".to_owned();
        assert!(
            open.contains(&("message_deliver p99".to_owned(), link)),
            "{open:?}"
        );
        let figures = ["p50", "p99", "error ratio", "calls a second"];
        let keys: Vec<String> = figures
            .iter()
            .map(|figure| format!("message_deliver {figure}"))
            .collect();
        let mut watched: Vec<_> = world.own.watched.keys().cloned().collect();
        let mut expected = keys;
        expected.sort();
        watched.sort();
        assert_eq!(watched, expected, "what nobody calls is not watched");
    }

    #[test]
    fn that_nobody_calls_any_more_is_told_by_the_rate_alone() {
        let mut world = World::new();
        for _ in 0..900 {
            world.turn(10, 3);
        }
        assert_eq!(world.open(), []);
        for _ in 0..90 {
            world.turn(0, 0);
        }
        let open = world.open();
        let subjects: Vec<&str> = open.iter().map(|(subject, _)| subject.as_str()).collect();
        assert_eq!(subjects, ["message_deliver calls a second"]);
    }
}
