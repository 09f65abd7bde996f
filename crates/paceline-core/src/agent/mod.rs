//! Agents: who takes part. Owns registration, activity, health by silence.
//!
//! ```text
//!            any call                        any call
//!   healthy ---------> healthy     dead ----------------> healthy
//!   healthy --silence > warning_ms--> warning --stale_ms--> stale --dead_ms--> dead
//!   any state --deregister--> gone (its running tasks are released)
//! ```

pub mod health;
pub mod register;
pub mod update;

use serde::{Deserialize, Serialize};

use crate::{AgentId, Json, Steady, TaskId, Timestamp};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    pub agent_id: AgentId,
    pub name: Option<String>,
    pub role: Option<String>,
    pub agent_types: Vec<String>,
    pub topics: Vec<String>,
    pub session_id: Option<String>,
    pub metadata: Option<Json>,
    pub activity: Activity,
    pub current_task: Option<String>,
    pub health: Health,
    pub registered_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub tasks_running: u32,
    /// Taken over from another system's files, never seen here.
    pub imported: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    #[default]
    Active,
    Idle,
    Working,
    Blocked,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    #[default]
    Healthy,
    Warning,
    Stale,
    Dead,
}

/// How long an agent may be silent, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilencePolicy {
    pub warning_ms: i64,
    pub stale_ms: i64,
    pub dead_ms: i64,
}

impl Default for SilencePolicy {
    /// Long enough for a model that thinks for minutes between two calls.
    fn default() -> Self {
        Self {
            warning_ms: 60_000,
            stale_ms: 180_000,
            dead_ms: 300_000,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Register {
    pub agent_id: AgentId,
    pub name: Option<String>,
    pub role: Option<String>,
    pub agent_types: Vec<String>,
    pub topics: Vec<String>,
    pub session_id: Option<String>,
    pub metadata: Option<Json>,
    /// SHA-256 of the token that the agent was given.
    pub token_hash: [u8; 32],
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpdateStatus {
    pub agent_id: AgentId,
    pub activity: Option<Activity>,
    /// `Some(None)` clears it.
    pub current_task: Option<Option<String>>,
    pub agent_types: Option<Vec<String>>,
    pub topics: Option<Vec<String>>,
}

/// When each agent was last heard of, gathered between two writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub agent_id: AgentId,
    pub wall: Timestamp,
    pub steady: Steady,
}

/// What deregistering or dying set free.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    pub agent_id: Option<AgentId>,
    pub task_ids: Vec<TaskId>,
}

/// What a look at everybody's silence led to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Agents whose health is another now.
    pub changed: usize,
    /// The dead among them, and what they held.
    pub dead: Vec<Released>,
}
