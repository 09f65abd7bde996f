//! Tasks as a subscriber sees them: those that changed since its last frame.

use paceline_api::{LiveQueue, LiveTask, LiveTasks};

use super::Head;
use crate::live::hub::{State, TaskRow};
use crate::live::limits::FRAME_TASKS_MAX;
use crate::operations::wire;

/// What the last frame showed.
#[derive(Default)]
pub struct Tasks {
    generation: u64,
    version: u64,
}

impl Tasks {
    /// `None` when nothing changed.
    pub fn frame(&mut self, head: Head, state: &State) -> Option<LiveTasks> {
        let is_full = self.generation != state.generation;
        if is_full {
            *self = Self::default();
        }
        let (rows, skipped) = state.tasks.changed_since(self.version, FRAME_TASKS_MAX);
        let has_news = is_full || self.version < state.counts_version;
        let frame = LiveTasks {
            id: head.id,
            seq: head.seq,
            at: head.at,
            full: is_full,
            queue: has_news.then(|| LiveQueue::of(state.counts)),
            changed: rows.into_iter().map(shown).collect(),
            // The first frame is no list of all tasks, so that none is missed.
            skipped: if is_full { 0 } else { skipped },
        };
        (self.generation, self.version) = (state.generation, state.version);
        (has_news || !frame.changed.is_empty()).then_some(frame)
    }
}

fn shown(row: &TaskRow) -> LiveTask {
    let task = &row.task;
    LiveTask {
        task_id: task.task_id.to_string(),
        status: wire::status(task.status),
        agent_type: task.agent_type.clone(),
        calculated_priority: task.calculated_priority,
        assigned_to: task.assigned_to.as_ref().map(ToString::to_string),
        summary: task.summary.clone(),
        submitted_at_ms: task.submitted_at.0,
        started_at_ms: task.started_at.map(|at| at.0),
        finished_at_ms: task.finished_at.map(|at| at.0),
        retries: task.retries,
        changed_at_ms: row.changed_at_ms,
    }
}
