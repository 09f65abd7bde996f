//! Frames of the live feed's topics: fleet, operations, tasks, one agent, an expression's values.
//! Owns their shapes; refuses to know when one is sent.
//!
//! The first frame of a subscription is `full`; a later one has the rows that changed since, whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::live::{is_false, is_zero};
use crate::{
    Agent, AgentActivity, AgentHealth, AlertSeverity, LeaderState, LiveNewSeries, LiveValue,
    Operation, TaskStatus, Timestamp,
};

/// The fleet, or what changed of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveFleet {
    pub id: String,
    pub seq: u64,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "is_false")]
    pub full: bool,
    /// In full frames: `n` of events and what is counted began anew when it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<String>,
    /// Agents that were not in a frame before, or are described anew under their `ref`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new: Vec<LiveFleetAgent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agents: Option<LiveAgentRows>,
    /// Agents that left; a `ref` is never given again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<u32>,
    /// Agents beyond the most that are shown.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub agents_left_out: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<LiveQueue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<LiveWaiting>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rates: Option<LiveRates>,
    /// All of them, where one changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaders: Option<Vec<LeaderState>>,
    /// Not in full frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moments: Option<LiveMoments>,
    /// Oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<LiveEvent>,
    /// Events between the last frame's and this one's that are no longer kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub events_skipped: u64,
}

/// What seldom changes of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveFleetAgent {
    /// Names the agent in this subscription's frames.
    #[serde(rename = "ref")]
    pub reference: u32,
    pub agent_id: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub role: Option<String>,
    #[serde(default)]
    pub agent_types: Vec<String>,
    pub registered_at_ms: i64,
}

/// Columns of one table, a line an agent. `completed`, `failed`, `operations` and `errors` are absent
/// while `enable-agent-metrics` is off.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveAgentRows {
    pub refs: Vec<u32>,
    pub health: Vec<AgentHealth>,
    pub status: Vec<AgentActivity>,
    /// Tasks that it runs.
    pub running: Vec<u32>,
    /// Tasks that it completed in all its life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<Vec<u64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Vec<u64>>,
    /// Since the server started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operations: Option<Vec<u64>>,
    /// Of those, how many a rule refused or something broke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<u64>>,
    pub changed_at_ms: Vec<i64>,
    /// One of the tasks that it runs.
    pub tasks: Vec<Option<String>>,
}

/// Tasks by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LiveQueue {
    pub pending: u64,
    pub blocked: u64,
    pub ready: u64,
    pub running: u64,
    pub completed: u64,
    pub failed: u64,
    pub cancelled: u64,
}

/// From ready to claimed, of the claims of the last minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveWaiting {
    #[serde(default)]
    pub p50_ms: Option<f64>,
    #[serde(default)]
    pub p99_ms: Option<f64>,
    /// Since when the ready task that was submitted first is ready.
    #[serde(default)]
    pub oldest_ready_at_ms: Option<i64>,
}

/// Over the last five seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveRates {
    pub operations_per_second: f64,
    /// Refused and broken ones.
    pub errors_per_second: f64,
    pub completed_per_second: f64,
}

/// When what the frame brings happened, every change counted, those too that a later one of the same
/// row hides. Two columns, a line a millisecond in which something changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LiveMoments {
    /// The server's clock just after the commit, or after the operation, of the first change.
    pub from_ms: i64,
    /// From the line before to this one; 0 in the first.
    pub after_ms: Vec<u32>,
    /// Changes.
    pub counts: Vec<u32>,
}

/// Something worth telling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LiveEvent {
    /// Rises by one from event to event.
    pub n: u64,
    pub at_ms: i64,
    pub kind: LiveEventKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// A sentence for people.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiveEventKind {
    AgentJoined,
    AgentLeft,
    AgentRecovered,
    AgentWarning,
    AgentStale,
    AgentDead,
    TaskCompleted,
    TaskFailed,
    TaskCancelled,
    TaskLeaseExpired,
    TaskRetried,
    LeaderChanged,
}

/// Every operation, or those that something was done of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveOperations {
    pub id: String,
    pub seq: u64,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "is_false")]
    pub full: bool,
    /// In full frames; a `ref` is a place in this list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Operation>,
    pub rows: LiveOperationRows,
}

/// Columns of one table, a line an operation. Counts are since the server started; all else is of the
/// last minute, and null where there was nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveOperationRows {
    pub refs: Vec<u32>,
    pub count: Vec<u64>,
    /// Something broke.
    pub errors: Vec<u64>,
    /// A rule said no.
    pub rejected: Vec<u64>,
    /// A second.
    pub rate: Vec<f64>,
    pub p50_us: Vec<Option<f64>>,
    pub p95_us: Vec<Option<f64>>,
    pub p99_us: Vec<Option<f64>>,
    pub mean_us: Vec<Option<f64>>,
    /// Means of the stages.
    pub queue_us: Vec<Option<f64>>,
    pub execute_us: Vec<Option<f64>>,
    pub commit_us: Vec<Option<f64>>,
}

/// Tasks that changed, the freshest change last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveTasks {
    pub id: String,
    pub seq: u64,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "is_false")]
    pub full: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<LiveQueue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<LiveTask>,
    /// Tasks that changed too and are not here; read the list again.
    #[serde(default)]
    pub skipped: u64,
}

/// A task as a list shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveTask {
    pub task_id: String,
    pub status: TaskStatus,
    #[serde(default)]
    pub agent_type: Option<String>,
    pub calculated_priority: f64,
    #[serde(default)]
    pub assigned_to: Option<String>,
    /// The beginning of its summary, or of its description.
    pub summary: String,
    pub submitted_at_ms: i64,
    #[serde(default)]
    pub started_at_ms: Option<i64>,
    #[serde(default)]
    pub finished_at_ms: Option<i64>,
    pub retries: u32,
    pub changed_at_ms: i64,
}

/// One agent and what it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveAgent {
    pub id: String,
    pub seq: u64,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "is_false")]
    pub full: bool,
    /// In full frames: `n` began anew when it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<String>,
    pub agent: Agent,
    /// Oldest first; of what was done since somebody follows the agent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<LiveAgentOperation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<LiveToolCall>,
    /// Operations and tool calls since the last frame that are no longer kept.
    #[serde(default)]
    pub skipped: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveAgentOperation {
    /// Rises by one from operation to operation.
    pub n: u64,
    pub at_ms: i64,
    pub operation: Operation,
    pub duration_us: u64,
    /// `ok`, `rejected`, `error` or `cancelled`.
    pub outcome: String,
    #[serde(default)]
    pub error: Option<String>,
    /// What it was about, such as a task's id.
    #[serde(default)]
    pub subject: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveToolCall {
    /// Rises by one from call to call.
    pub n: u64,
    pub at_ms: i64,
    pub tool: String,
    pub duration_ms: f64,
    pub success: bool,
}

/// The values of an expression now, or those that changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveValues {
    pub id: String,
    pub seq: u64,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "is_false")]
    pub full: bool,
    /// A number alone is a series without labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new: Vec<LiveNewSeries>,
    pub refs: Vec<u32>,
    pub values: Vec<LiveValue>,
    /// Series that are no longer in the result; a `ref` is never given again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<u32>,
}

/// The server's time, for a client that wants to know how far its own clock is off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LivePong {
    pub id: String,
    /// With microseconds.
    pub at_ms: f64,
}

impl LiveQueue {
    /// From counts in the order of [`TaskStatus::ALL`].
    #[must_use]
    pub const fn of(counts: [u64; 7]) -> Self {
        let [
            pending,
            blocked,
            ready,
            running,
            completed,
            failed,
            cancelled,
        ] = counts;
        Self {
            pending,
            blocked,
            ready,
            running,
            completed,
            failed,
            cancelled,
        }
    }
}

/// How alerts stand. `GET /api/alerts` has them; it is worth asking again when `version` has risen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LiveAlerts {
    pub id: String,
    pub seq: u64,
    pub at: Timestamp,
    pub firing: u64,
    pub pending: u64,
    /// Of those that fire, how many another one explains.
    pub explained: u64,
    /// Rises with every change of an alert, a silence, a rule or a channel.
    pub version: u64,
    /// The most severe that fires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst: Option<AlertSeverity>,
}
