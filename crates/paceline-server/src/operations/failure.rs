//! Refusals on their way out. Owns the one mapping from rejections and storage errors to codes,
//! sentences and hints; every surface shows what is made here.

use paceline_api::{ErrorBody, ErrorCode};
use paceline_core::{Rejection, id::InvalidId, rejection::Kind};
use paceline_store::StoreError;
use serde_json::json;

/// An error as a client gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiFailure {
    pub status: u16,
    pub body: ErrorBody,
    pub retry_after_seconds: Option<u32>,
}

impl ApiFailure {
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let body = ErrorBody::new(code, message);
        let failure = Self {
            status: body.http_status(),
            body,
            retry_after_seconds: None,
        };
        match code {
            // The sentence names the fault; where there is more to say, `hint` says it instead.
            ErrorCode::InvalidArgument => {
                failure.hint("correct that and send it again; nothing was changed")
            }
            _ => failure,
        }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.body = self.body.with_hint(hint);
        self
    }

    #[must_use]
    pub fn details(mut self, details: serde_json::Value) -> Self {
        self.body = self.body.with_details(details);
        self
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Refused by a rule, as opposed to broken.
    #[must_use]
    pub fn is_rejection(&self) -> bool {
        self.status < 500
    }
}

pub(crate) fn invalid(field: &str, problem: &str) -> ApiFailure {
    ApiFailure::new(ErrorCode::InvalidArgument, format!("`{field}` {problem}"))
        .details(json!({ "field": field }))
}

impl From<InvalidId> for ApiFailure {
    fn from(error: InvalidId) -> Self {
        Self::new(ErrorCode::InvalidArgument, error.to_string())
    }
}

impl From<StoreError> for ApiFailure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Rejected(rejection) => rejection.into(),
            StoreError::Busy { .. } => Self::new(ErrorCode::Unavailable, error.to_string())
                .hint("try again in a second; lower the number of concurrent writers if it goes on")
                .retry_after(1),
            StoreError::ReadOnly { .. } => Self::new(ErrorCode::Unavailable, error.to_string())
                .hint(
                    "nothing accepted before is lost; free the disk or restart, as the reason says",
                )
                .retry_after(5),
            StoreError::Closed => Self::new(ErrorCode::Unavailable, error.to_string())
                .hint("the server is stopping; try again when it is back")
                .retry_after(2),
            other => {
                tracing::error!(error = %other, "storage failed");
                Self::new(ErrorCode::Internal, other.to_string())
                    .hint("run `paceline doctor` on the data directory")
            }
        }
    }
}

impl From<Rejection> for ApiFailure {
    fn from(rejection: Rejection) -> Self {
        let message = rejection.to_string();
        let failure = Self::new(code_of(&rejection), message);
        let failure = match hint_of(&rejection) {
            Some(hint) => failure.hint(hint),
            None => failure,
        };
        match details_of(&rejection) {
            Some(details) => failure.details(details),
            None => failure,
        }
    }
}

fn code_of(rejection: &Rejection) -> ErrorCode {
    match rejection {
        Rejection::Invalid { .. } => ErrorCode::InvalidArgument,
        Rejection::NotFound { .. } => ErrorCode::NotFound,
        Rejection::CircularDependency { .. } => ErrorCode::CircularDependency,
        Rejection::StaleFence { .. } => ErrorCode::StaleFence,
        Rejection::WrongStatus { .. } | Rejection::AgentGone { .. } => ErrorCode::InvalidState,
        Rejection::HeldByAnother { .. }
        | Rejection::VersionConflict { .. }
        | Rejection::StaleEpoch { .. }
        | Rejection::NotLeader { .. }
        | Rejection::KeyReused { .. } => ErrorCode::Conflict,
        Rejection::LimitExceeded { .. } => ErrorCode::LimitExceeded,
    }
}

fn hint_of(rejection: &Rejection) -> Option<&'static str> {
    Some(match rejection {
        Rejection::NotFound {
            kind: Kind::Agent, ..
        } => "register first (`agent_register`) and use the `agent_id` of the answer",
        Rejection::NotFound {
            kind: Kind::Task, ..
        } => "list what there is with `task_list`",
        Rejection::NotFound {
            kind: Kind::Memory, ..
        } => "find what there is with `memory_search`; it may have expired",
        Rejection::NotFound { .. } => "check the name",
        Rejection::CircularDependency { .. } => {
            "leave out one of the prerequisites on the path; nothing was stored"
        }
        Rejection::StaleFence { .. } => {
            "the task was taken over after the lease ran out; drop this attempt and claim anew"
        }
        Rejection::HeldByAnother { .. } => "wait for its lease to end, or claim another task",
        Rejection::WrongStatus { .. } => {
            "look at the task with `task_get`; finished tasks stay as they are"
        }
        Rejection::VersionConflict { .. } => "read it again, merge, and set with the new version",
        Rejection::StaleEpoch { .. } => "you no longer lead; campaign again before you write",
        Rejection::NotLeader { .. } => "campaign first; only the leader renews or resigns",
        Rejection::KeyReused { .. } => "use a new key for a new request",
        Rejection::AgentGone { .. } => "register again",
        Rejection::LimitExceeded { .. } => "send less at a time",
        Rejection::Invalid { .. } => return None,
    })
}

fn details_of(rejection: &Rejection) -> Option<serde_json::Value> {
    Some(match rejection {
        Rejection::Invalid { field, .. } => json!({ "field": field }),
        Rejection::CircularDependency { path } => json!({ "path": path }),
        Rejection::StaleFence { current, given, .. } => {
            json!({ "current": current, "given": given })
        }
        Rejection::HeldByAnother { holder, until, .. } => json!({
            "holder": holder,
            "until": until.map(|at| paceline_api::Timestamp(at.0)),
        }),
        Rejection::WrongStatus { status, .. } => json!({ "status": status }),
        Rejection::VersionConflict { current, .. } => json!({ "current_version": current }),
        Rejection::StaleEpoch {
            current, leader, ..
        } => json!({ "current_epoch": current, "leader": leader }),
        Rejection::NotLeader { leader, .. } => json!({ "leader": leader }),
        Rejection::LimitExceeded { max, got, .. } => json!({ "max": max, "got": got }),
        _ => return None,
    })
}
