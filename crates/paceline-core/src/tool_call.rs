//! Tool calls: what agents report of the tools they used. Owns their shape; a `call_id` counts once.

use serde::{Deserialize, Serialize};

use crate::{AgentId, Timestamp};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    pub call_id: String,
    pub agent_id: Option<AgentId>,
    pub session_id: Option<String>,
    pub tool: String,
    pub category: Option<String>,
    pub started_at: Timestamp,
    pub duration_ms: f64,
    pub success: bool,
    /// The flag was guessed by whoever wrote the file it came from.
    pub success_reported: bool,
    pub error: Option<String>,
    pub input_size: Option<u64>,
    pub output_size: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub accepted: u32,
    pub duplicates: u32,
}
