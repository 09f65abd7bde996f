//! Who calls, and by which way in. Owns the check of a claimed `agent_id` against the caller's
//! identity; refuses to read headers (the surfaces do).

use paceline_core::{AgentId, ElectionName};
use paceline_store::{Context, IdempotencyKey};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::failure::{ApiFailure, invalid};
use paceline_api::{ErrorCode, Guarded, Operation};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Tokens are off: everybody on this machine is trusted to say who they are.
    Trusted,
    Agent(AgentId),
    Operator {
        token_id: String,
    },
}

/// The way in that an operation took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    Http,
    Mcp,
    Internal,
}

impl Surface {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Mcp => "mcp",
            Self::Internal => "internal",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Caller {
    pub identity: Identity,
    pub surface: Surface,
    pub idempotency_key: Option<String>,
    pub session_id: Option<String>,
}

impl Caller {
    #[must_use]
    pub fn internal() -> Self {
        Self {
            identity: Identity::Trusted,
            surface: Surface::Internal,
            idempotency_key: None,
            session_id: None,
        }
    }

    /// Refuses agents what is for people.
    pub(super) fn require_operator(&self, doing: &str) -> Result<(), ApiFailure> {
        let Identity::Agent(agent) = &self.identity else {
            return Ok(());
        };
        let message = format!("{doing} as agent `{agent}`");
        Err(ApiFailure::new(ErrorCode::Forbidden, message)
            .hint("use an operator's token (`paceline token create`)"))
    }

    /// The agent that a request names, refused when the caller's token is another's.
    pub(super) fn acting_as(&self, agent_id: String) -> Result<AgentId, ApiFailure> {
        let agent = AgentId::parse(agent_id).map_err(ApiFailure::from)?;
        match &self.identity {
            Identity::Agent(own) if *own != agent => Err(ApiFailure::new(
                ErrorCode::Forbidden,
                format!("act as agent `{agent}`: the token belongs to agent `{own}`"),
            )
            .hint("use that agent's own token, or an operator's")),
            _ => Ok(agent),
        }
    }

    /// Like [`Self::acting_as`] where naming the agent is optional; a token's owner is the default.
    pub(super) fn author(&self, agent_id: Option<String>) -> Result<Option<AgentId>, ApiFailure> {
        match (agent_id, &self.identity) {
            (Some(id), _) => self.acting_as(id).map(Some),
            (None, Identity::Agent(own)) => Ok(Some(own.clone())),
            (None, _) => Ok(None),
        }
    }

    /// Who is at work as far as the record is concerned.
    pub(super) fn agent(&self) -> Option<&AgentId> {
        match &self.identity {
            Identity::Agent(agent) => Some(agent),
            _ => None,
        }
    }

    /// The envelope of a write: the guard that the request carries, the key that the caller gave.
    pub(super) fn context<R: Guarded + Serialize>(
        &self,
        operation: Operation,
        subject: &str,
        request: &R,
        now: paceline_core::Now,
    ) -> Result<Context, ApiFailure> {
        let guard = guard_of(request.election(), request.epoch())?;
        Ok(Context {
            now,
            guard,
            key: self.key(operation, subject, request)?,
        })
    }

    /// The envelope of a write that no election guards.
    pub(super) fn unguarded<R: Serialize>(
        &self,
        operation: Operation,
        subject: &str,
        request: &R,
        now: paceline_core::Now,
    ) -> Result<Context, ApiFailure> {
        Ok(Context {
            key: self.key(operation, subject, request)?,
            ..Context::at(now)
        })
    }

    /// A key is the caller's own: another caller's equal key is another key.
    fn key<R: Serialize>(
        &self,
        operation: Operation,
        subject: &str,
        request: &R,
    ) -> Result<Option<IdempotencyKey>, ApiFailure> {
        let Some(key) = &self.idempotency_key else {
            return Ok(None);
        };
        if key.is_empty() || paceline_core::limits::IDEMPOTENCY_KEY_LENGTH_MAX < key.chars().count()
        {
            return Err(invalid("idempotency_key", "must be 1 to 255 characters"));
        }
        let mut hasher = Sha256::new();
        hasher.update(subject.as_bytes());
        hasher.update([0]);
        let body =
            serde_json::to_vec(request).map_err(|error| invalid("body", &error.to_string()))?;
        hasher.update(&body);
        let scope = match &self.identity {
            Identity::Trusted => "",
            Identity::Agent(agent) => agent.as_str(),
            Identity::Operator { token_id } => token_id,
        };
        Ok(Some(IdempotencyKey {
            key: format!("{operation}/{scope}/{key}"),
            fingerprint: hasher.finalize().into(),
        }))
    }
}

fn guard_of(
    election: Option<&str>,
    epoch: Option<u64>,
) -> Result<Option<paceline_core::election::Guard>, ApiFailure> {
    match (election, epoch) {
        (None, None) => Ok(None),
        (Some(election), Some(epoch)) => {
            let election = ElectionName::parse(election).map_err(ApiFailure::from)?;
            Ok(Some(paceline_core::election::Guard { election, epoch }))
        }
        (Some(_), None) => Err(invalid("epoch", "is missing beside `election`")),
        (None, Some(_)) => Err(invalid("election", "is missing beside `epoch`")),
    }
}
