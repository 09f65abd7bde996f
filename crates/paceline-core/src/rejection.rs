//! Why a command was refused. Owns one variant per fact; refuses protocol codes (the server maps
//! them). A rejected command has changed nothing.

use serde::{Deserialize, Serialize};

use crate::task::Status;
use crate::{AgentId, ElectionName, TaskId, Timestamp};

/// Messages are lower-case fragments that fit after "failed to …", things in backticks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum Rejection {
    #[error("`{field}` {problem}")]
    Invalid { field: String, problem: String },
    #[error("no {kind} `{id}`")]
    NotFound { kind: Kind, id: String },
    #[error("prerequisites form a cycle: {}", .path.iter().map(TaskId::as_str).collect::<Vec<_>>().join(" -> "))]
    CircularDependency { path: Vec<TaskId> },
    #[error("fence {given} of task `{task}` is stale, the current one is {current}")]
    StaleFence {
        task: TaskId,
        given: u64,
        current: u64,
    },
    #[error("task `{task}` is held by agent `{holder}`")]
    HeldByAnother {
        task: TaskId,
        holder: AgentId,
        until: Option<Timestamp>,
    },
    #[error("task `{task}` is {status}, it must be {wanted}")]
    WrongStatus {
        task: TaskId,
        status: Status,
        wanted: &'static str,
    },
    #[error("memory `{namespace}/{key}` is at version {current}, not {expected}")]
    VersionConflict {
        namespace: String,
        key: String,
        expected: u64,
        current: u64,
    },
    #[error("epoch {given} of election `{election}` is no longer current, it is at {current}")]
    StaleEpoch {
        election: ElectionName,
        given: u64,
        current: u64,
        leader: Option<AgentId>,
    },
    #[error("agent `{agent}` does not lead election `{election}`")]
    NotLeader {
        election: ElectionName,
        agent: AgentId,
        leader: Option<AgentId>,
    },
    #[error("idempotency key `{key}` was used for a different request")]
    KeyReused { key: String },
    #[error("{what} is limited to {max}, got {got}")]
    LimitExceeded {
        what: &'static str,
        max: u64,
        got: u64,
    },
    #[error("agent `{agent}` was deregistered")]
    AgentGone { agent: AgentId },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Agent,
    Task,
    Message,
    Memory,
    Election,
    Token,
    Anomaly,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Agent => "agent",
            Self::Task => "task",
            Self::Message => "message",
            Self::Memory => "memory entry",
            Self::Election => "election",
            Self::Token => "token",
            Self::Anomaly => "anomaly",
        })
    }
}

impl Rejection {
    #[must_use]
    pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            problem: problem.into(),
        }
    }

    #[must_use]
    pub fn unknown_task(task: &TaskId) -> Self {
        Self::NotFound {
            kind: Kind::Task,
            id: task.to_string(),
        }
    }

    #[must_use]
    pub fn unknown_agent(agent: &AgentId) -> Self {
        Self::NotFound {
            kind: Kind::Agent,
            id: agent.to_string(),
        }
    }
}
