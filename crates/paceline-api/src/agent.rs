//! Agents on the wire: joining, leaving, saying what they do, being looked at.
//! Owns these shapes; refuses to decide who is healthy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{LeaderState, StrictJson, Timestamp};

/// What an agent says it is doing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum AgentActivity {
    Active,
    Idle,
    Working,
    Blocked,
}

impl AgentActivity {
    pub const ALL: &[Self] = &[Self::Active, Self::Idle, Self::Working, Self::Blocked];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Idle => "idle",
            Self::Working => "working",
            Self::Blocked => "blocked",
        }
    }
}

/// What the age of the last heartbeat says.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum AgentHealth {
    Healthy,
    Warning,
    Stale,
    Dead,
}

impl AgentHealth {
    pub const ALL: &[Self] = &[Self::Healthy, Self::Warning, Self::Stale, Self::Dead];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Warning => "warning",
            Self::Stale => "stale",
            Self::Dead => "dead",
        }
    }
}

/// Joins the fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct AgentRegisterRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Kinds of task it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_types: Option<Vec<String>>,
    /// Topics it subscribes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<StrictJson>,
    /// Refuse unless `epoch` is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agent {
    pub agent_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default)]
    pub agent_types: Vec<String>,
    #[serde(default)]
    pub topics: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<StrictJson>,
    pub status: AgentActivity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_task: Option<String>,
    pub health: AgentHealth,
    pub tasks_running: u32,
    pub registered_at: Timestamp,
    pub last_heartbeat_at: Timestamp,
}

/// A new agent and the only sight of its token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentRegistered {
    pub agent_id: String,
    pub token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default)]
    pub agent_types: Vec<String>,
    #[serde(default)]
    pub topics: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    pub status: AgentActivity,
    pub health: AgentHealth,
    pub registered_at: Timestamp,
}

/// Leaves the fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct AgentDeregisterQuery {
    /// Refuse unless `epoch` is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// An agent that left, and the tasks that went back to the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentDeregistered {
    pub agent_id: String,
    pub released_task_ids: Vec<String>,
}

/// Selects agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct AgentStatusQuery {
    /// Only this agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<AgentHealth>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Agents, and who leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentStatusResponse {
    pub items: Vec<Agent>,
    #[serde(default)]
    pub next_cursor: Option<String>,
    pub leaders: Vec<LeaderState>,
}

/// Says what an agent is doing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct AgentUpdateStatusRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<AgentActivity>,
    /// Task or activity; empty clears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_task: Option<String>,
    /// Refuse unless `epoch` is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// Says that an agent is alive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct HeartbeatRequest {
    /// Refuse unless `epoch` is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// A heartbeat that arrived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeartbeatResponse {
    pub agent_id: String,
    pub health: AgentHealth,
    pub last_heartbeat_at: Timestamp,
    pub tasks_running: u32,
}
