//! The slowest operations of a stream. Owns the few that are kept; ties go to the earlier one.

use std::cmp::Ordering;

use super::model::SlowOperation;
use super::samples::OperationSample;
use crate::instant::Instant;
use crate::summary::to_micros;

const ROWS_MAX: usize = 20;
const CONTEXT_CHARS_MAX: usize = 300;

/// Sorted, the slowest first.
#[derive(Debug, Default)]
pub(super) struct Slowest {
    /// Of this operation alone.
    only: Option<String>,
    rows: Vec<SlowOperation>,
}

impl Slowest {
    pub fn of(operation: &str) -> Self {
        Self {
            only: Some(operation.to_owned()),
            rows: Vec::new(),
        }
    }

    pub fn add(&mut self, sample: &OperationSample<'_>) {
        if self
            .only
            .as_deref()
            .is_some_and(|only| only != sample.operation)
        {
            return;
        }
        let duration_ms = to_micros(sample.duration_ms);
        if let Some(place) = self.place(duration_ms, sample.at_ms, sample.operation) {
            self.insert(place, kept(sample, duration_ms));
        }
    }

    pub fn merge(&mut self, other: Self) {
        for row in other.rows {
            if let Some(place) = self.place(row.duration_ms, row.at.0, &row.operation) {
                self.insert(place, row);
            }
        }
    }

    /// `None` when it is not among the slowest.
    fn place(&self, duration_ms: f64, at_ms: i64, operation: &str) -> Option<usize> {
        let place = self.rows.partition_point(|row| {
            row.duration_ms
                .total_cmp(&duration_ms)
                .then_with(|| at_ms.cmp(&row.at.0))
                .then_with(|| operation.cmp(row.operation.as_str()))
                != Ordering::Less
        });
        (place < ROWS_MAX).then_some(place)
    }

    fn insert(&mut self, place: usize, row: SlowOperation) {
        self.rows.truncate(ROWS_MAX - 1);
        self.rows.insert(place, row);
    }

    pub fn into_rows(self) -> Vec<SlowOperation> {
        self.rows
    }
}

fn kept(sample: &OperationSample<'_>, duration_ms: f64) -> SlowOperation {
    SlowOperation {
        at: Instant(sample.at_ms),
        operation: sample.operation.to_owned(),
        duration_ms,
        success: sample.success,
        agent_id: sample.agent_id.map(str::to_owned),
        session_id: sample.session_id.map(str::to_owned),
        context: sample
            .context
            .map(|text| text.chars().take(CONTEXT_CHARS_MAX).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at_ms: i64, duration_ms: f64) -> OperationSample<'static> {
        OperationSample {
            at_ms,
            operation: "task_claim",
            duration_ms,
            success: true,
            weight: 1.0,
            error: None,
            session_id: None,
            agent_id: None,
            context: None,
            stages_ms: None,
        }
    }

    #[test]
    fn the_slowest_of_one_operation_are_not_crowded_out() {
        let mut slowest = Slowest::of("task_get");
        for at in 0..30 {
            slowest.add(&sample(at, 50.0));
        }
        slowest.add(&OperationSample {
            operation: "task_get",
            ..sample(7, 1.0)
        });
        let rows = slowest.into_rows();
        assert_eq!((rows.len(), rows[0].operation.as_str()), (1, "task_get"));
    }

    #[test]
    fn the_slowest_are_kept_in_whatever_order_they_come() {
        let expected: Vec<_> = (0..20).map(|rank| (99.0 - f64::from(rank), 10)).collect();
        let mut order: Vec<i32> = (0..100).collect();
        for _ in 0..3 {
            let mut slowest = Slowest::default();
            for duration in &order {
                slowest.add(&sample(20, f64::from(*duration)));
                slowest.add(&sample(10, f64::from(*duration)));
            }
            let rows = slowest.into_rows();
            let earlier: Vec<_> = rows
                .iter()
                .step_by(2)
                .map(|row| (row.duration_ms, row.at.0))
                .collect();
            assert_eq!(earlier, expected[..10]);
            order.rotate_left(37);
            order.reverse();
        }
    }
}
