//! A task's story and its surroundings on the wire. Owns these shapes; refuses to tell where the
//! time went: whoever reads the events can.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{TaskStatus, Timestamp};

/// Selects a page of a task's story.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskStoryQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// What happened to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum TaskEventKind {
    Submitted,
    BecameReady,
    Claimed,
    Renewed,
    Completed,
    Failed,
    /// The attempt failed, and the task waits for another one.
    WillRetry,
    Released,
    LeaseExpired,
    /// The agent fell silent, and the task was taken away.
    AgentDied,
    AgentLeft,
    Cancelled,
    /// A prerequisite ended without being completed.
    CascadeCancelled,
    Updated,
}

/// One line of a task's story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskStoryEvent {
    pub at: Timestamp,
    pub event: TaskEventKind,
    #[serde(default)]
    pub agent_id: Option<String>,
    /// Of the claim it belongs to; 0 before the first.
    pub fence: u64,
    /// The reason or the error, in its own words.
    #[serde(default)]
    pub detail: Option<String>,
}

/// How much of a task's surroundings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskGraphQuery {
    /// The nearest so many tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A task with everything that it waits for and that waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskGraph {
    /// The task that was asked about first, then by distance from it.
    pub tasks: Vec<TaskGraphNode>,
    /// More tasks belong to it than are shown.
    pub truncated: bool,
}

/// A task among those around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskGraphNode {
    pub task_id: String,
    pub status: TaskStatus,
    #[serde(default)]
    pub agent_type: Option<String>,
    #[serde(default)]
    pub assigned_to: Option<String>,
    pub submitted_at: Timestamp,
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
    /// The beginning of the description where there is none.
    pub summary: String,
    /// Those that are in the graph too.
    pub prerequisites: Vec<String>,
}
