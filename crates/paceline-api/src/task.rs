//! Tasks on the wire, as they are read: one task, lists, the queue, plans.
//! Owns these shapes; refuses to compute them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::{StrictJson, Timestamp};

/// Where a task is in its life.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum TaskStatus {
    Pending,
    Blocked,
    Ready,
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl TaskStatus {
    pub const ALL: &[Self] = &[
        Self::Pending,
        Self::Blocked,
        Self::Ready,
        Self::Running,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

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
}

/// Who asked for a task.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum TaskSource {
    Human,
    AgentRequirements,
    AgentPlanner,
    AgentImplementation,
}

impl TaskSource {
    pub const ALL: &[Self] = &[
        Self::Human,
        Self::AgentRequirements,
        Self::AgentPlanner,
        Self::AgentImplementation,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::AgentRequirements => "agent_requirements",
            Self::AgentPlanner => "agent_planner",
            Self::AgentImplementation => "agent_implementation",
        }
    }
}

/// A task with everything known about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    pub task_id: String,
    pub status: TaskStatus,
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    pub source: TaskSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_type: Option<String>,
    pub base_priority: u8,
    pub calculated_priority: f64,
    pub dependency_depth: u32,
    #[serde(default)]
    pub prerequisites: Vec<String>,
    #[serde(default)]
    pub unmet_prerequisites: u32,
    #[serde(default)]
    pub dependents_waiting: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_task_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<StrictJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_duration_seconds: Option<u64>,
    #[serde(default)]
    pub retries: u32,
    #[serde(default)]
    pub max_retries: u32,
    /// Of the latest claim; 0 before the first.
    #[serde(default)]
    pub fence: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_expires_at: Option<Timestamp>,
    pub submitted_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<StrictJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Why it was cancelled or released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<TaskNote>,
    /// Imported from a report, not run here.
    #[serde(default)]
    pub reported: bool,
}

/// A remark on a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskNote {
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    pub text: String,
}

/// Selects tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct TaskListQuery {
    /// Comma-separated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusList>,
    /// Comma-separated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude_status: Option<StatusList>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<TaskSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<String>,
    /// Only tasks whose summary or description has this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The queue at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskQueueStatus {
    pub total_tasks: u64,
    pub pending: u64,
    pub blocked: u64,
    pub ready: u64,
    pub running: u64,
    pub completed: u64,
    pub failed: u64,
    pub cancelled: u64,
    /// Over tasks still waiting.
    pub avg_priority: f64,
    pub max_depth: u32,
    /// When the oldest task still waiting was submitted.
    #[serde(default)]
    pub oldest_pending: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_pending_task_id: Option<String>,
    #[serde(default)]
    pub newest_task: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_task_id: Option<String>,
}

/// Asks in which order tasks can run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPlanRequest {
    pub task_ids: Vec<String>,
}

/// Batches of tasks that can run side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskExecutionPlan {
    pub batches: Vec<Vec<String>>,
    pub total_batches: usize,
    pub max_parallelism: usize,
}

/// Statuses, written `ready,running`; read as an array too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusList(pub Vec<TaskStatus>);

impl FromStr for TaskStatus {
    type Err = UnknownStatus;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|status| status.as_str() == name);
        found.copied().ok_or_else(|| UnknownStatus(name.to_owned()))
    }
}

/// The text names no task status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownStatus(pub String);

impl fmt::Display for UnknownStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = TaskStatus::ALL
            .iter()
            .map(|status| status.as_str())
            .collect();
        write!(
            f,
            "`{}` is not a task status; there are {}",
            self.0,
            known.join(", ")
        )
    }
}

impl std::error::Error for UnknownStatus {}

impl FromStr for StatusList {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        names.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for StatusList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|status| status.as_str()).collect();
        f.write_str(&names.join(","))
    }
}

impl Serialize for StatusList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StatusList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatusListVisitor)
    }
}

struct StatusListVisitor;

impl<'de> Visitor<'de> for StatusListVisitor {
    type Value = StatusList;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("task statuses separated by commas")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<StatusList, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<StatusList, A::Error> {
        let mut statuses = Vec::new();
        while let Some(status) = seq.next_element()? {
            statuses.push(status);
        }
        Ok(StatusList(statuses))
    }
}

impl JsonSchema for StatusList {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "StatusList".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}
