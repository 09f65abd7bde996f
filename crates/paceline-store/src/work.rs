//! What agents did, as a store tells it to whoever counts: holds on tasks and how they ended. Owns
//! these shapes; refuses to judge.

use paceline_core::{AgentId, TaskId, Timestamp, task};

/// From the first moment on, and before the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Span {
    pub const ALL: Self = Self {
        from: Timestamp(i64::MIN),
        to: Timestamp(i64::MAX),
    };

    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// A claim, or an end of a hold. Times of the task are those of its newest hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldEvent {
    pub at: Timestamp,
    pub event: task::Event,
    pub agent_id: AgentId,
    pub agent_type: Option<String>,
    pub started_at: Option<Timestamp>,
    pub ready_at: Option<Timestamp>,
}

/// One stretch of the log of what happened to tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldEvents {
    /// The newest first.
    pub events: Vec<HoldEvent>,
    /// Rows of the log that were looked at.
    pub visited: u64,
    pub next_cursor: Option<String>,
}

/// One agent's hold on a task, from claim to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub task_id: TaskId,
    pub agent_type: Option<String>,
    pub summary: Option<String>,
    pub fence: u64,
    /// When the task became free to be claimed.
    pub ready_at: Option<Timestamp>,
    pub claimed_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// `Claimed` while it lasts.
    pub event: task::Event,
    /// Ended before it came here.
    pub imported: bool,
}
