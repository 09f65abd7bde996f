//! Tasks: what is to be done, by whom, in which order. Owns the state machine below; each verb has
//! its file and decides, from the state it is given, one [`Transition`] or one rejection.
//!
//! ```text
//!   enqueue --> pending (not_before ahead) --time--> blocked | ready
//!   enqueue --> blocked (unmet prerequisites) --last one completed--> ready
//!   enqueue --> ready --claim--> running --complete--> completed
//!                 ^                 |  \--fail, no retries left--> failed
//!                 |                 +-- release, fail with retries left, lease expired --> ready
//!   pending, blocked, ready, running --cancel--> cancelled
//!   a prerequisite ends failed or cancelled --> its dependents are cancelled, transitively
//! ```
//! A claim raises the fence; only the newest fence may renew, complete, fail or release.

pub mod abandon;
pub mod cancel;
pub mod cascade;
pub mod claim;
pub mod complete;
pub mod enqueue;
pub mod expire;
pub mod fail;
mod holder;
pub mod release;
pub mod renew;
pub mod unblock;
pub mod update;
pub mod wake;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AgentId, Json, Rejection, Steady, TaskId, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Pending,
    Blocked,
    Ready,
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl Status {
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Blocked,
        Self::Ready,
        Self::Running,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Blocked => "blocked",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Pending | Self::Blocked | Self::Ready)
    }

    #[must_use]
    pub const fn is_finished(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who asked for a task; people weigh more than the agents' own follow-ups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    #[default]
    Human,
    AgentRequirements,
    AgentPlanner,
    AgentImplementation,
}

/// A task with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub task_id: TaskId,
    pub description: String,
    pub summary: Option<String>,
    pub source: Source,
    pub agent_type: Option<String>,
    pub base_priority: u8,
    pub calculated_priority: f64,
    pub status: Status,
    pub prerequisites: Vec<TaskId>,
    pub unmet_prerequisites: u32,
    pub dependents_waiting: u32,
    pub dependency_depth: u32,
    pub deadline: Option<Timestamp>,
    pub not_before: Option<Timestamp>,
    pub estimated_duration_seconds: Option<u32>,
    pub parent_task_id: Option<TaskId>,
    pub session_id: Option<String>,
    pub input: Option<Json>,
    pub result: Option<Json>,
    pub error: Option<String>,
    /// Why it was cancelled or last released.
    pub reason: Option<String>,
    pub notes: Vec<Note>,
    pub max_retries: u32,
    pub retries: u32,
    pub fence: u64,
    pub assigned_to: Option<AgentId>,
    pub lease_expires_at: Option<Timestamp>,
    pub submitted_by: Option<AgentId>,
    pub submitted_at: Timestamp,
    pub ready_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub imported: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub at: Timestamp,
    pub agent_id: Option<AgentId>,
    pub text: String,
}

/// The part of a task that verbs decide on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub task_id: TaskId,
    pub status: Status,
    pub fence: u64,
    pub assigned_to: Option<AgentId>,
    pub lease_deadline: Option<Steady>,
    pub unmet_prerequisites: u32,
    pub not_before: Option<Timestamp>,
    pub retries: u32,
    pub max_retries: u32,
}

impl State {
    /// Waiting again for whoever claims it next. The fence stays: it is the next claim's to raise.
    fn ready_again(&self, event: Event) -> Transition {
        let next = Self {
            status: Status::Ready,
            assigned_to: None,
            lease_deadline: None,
            ..self.clone()
        };
        Transition { next, event }
    }

    /// Over for good. `assigned_to` stays: it is the record of who did it.
    fn finished(&self, status: Status, event: Event) -> Transition {
        let next = Self {
            status,
            lease_deadline: None,
            ..self.clone()
        };
        Transition { next, event }
    }

    fn wrong_status(&self, wanted: &'static str) -> Rejection {
        Rejection::WrongStatus {
            task: self.task_id.clone(),
            status: self.status,
            wanted,
        }
    }
}

/// What a verb decided: the state to store in place of the one it was shown, and the event that
/// tells why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    pub next: State,
    pub event: Event,
}

/// The words of a task's story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Submitted,
    BecameReady,
    Claimed,
    Renewed,
    Completed,
    Failed,
    WillRetry,
    Released,
    LeaseExpired,
    AgentDied,
    AgentLeft,
    Cancelled,
    CascadeCancelled,
    Updated,
}

/// A task as it is asked for. Checked by [`enqueue::check`] before anything is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewTask {
    pub task_id: TaskId,
    pub description: String,
    pub summary: Option<String>,
    pub source: Source,
    pub agent_type: Option<String>,
    pub base_priority: u8,
    pub prerequisites: Vec<TaskId>,
    pub deadline: Option<Timestamp>,
    pub not_before: Option<Timestamp>,
    pub estimated_duration_seconds: Option<u32>,
    pub max_retries: u32,
    pub parent_task_id: Option<TaskId>,
    pub session_id: Option<String>,
    pub input: Option<Json>,
    pub submitted_by: Option<AgentId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enqueued {
    pub task_id: TaskId,
    pub status: Status,
    pub calculated_priority: f64,
    pub dependency_depth: u32,
    pub submitted_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub agent_id: AgentId,
    /// Empty: whatever the agent registered for; nothing registered: any.
    pub agent_types: Vec<String>,
    /// This one task, or the next.
    pub task_id: Option<TaskId>,
    pub lease_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claimed {
    pub task: Task,
    pub fence: u64,
    pub lease_expires_at: Timestamp,
}

/// The proof that every later word about a running task carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub task_id: TaskId,
    pub agent_id: AgentId,
    pub fence: u64,
}

/// What a holder's word led to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub task_id: TaskId,
    pub status: Status,
    pub fence: u64,
    pub lease_expires_at: Option<Timestamp>,
    pub retries: u32,
    pub max_retries: u32,
    /// Dependents that became ready.
    pub unblocked_task_ids: Vec<TaskId>,
    /// Dependents that were cancelled.
    pub cascaded_task_ids: Vec<TaskId>,
    pub agent_type: Option<String>,
    /// Milliseconds from ready to claim of the attempt at hand.
    pub waited_ms: Option<i64>,
    /// Milliseconds from claim to end, where it ended.
    pub ran_ms: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Update {
    pub task_id: TaskId,
    pub agent_id: Option<AgentId>,
    pub note: Option<String>,
    pub base_priority: Option<u8>,
    /// `Some(None)` takes the deadline away.
    pub deadline: Option<Option<Timestamp>>,
    pub add_prerequisites: Vec<TaskId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    pub cancelled_task_id: TaskId,
    pub cascaded_task_ids: Vec<TaskId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueStatus {
    /// In the order of [`Status::ALL`].
    pub counts: [u64; 7],
    /// Mean over the waiting tasks.
    pub avg_priority: f64,
    pub max_depth: u32,
    pub oldest_pending: Option<(TaskId, Timestamp)>,
    pub newest: Option<(TaskId, Timestamp)>,
}

/// Which tasks a list shows, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub status: Vec<Status>,
    pub exclude_status: Vec<Status>,
    pub source: Option<Source>,
    pub agent_type: Option<String>,
    pub assigned_to: Option<AgentId>,
    /// In the summary or the description, in any case.
    pub text: Option<String>,
}
