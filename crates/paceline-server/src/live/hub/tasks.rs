//! Tasks that changed, the freshest change last. Owns a bounded number of them, each once; refuses
//! to be the list of tasks, which the store has.

use std::collections::{BTreeMap, HashMap, VecDeque};

use paceline_core::TaskId;
use paceline_store::TaskChange;

use crate::live::limits::{TASKS_FORGOTTEN_MAX, TASKS_KEPT_MAX};

#[derive(Default)]
pub struct Tasks {
    /// By the version of their last change.
    rows: BTreeMap<u64, Row>,
    versions: HashMap<TaskId, u64>,
    /// Versions of rows that had to make room, oldest first.
    forgotten: VecDeque<u64>,
}

pub struct Row {
    pub task: TaskChange,
    pub changed_at_ms: i64,
}

impl Tasks {
    pub fn put(&mut self, task: TaskChange, changed_at_ms: i64, version: u64) {
        if let Some(before) = self.versions.insert(task.task_id.clone(), version) {
            self.rows.remove(&before);
        }
        let row = Row {
            task,
            changed_at_ms,
        };
        self.rows.insert(version, row);
        if TASKS_KEPT_MAX < self.rows.len()
            && let Some((version, row)) = self.rows.pop_first()
        {
            self.versions.remove(&row.task.task_id);
            self.forgotten.push_back(version);
            if TASKS_FORGOTTEN_MAX < self.forgotten.len() {
                self.forgotten.pop_front();
            }
        }
    }

    /// The freshest changes since, freshest last, and how many more there were.
    pub fn changed_since(&self, version: u64, count: usize) -> (Vec<&Row>, u64) {
        let newer = self.rows.range(version + 1..);
        let mut rows: Vec<_> = newer
            .clone()
            .rev()
            .take(count)
            .map(|(_, row)| row)
            .collect();
        rows.reverse();
        let left = newer.count() - rows.len();
        let forgotten = self.forgotten.iter().rev().take_while(|at| version < **at);
        (rows, (left + forgotten.count()) as u64)
    }
}

#[cfg(test)]
mod tests {
    use paceline_core::Timestamp;
    use paceline_core::task::Status;

    use super::*;

    fn task(id: &str) -> TaskChange {
        TaskChange {
            task_id: TaskId::trusted(id),
            event: None,
            by: None,
            held_by: None,
            status: Status::Ready,
            agent_type: None,
            calculated_priority: 0.0,
            assigned_to: None,
            summary: String::new(),
            submitted_at: Timestamp(0),
            started_at: None,
            finished_at: None,
            retries: 0,
        }
    }

    #[test]
    fn a_task_is_there_once_at_its_last_change() {
        let mut tasks = Tasks::default();
        for (version, id) in [(1, "a"), (2, "b"), (3, "a"), (4, "c")] {
            tasks.put(task(id), 0, version);
        }
        let check = |since, count, expected: &[&str], skipped| {
            let (rows, left) = tasks.changed_since(since, count);
            let ids: Vec<_> = rows.iter().map(|row| row.task.task_id.as_str()).collect();
            assert_eq!(
                (ids.as_slice(), left),
                (expected, skipped),
                "{since} {count}"
            );
        };
        check(0, 10, &["b", "a", "c"], 0);
        check(2, 10, &["a", "c"], 0);
        check(0, 1, &["c"], 2);
        check(4, 10, &[], 0);
    }

    #[test]
    fn what_had_to_make_room_is_counted() {
        let mut tasks = Tasks::default();
        let version = |at: usize| at as u64 + 1;
        for at in 0..TASKS_KEPT_MAX + 5 {
            tasks.put(task(&at.to_string()), 0, version(at));
        }
        assert_eq!(tasks.changed_since(0, 10).1, TASKS_KEPT_MAX as u64 - 5);
        assert_eq!(tasks.changed_since(3, TASKS_KEPT_MAX).1, 2);
        assert_eq!(tasks.changed_since(5, TASKS_KEPT_MAX).1, 0);
    }
}
