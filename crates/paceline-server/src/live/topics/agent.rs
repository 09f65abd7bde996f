//! One agent as a subscriber sees it: how it is, and what it did since the last frame.

use paceline_api::{ErrorCode, LiveAgent};

use super::Head;
use crate::live::hub::{Following, State};
use crate::live::limits::FRAME_ACTIONS_MAX;
use crate::operations::{ApiFailure, wire};

/// What the last frame showed.
pub struct Agent {
    agent_id: String,
    generation: u64,
    version: u64,
    operations: u64,
    tool_calls: u64,
    _following: Following,
}

impl Agent {
    pub fn new(agent_id: String, following: Following) -> Self {
        Self {
            agent_id,
            generation: 0,
            version: 0,
            operations: 0,
            tool_calls: 0,
            _following: following,
        }
    }

    /// `None` when nothing changed.
    ///
    /// # Errors
    /// When the agent has left.
    pub fn frame(&mut self, head: Head, state: &State) -> Result<Option<LiveAgent>, ApiFailure> {
        let Some(followed) = state.followed.get(&self.agent_id) else {
            return Err(self.has_left());
        };
        if followed.has_left {
            return Err(self.has_left());
        }
        let is_full = self.generation != state.generation;
        let row = state.agents.get(&self.agent_id);
        let newest = followed.version.max(row.map_or(0, |row| row.version));
        if is_full {
            (self.operations, self.tool_calls) = (0, 0);
        }
        let Some(agent) = followed
            .agent
            .as_ref()
            .filter(|_| is_full || self.version < newest)
        else {
            return Ok(None);
        };
        let mut agent = agent.clone();
        if let Some(row) = row {
            agent.tasks_running = u32::try_from(row.running.len()).unwrap_or(u32::MAX);
        }
        let (operations, lost) = followed
            .operations
            .since(self.operations, FRAME_ACTIONS_MAX);
        let (tool_calls, more) = followed
            .tool_calls
            .since(self.tool_calls, FRAME_ACTIONS_MAX);
        (self.generation, self.version) = (state.generation, state.version);
        self.operations = followed.operations.newest();
        self.tool_calls = followed.tool_calls.newest();
        Ok(Some(LiveAgent {
            id: head.id,
            seq: head.seq,
            at: head.at,
            full: is_full,
            boot: is_full.then(|| state.boot.clone()),
            agent: wire::agent(agent),
            operations,
            tool_calls,
            // Those from before the first frame are not missed.
            skipped: if is_full { 0 } else { lost + more },
        }))
    }

    fn has_left(&self) -> ApiFailure {
        let message = format!("agent `{}` has left", self.agent_id);
        ApiFailure::new(ErrorCode::NotFound, message).hint("`GET /api/agents` lists who is there")
    }
}
