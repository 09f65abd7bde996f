//! Tool calls: what agents report of the tools they used. Owns their shape; a `call_id` counts once.

use serde::{Deserialize, Serialize};

use crate::{AgentId, Rejection, Timestamp, limits, text};

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

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub accepted: u32,
    /// Which of the calls, counted from 0, had been recorded before.
    pub duplicates: Vec<u32>,
}

/// # Errors
/// `Invalid` names the first field that breaks a limit.
pub fn check(call: &ToolCall) -> Result<(), Rejection> {
    text::required("call_id", &call.call_id, limits::ID_LENGTH_MAX)?;
    text::required("tool", &call.tool, limits::NAME_LENGTH_MAX)?;
    text::optional(
        "category",
        call.category.as_deref(),
        limits::NAME_LENGTH_MAX,
    )?;
    text::optional(
        "session_id",
        call.session_id.as_deref(),
        limits::ID_LENGTH_MAX,
    )?;
    text::optional("error", call.error.as_deref(), limits::ERROR_LENGTH_MAX)?;
    if call.duration_ms.is_finite() && 0.0 <= call.duration_ms {
        return Ok(());
    }
    let problem = format!("must be a number from 0, got {}", call.duration_ms);
    Err(Rejection::invalid("duration_ms", problem))
}
