//! Operations as a subscriber sees them. Owns the rows that it was sent; refuses to measure.

use paceline_api::{LiveOperationRows, LiveOperations, Operation};

use super::Head;
use crate::recorder::window::{Figures, OperationFigures};

/// What the last frame showed.
#[derive(Default)]
pub struct Operations {
    has_begun: bool,
    reading: u64,
    shown: Vec<OperationFigures>,
}

impl Operations {
    /// `None` when nothing changed.
    pub fn frame(&mut self, head: Head, figures: &Figures) -> Option<LiveOperations> {
        if self.has_begun && self.reading == figures.reading {
            return None;
        }
        let is_full = !std::mem::replace(&mut self.has_begun, true);
        let mut rows = LiveOperationRows::default();
        for (reference, row) in (0_u32..).zip(&figures.operations) {
            if self.shown.get(reference as usize) != Some(row) {
                put(&mut rows, reference, row);
            }
        }
        self.reading = figures.reading;
        self.shown.clone_from(&figures.operations);
        let names = if is_full {
            Operation::ALL.to_vec()
        } else {
            Vec::new()
        };
        (is_full || !rows.refs.is_empty()).then_some(LiveOperations {
            id: head.id,
            seq: head.seq,
            at: head.at,
            full: is_full,
            names,
            rows,
        })
    }
}

fn put(rows: &mut LiveOperationRows, reference: u32, row: &OperationFigures) {
    rows.refs.push(reference);
    rows.count.push(row.count);
    rows.errors.push(row.errors);
    rows.rejected.push(row.rejected);
    rows.rate.push(row.rate);
    rows.p50_us.push(row.p50_us);
    rows.p95_us.push(row.p95_us);
    rows.p99_us.push(row.p99_us);
    rows.mean_us.push(row.mean_us);
    let [queue, execute, commit] = row.stages_us;
    rows.queue_us.push(queue);
    rows.execute_us.push(execute);
    rows.commit_us.push(commit);
}

#[cfg(test)]
mod tests {
    use paceline_api::Timestamp;

    use super::*;

    fn head() -> Head {
        Head {
            id: "o".to_owned(),
            seq: 1,
            at: Timestamp(0),
        }
    }

    #[test]
    fn the_first_frame_has_every_operation_and_later_ones_those_that_changed() {
        let mut figures = Figures {
            reading: 1,
            operations: vec![OperationFigures::default(); Operation::ALL.len()],
            ..Figures::default()
        };
        let mut topic = Operations::default();
        let first = topic.frame(head(), &figures).unwrap();
        assert!(first.full);
        assert_eq!(
            (first.names.as_slice(), first.rows.refs.len()),
            (Operation::ALL, Operation::ALL.len())
        );
        assert_eq!(topic.frame(head(), &figures), None);
        figures.reading = 2;
        assert_eq!(topic.frame(head(), &figures), None);
        figures.reading = 3;
        figures.operations[4].count = 7;
        let next = topic.frame(head(), &figures).unwrap();
        assert_eq!(
            (next.full, next.rows.refs, next.rows.count),
            (false, vec![4], vec![7])
        );
    }
}
