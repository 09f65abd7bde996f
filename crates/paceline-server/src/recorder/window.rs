//! How operations did lately: rates, percentiles and means over a window. Owns one reading of all
//! histograms a second, for a minute; refuses exact percentiles (a histogram's bucket is as far as
//! it sees, and inside of one it draws a straight line, as Prometheus does) and everything older.

use std::collections::VecDeque;
use std::sync::Arc;

use paceline_api::Operation;
use parking_lot::Mutex;

use super::histogram::{BOUNDS_NS, Reading};
use super::{Book, Outcome};

const WINDOW_NS: u64 = 60_000_000_000;
/// What "a second" means in the fleet's rates: long enough not to flicker.
const RATES_NS: u64 = 5_000_000_000;

/// Of one operation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OperationFigures {
    /// Since the server started.
    pub count: u64,
    pub errors: u64,
    pub rejected: u64,
    /// All below are of the window.
    pub rate: f64,
    pub p50_us: Option<f64>,
    pub p95_us: Option<f64>,
    pub p99_us: Option<f64>,
    pub mean_us: Option<f64>,
    /// Queue, execute, commit.
    pub stages_us: [Option<f64>; 3],
}

/// How it went, as of one reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Rises with every reading.
    pub reading: u64,
    /// In the order of [`Operation::ALL`].
    pub operations: Vec<OperationFigures>,
    pub operations_per_second: f64,
    pub errors_per_second: f64,
    pub completed_per_second: f64,
    pub wait_p50_ms: Option<f64>,
    pub wait_p99_ms: Option<f64>,
}

#[derive(Debug, Default)]
pub struct Window {
    readings: Mutex<VecDeque<Snapshot>>,
    newest: Mutex<Arc<Figures>>,
}

/// All histograms at one moment.
#[derive(Debug)]
pub(super) struct Snapshot {
    at_ns: u64,
    operations: Vec<OperationReading>,
    wait: Reading,
}

#[derive(Debug)]
struct OperationReading {
    /// By outcome.
    counts: [u64; 4],
    all: Reading,
    stages: [Reading; 3],
}

impl Snapshot {
    pub(super) fn take(at_ns: u64, books: &[Book], wait: Reading) -> Self {
        let operations = books.iter().map(|book| {
            let outcomes = [0, 1, 2, 3].map(|at| book.duration[at].read());
            OperationReading {
                counts: [0, 1, 2, 3].map(|at| outcomes[at].count()),
                all: outcomes.into_iter().reduce(added).unwrap_or_else(nothing),
                stages: [0, 1, 2].map(|at| book.stages[at].read()),
            }
        });
        Self {
            at_ns,
            operations: operations.collect(),
            wait,
        }
    }
}

impl Window {
    /// The newest figures.
    #[must_use]
    pub fn figures(&self) -> Arc<Figures> {
        Arc::clone(&self.newest.lock())
    }

    pub(super) fn add(&self, now: Snapshot) {
        let mut readings = self.readings.lock();
        while let Some(second) = readings.get(1)
            && second.at_ns + WINDOW_NS <= now.at_ns
        {
            readings.pop_front();
        }
        // Before the first reading there was nothing, since no time.
        if let Some(first) = readings.front() {
            let is_far_enough = |old: &&Snapshot| old.at_ns + RATES_NS <= now.at_ns;
            let lately = readings.iter().rev().find(is_far_enough);
            let mut newest = self.newest.lock();
            let reading = newest.reading + 1;
            *newest = Arc::new(figures(reading, first, lately.unwrap_or(first), &now));
        }
        readings.push_back(now);
    }
}

fn figures(reading: u64, first: &Snapshot, lately: &Snapshot, now: &Snapshot) -> Figures {
    let seconds = seconds(first.at_ns, now.at_ns);
    let pairs = first.operations.iter().zip(&now.operations);
    let operations: Vec<_> = pairs
        .map(|(old, new)| of_operation(old, new, seconds))
        .collect();
    let wait = since(&first.wait, &now.wait);
    let rate = |counted: &dyn Fn(&Snapshot) -> u64| {
        let came = counted(now).saturating_sub(counted(lately));
        rounded(came as f64 / self::seconds(lately.at_ns, now.at_ns))
    };
    let sum = |snapshot: &Snapshot, of: &[Outcome]| -> u64 {
        let rows = snapshot.operations.iter();
        rows.map(|row| of.iter().map(|one| row.counts[*one as usize]).sum::<u64>())
            .sum()
    };
    let completed = |snapshot: &Snapshot| {
        snapshot.operations[Operation::TaskComplete as usize].counts[Outcome::Ok as usize]
    };
    Figures {
        reading,
        operations,
        operations_per_second: rate(&|one| sum(one, &Outcome::ALL)),
        errors_per_second: rate(&|one| sum(one, &[Outcome::Rejected, Outcome::Error])),
        completed_per_second: rate(&completed),
        wait_p50_ms: quantile_ns(0.5, &wait).map(|ns| rounded(ns / 1e6)),
        wait_p99_ms: quantile_ns(0.99, &wait).map(|ns| rounded(ns / 1e6)),
    }
}

fn of_operation(old: &OperationReading, new: &OperationReading, seconds: f64) -> OperationFigures {
    let lately = since(&old.all, &new.all);
    let percentile = |q| quantile_ns(q, &lately).map(|ns| rounded(ns / 1e3));
    OperationFigures {
        count: new.counts.iter().sum(),
        errors: new.counts[Outcome::Error as usize],
        rejected: new.counts[Outcome::Rejected as usize],
        rate: rounded(lately.count() as f64 / seconds),
        p50_us: percentile(0.5),
        p95_us: percentile(0.95),
        p99_us: percentile(0.99),
        mean_us: mean_us(&lately),
        stages_us: [0, 1, 2].map(|at| mean_us(&since(&old.stages[at], &new.stages[at]))),
    }
}

/// What came between two readings.
fn since(old: &Reading, new: &Reading) -> Reading {
    let pairs = new.cumulative.iter().zip(&old.cumulative);
    Reading {
        cumulative: pairs.map(|(new, old)| new.saturating_sub(*old)).collect(),
        sum_ns: new.sum_ns.saturating_sub(old.sum_ns),
    }
}

fn added(mut one: Reading, other: Reading) -> Reading {
    for (sum, more) in one.cumulative.iter_mut().zip(other.cumulative) {
        *sum += more;
    }
    one.sum_ns += other.sum_ns;
    one
}

fn nothing() -> Reading {
    Reading {
        cumulative: vec![0; BOUNDS_NS.len() + 1],
        sum_ns: 0,
    }
}

fn mean_us(reading: &Reading) -> Option<f64> {
    let count = reading.count();
    (0 < count).then(|| rounded(reading.sum_ns as f64 / count as f64 / 1e3))
}

/// `histogram_quantile` of Prometheus: a straight line inside the bucket; what is above the last
/// bound counts as the last bound.
fn quantile_ns(q: f64, reading: &Reading) -> Option<f64> {
    let count = reading.count();
    if count == 0 {
        return None;
    }
    let rank = q * count as f64;
    let bucket = reading
        .cumulative
        .partition_point(|sum| (*sum as f64) < rank);
    let Some(&upper) = BOUNDS_NS.get(bucket) else {
        return BOUNDS_NS.last().map(|last| *last as f64);
    };
    let (lower, below) = match bucket.checked_sub(1) {
        Some(at) => (BOUNDS_NS[at], reading.cumulative[at]),
        None => (0, 0),
    };
    let inside = reading.cumulative[bucket] - below;
    let part = (rank - below as f64) / inside.max(1) as f64;
    Some(lower as f64 + (upper - lower) as f64 * part)
}

fn seconds(from_ns: u64, to_ns: u64) -> f64 {
    (to_ns.saturating_sub(from_ns).max(1_000_000)) as f64 / 1e9
}

/// Two places: a page shows no more, and a frame is shorter.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::super::histogram::Histogram;
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn reading(values: &[u64]) -> Reading {
        let histogram = Histogram::default();
        values.iter().for_each(|ns| histogram.add(*ns));
        histogram.read()
    }

    #[test]
    fn a_quantile_lies_on_a_line_inside_its_bucket() {
        let check = |q, values: &[u64], expected: Option<f64>| {
            assert_eq!(
                quantile_ns(q, &reading(values)),
                expected,
                "{q} of {values:?}"
            );
        };
        check(0.5, &[], None);
        check(0.5, &[60_000, 70_000], Some(75_000.0));
        check(1.0, &[60_000, 70_000], Some(100_000.0));
        check(0.5, &[1, 1, 60_000, 60_000], Some(20_000.0));
        check(0.99, &[60_000_000_000], Some(10_000_000_000.0));
    }

    #[test]
    fn figures_are_those_of_the_last_minute_and_counts_of_all_time() {
        let books: Vec<Book> = Operation::ALL.iter().map(|_| Book::new(1)).collect();
        let window = Window::default();
        let read = |at| window.add(Snapshot::take(at, &books, nothing()));
        let claim = Operation::TaskClaim as usize;
        read(0);
        assert_eq!(window.figures().reading, 0, "nothing is known of no time");
        for _ in 0..30 {
            books[claim].duration[Outcome::Ok as usize].add(60_000);
        }
        books[claim].duration[Outcome::Rejected as usize].add(60_000);
        books[claim].stages[2].add(30_000);
        read(10 * SECOND);
        let figures = window.figures();
        let row = figures.operations[claim];
        assert_eq!(
            (row.count, row.rejected, row.errors, row.rate),
            (31, 1, 0, 3.1)
        );
        assert_eq!(
            (row.mean_us, row.stages_us),
            (Some(60.0), [None, None, Some(30.0)])
        );
        assert_eq!(
            (figures.operations_per_second, figures.errors_per_second),
            (3.1, 0.1)
        );
        // The rate of the last five seconds knows nothing of it, the window does.
        read(16 * SECOND);
        read(21 * SECOND);
        let figures = window.figures();
        assert_eq!(
            (
                figures.operations_per_second,
                figures.operations[claim].rate
            ),
            (0.0, 1.48)
        );
        read(71 * SECOND);
        let row = window.figures().operations[claim];
        assert_eq!((row.count, row.rate, row.p50_us), (31, 0.0, None));
    }
}
