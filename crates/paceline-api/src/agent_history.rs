//! One agent's history on the wire: the tasks it held, the tools it called. Owns these shapes;
//! refuses to sum them up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Selects from an agent's history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentTimelineQuery {
    /// Ended from this moment on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Ended before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One agent's hold on a task, from claim to end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentHold {
    pub task_id: String,
    #[serde(default)]
    pub agent_type: Option<String>,
    #[serde(default)]
    pub summary: Option<String>,
    /// 0 for what was imported.
    pub fence: u64,
    /// When the task became free to be claimed.
    #[serde(default)]
    pub ready_at: Option<Timestamp>,
    #[serde(default)]
    pub claimed_at: Option<Timestamp>,
    /// Null while it runs.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// From ready to claim.
    #[serde(default)]
    pub waited_ms: Option<u64>,
    /// From claim to end.
    #[serde(default)]
    pub duration_ms: Option<u64>,
    pub outcome: HoldOutcome,
    /// Imported, not run here.
    pub reported: bool,
}

/// How an agent's hold on a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum HoldOutcome {
    Running,
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
}

/// Selects tool calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolCallListQuery {
    /// Whose; of everybody, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// Started from this moment on; with `agent_id` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Started before this moment; with `agent_id` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A tool call that was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedToolCall {
    pub call_id: String,
    #[serde(default)]
    pub agent_id: Option<String>,
    #[serde(default)]
    pub session_id: Option<String>,
    pub tool: String,
    #[serde(default)]
    pub category: Option<String>,
    pub started_at: Timestamp,
    pub duration_ms: f64,
    pub success: bool,
    /// Whoever wrote the imported file guessed `success`.
    pub success_reported: bool,
    #[serde(default)]
    pub error: Option<String>,
    /// Bytes.
    #[serde(default)]
    pub input_size: Option<u64>,
    /// Bytes.
    #[serde(default)]
    pub output_size: Option<u64>,
}
