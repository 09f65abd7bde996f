//! Operations as the feed tells them. Owns their rows and their order; refuses to call any slow.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use paceline_api::{LiveOperationRows, LiveOperations, Operation};
use serde::Serialize;

use super::screen::Screen;

#[derive(Clone, Debug, Default)]
pub struct Operations {
    names: Vec<Operation>,
    rows: BTreeMap<u32, OperationRow>,
}

/// Counts are since the server started, everything else of the last minute.
#[derive(Clone, Debug, Serialize)]
pub struct OperationRow {
    pub operation: Operation,
    pub count: u64,
    pub errors: u64,
    pub rejected: u64,
    pub rate: f64,
    pub p50_us: Option<f64>,
    pub p95_us: Option<f64>,
    pub p99_us: Option<f64>,
    pub mean_us: Option<f64>,
    pub queue_us: Option<f64>,
    pub execute_us: Option<f64>,
    pub commit_us: Option<f64>,
}

impl OperationRow {
    /// Two are made by no caller: they last as long as agents take to read, or a lead to lapse.
    pub fn is_called(&self) -> bool {
        let waits = [Operation::MessageDeliver, Operation::LeaderFailover];
        !waits.contains(&self.operation)
    }

    /// How much of each second is spent on it; on waiting, nothing is.
    pub fn load(&self) -> Option<f64> {
        let mean_us = self.mean_us.filter(|_| self.is_called())?;
        Some(self.rate * mean_us / 1e6)
    }
}

impl Operations {
    pub fn apply(&mut self, frame: LiveOperations) {
        if frame.full {
            self.rows.clear();
            self.names = frame.names;
        }
        for line in 0..frame.rows.refs.len() {
            let reference = frame.rows.refs[line];
            let operation = self.names.get(reference as usize).copied();
            if let Some(row) = operation.and_then(|operation| row(operation, &frame.rows, line)) {
                self.rows.insert(reference, row);
            }
        }
    }

    pub fn is_known(&self) -> bool {
        !self.names.is_empty()
    }

    /// Of the time that all of them take.
    pub fn share(&self, row: &OperationRow) -> Option<f64> {
        let all: f64 = self.rows().filter_map(OperationRow::load).sum();
        row.load().filter(|_| 0.0 < all).map(|load| load / all)
    }

    pub fn rows(&self) -> impl Iterator<Item = &OperationRow> {
        self.rows.values()
    }
}

/// None where a column is shorter than it says.
fn row(operation: Operation, rows: &LiveOperationRows, line: usize) -> Option<OperationRow> {
    Some(OperationRow {
        operation,
        count: *rows.count.get(line)?,
        errors: *rows.errors.get(line)?,
        rejected: *rows.rejected.get(line)?,
        rate: *rows.rate.get(line)?,
        p50_us: *rows.p50_us.get(line)?,
        p95_us: *rows.p95_us.get(line)?,
        p99_us: *rows.p99_us.get(line)?,
        mean_us: *rows.mean_us.get(line)?,
        queue_us: *rows.queue_us.get(line)?,
        execute_us: *rows.execute_us.get(line)?,
        commit_us: *rows.commit_us.get(line)?,
    })
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OperationSort {
    #[default]
    Slowest,
    Rate,
    Share,
    Errors,
    Name,
}

impl OperationSort {
    pub const ALL: &[Self] = &[
        Self::Slowest,
        Self::Rate,
        Self::Share,
        Self::Errors,
        Self::Name,
    ];

    pub const fn words(self) -> &'static str {
        match self {
            Self::Slowest => "slowest first",
            Self::Rate => "most frequent first",
            Self::Share => "most time first",
            Self::Errors => "most errors first",
            Self::Name => "by name",
        }
    }

    fn order(self, one: &OperationRow, other: &OperationRow) -> Ordering {
        let slow = |row: &OperationRow| row.p99_us.filter(|_| row.is_called()).unwrap_or(-1.0);
        let load = |row: &OperationRow| row.load().unwrap_or(-1.0);
        let wrong = |row: &OperationRow| (row.errors, row.rejected);
        let by = match self {
            Self::Slowest => slow(other).total_cmp(&slow(one)),
            Self::Rate => other.rate.total_cmp(&one.rate),
            Self::Share => load(other).total_cmp(&load(one)),
            Self::Errors => wrong(other).cmp(&wrong(one)),
            Self::Name => Ordering::Equal,
        };
        by.then_with(|| one.operation.as_str().cmp(other.operation.as_str()))
    }
}

/// Those that were ever called.
pub fn operations<'a>(known: &'a Operations, screen: &Screen) -> Vec<&'a OperationRow> {
    let is_wanted = |row: &&OperationRow| 0 < row.count && screen.wants(&[row.operation.as_str()]);
    let mut rows: Vec<_> = known.rows().filter(is_wanted).collect();
    rows.sort_by(|one, other| screen.operation_sort.order(one, other));
    rows
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Operation, count, rate, p99 in microseconds.
    pub fn frame(rows: &[(Operation, u64, f64, Option<f64>)]) -> LiveOperations {
        let count = rows.len() as u32;
        let of =
            |value: fn(f64) -> f64| rows.iter().map(|row| row.3.map(value)).collect::<Vec<_>>();
        LiveOperations {
            full: true,
            names: rows.iter().map(|row| row.0).collect(),
            rows: LiveOperationRows {
                refs: (0..count).collect(),
                count: rows.iter().map(|row| row.1).collect(),
                errors: vec![0; rows.len()],
                rejected: vec![0; rows.len()],
                rate: rows.iter().map(|row| row.2).collect(),
                p50_us: of(|p99| p99 / 4.0),
                p95_us: of(|p99| p99 / 2.0),
                p99_us: of(|p99| p99),
                mean_us: of(|p99| p99 / 3.0),
                queue_us: of(|p99| p99 / 10.0),
                execute_us: of(|p99| p99 / 10.0),
                commit_us: of(|p99| p99 / 8.0),
            },
            ..LiveOperations::default()
        }
    }

    fn shown(sort: OperationSort) -> Vec<&'static str> {
        let mut known = Operations::default();
        known.apply(frame(&[
            (Operation::TaskClaim, 10, 9.0, Some(300.0)),
            (Operation::TaskEnqueue, 20, 1.0, Some(9_000.0)),
            (Operation::MemoryGet, 0, 0.0, None),
            (Operation::AgentRegister, 5, 0.0, None),
            (Operation::MessageDeliver, 5, 0.5, Some(9e6)),
        ]));
        let screen = Screen {
            operation_sort: sort,
            ..Screen::default()
        };
        let rows = operations(&known, &screen);
        rows.iter().map(|row| row.operation.as_str()).collect()
    }

    #[test]
    fn slow_ones_come_first_mere_waiting_last_and_those_without_calls_not_at_all() {
        let slowest = [
            "task_enqueue",
            "task_claim",
            "agent_register",
            "message_deliver",
        ];
        assert_eq!(shown(OperationSort::Slowest), slowest);
        let rate = [
            "task_claim",
            "task_enqueue",
            "message_deliver",
            "agent_register",
        ];
        assert_eq!(shown(OperationSort::Rate), rate);
    }

    #[test]
    fn a_later_frame_changes_the_rows_that_it_has() {
        let mut known = Operations::default();
        known.apply(frame(&[
            (Operation::TaskClaim, 1, 1.0, None),
            (Operation::TaskGet, 1, 1.0, None),
        ]));
        let mut later = frame(&[(Operation::TaskGet, 7, 1.0, None)]);
        (later.full, later.names, later.rows.refs) = (false, Vec::new(), vec![1]);
        known.apply(later);
        let counts: Vec<_> = known.rows().map(|row| row.count).collect();
        assert_eq!(counts, [1, 7]);
    }
}
