//! Records taken over from another system. Owns their shapes and the rule that a record's own id
//! decides whether it is already here; refuses to read files (the server's importer does).

use paceline_core::{AgentId, Timestamp, agent, election, message, quality, task, tool_call};

use crate::ReportedFigures;

/// One kind of record, a bounded number of them, stored in one transaction.
#[derive(Clone, Debug)]
pub enum Batch {
    Agents(Vec<agent::Agent>),
    /// With their final states; prerequisites may name tasks of any batch, or none at all.
    Tasks(Vec<task::Task>),
    Messages(Vec<message::Message>),
    Assessments(Vec<quality::Assessment>),
    ToolCalls(Vec<tool_call::ToolCall>),
    Figures(Vec<(AgentId, ReportedFigures)>),
    Terms(election::State, Vec<election::Term>),
    Sessions(Vec<Session>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub session_id: String,
    pub agent_id: Option<AgentId>,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub tool_calls: Option<u64>,
}

/// How many rows a batch brought, and how many were here before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Outcome {
    pub added: u64,
    pub present: u64,
}
