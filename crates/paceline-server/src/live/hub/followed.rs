//! An agent that somebody follows by itself. Owns what it did lately, operation by operation;
//! refuses what it did before somebody followed it, which the record has.

use paceline_api::{LiveAgentOperation, LiveToolCall};
use paceline_core::Timestamp;
use paceline_core::agent::{Agent, Health};

use super::inbox::{Closed, ToolCall};
use super::ring::Ring;
use crate::live::limits::ACTIONS_KEPT_MAX;

#[derive(Default)]
pub struct Followed {
    /// As the store has it; nothing until it was read.
    pub agent: Option<Agent>,
    /// How often the store told of the agent itself.
    pub told: u64,
    /// In which anything below or above changed last.
    pub version: u64,
    pub operations: Ring<LiveAgentOperation, ACTIONS_KEPT_MAX>,
    pub tool_calls: Ring<LiveToolCall, ACTIONS_KEPT_MAX>,
    pub has_left: bool,
    pub followers: usize,
}

impl Followed {
    pub fn is(&mut self, agent: &Agent) {
        self.agent = Some(agent.clone());
        self.has_left = false;
    }

    pub fn seen(&mut self, at: Timestamp) {
        if let Some(agent) = &mut self.agent {
            agent.last_seen_at = agent.last_seen_at.max(at);
        }
    }

    pub fn judged(&mut self, health: Health) {
        if let Some(agent) = &mut self.agent {
            agent.health = health;
        }
    }

    pub fn closed(&mut self, closed: Closed) {
        self.operations.put(|n| LiveAgentOperation {
            n,
            at_ms: closed.at_ms,
            operation: closed.operation,
            duration_us: closed.duration_us,
            outcome: closed.outcome.to_owned(),
            error: closed.error.map(str::to_owned),
            subject: closed.subject,
        });
    }

    pub fn called(&mut self, call: ToolCall) {
        self.tool_calls.put(|n| LiveToolCall {
            n,
            at_ms: call.at_ms,
            tool: call.tool,
            duration_ms: call.duration_ms,
            success: call.success,
        });
    }
}
