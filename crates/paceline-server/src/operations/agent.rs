//! Agents: register, deregister, heartbeat, update status, status.

use paceline_api::{
    AgentDeregisterQuery, AgentDeregistered, AgentRegisterRequest, AgentRegistered,
    AgentStatusQuery, AgentStatusResponse, AgentUpdateStatusRequest, HeartbeatRequest,
    HeartbeatResponse, Operation,
};
use paceline_core::{AgentId, agent};

use super::{ApiFailure, Caller, Operations, page, wire};
use crate::ids;

impl Operations {
    /// # Errors
    /// When a field is out of bounds, or the store refuses.
    pub async fn agent_register(
        &self,
        caller: &Caller,
        request: AgentRegisterRequest,
    ) -> Result<AgentRegistered, ApiFailure> {
        let mut passage = self.gate.open(Operation::AgentRegister, caller);
        let result = async {
            let ctx = caller.context(Operation::AgentRegister, "", &request, self.gate.now())?;
            let (token, token_hash) = self.fresh_token(&ctx.key)?;
            let command = agent::Register {
                agent_id: AgentId::trusted(ids::new_id("agt")),
                name: request.name,
                role: request.role,
                agent_types: request.agent_types.unwrap_or_default(),
                topics: request.topics.unwrap_or_default(),
                session_id: request.session_id,
                metadata: request.metadata.map(wire::from_json),
                token_hash,
            };
            let agent = passage.take(passage.store().register_agent(ctx, command).await)?;
            passage.by(agent.agent_id.as_str());
            Ok(registered(agent, token))
        }
        .await;
        passage.finish(result)
    }

    /// A retry under the same idempotency key must get the same token although only its hash is
    /// stored: the token is then derived from the key and this data directory's secret.
    fn fresh_token(
        &self,
        key: &Option<paceline_store::IdempotencyKey>,
    ) -> Result<(String, [u8; 32]), ApiFailure> {
        match key {
            Some(key) => Ok(ids::derived_token(&self.secret, key.key.as_bytes())),
            None => ids::new_token().map_err(|error| {
                tracing::error!(%error, "the system gives no randomness");
                ApiFailure::new(
                    paceline_api::ErrorCode::Internal,
                    "no randomness for a token",
                )
            }),
        }
    }

    /// # Errors
    /// When there is no such agent, or it is another's.
    pub async fn agent_deregister(
        &self,
        caller: &Caller,
        agent_id: String,
        query: AgentDeregisterQuery,
    ) -> Result<AgentDeregistered, ApiFailure> {
        let mut passage = self.gate.open(Operation::AgentDeregister, caller);
        let result = async {
            let agent = caller.acting_as(agent_id)?;
            passage.by(agent.as_str());
            let ctx = caller.context(
                Operation::AgentDeregister,
                agent.as_str(),
                &query,
                self.gate.now(),
            )?;
            let released =
                passage.take(passage.store().deregister_agent(ctx, agent.clone()).await)?;
            self.waiters.tasks_ready(released.task_ids.len(), None);
            Ok(AgentDeregistered {
                agent_id: agent.into_string(),
                released_task_ids: wire::ids(released.task_ids),
            })
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When there is no such agent, or it is another's.
    pub async fn agent_heartbeat(
        &self,
        caller: &Caller,
        agent_id: String,
        request: HeartbeatRequest,
    ) -> Result<HeartbeatResponse, ApiFailure> {
        let mut passage = self.gate.open(Operation::AgentHeartbeat, caller);
        let result = async {
            let agent = caller.acting_as(agent_id)?;
            passage.by(agent.as_str());
            let ctx = caller.context(
                Operation::AgentHeartbeat,
                agent.as_str(),
                &request,
                self.gate.now(),
            )?;
            let agent = passage.take(passage.store().heartbeat(ctx, agent).await)?;
            Ok(HeartbeatResponse {
                agent_id: agent.agent_id.into_string(),
                health: wire::health(agent.health),
                last_heartbeat_at: wire::time(agent.last_seen_at),
                tasks_running: agent.tasks_running,
            })
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When there is no such agent, or it is another's.
    pub async fn agent_update_status(
        &self,
        caller: &Caller,
        agent_id: String,
        request: AgentUpdateStatusRequest,
    ) -> Result<paceline_api::Agent, ApiFailure> {
        let mut passage = self.gate.open(Operation::AgentUpdateStatus, caller);
        let result = async {
            let agent_id = caller.acting_as(agent_id)?;
            passage.by(agent_id.as_str());
            let ctx = caller.context(
                Operation::AgentUpdateStatus,
                agent_id.as_str(),
                &request,
                self.gate.now(),
            )?;
            let command = agent::UpdateStatus {
                agent_id,
                activity: request.status.map(wire::from_activity),
                current_task: request
                    .current_task
                    .map(|text| Some(text).filter(|t| !t.is_empty())),
                agent_types: None,
                topics: None,
            };
            passage
                .take(passage.store().update_agent(ctx, command).await)
                .map(wire::agent)
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the page is out of bounds or the one agent asked for does not exist.
    pub async fn agent_status(
        &self,
        caller: &Caller,
        query: AgentStatusQuery,
    ) -> Result<AgentStatusResponse, ApiFailure> {
        let mut passage = self.gate.open(Operation::AgentStatus, caller);
        let result = async {
            let store = passage.store();
            let (items, next_cursor) = match query.agent_id {
                Some(id) => {
                    let agent = AgentId::parse(id)?;
                    (vec![passage.take(store.agent(agent).await)?], None)
                }
                None => {
                    let page =
                        passage.take(store.agents(page(query.limit, query.cursor)?).await)?;
                    (page.items, page.next_cursor)
                }
            };
            let leaders = passage.take(store.leaders(self.gate.now()).await)?;
            let wanted = |agent: &paceline_api::Agent| {
                query.health.is_none_or(|health| agent.health == health)
                    && query
                        .role
                        .as_ref()
                        .is_none_or(|role| agent.role.as_ref() == Some(role))
            };
            Ok(AgentStatusResponse {
                items: items.into_iter().map(wire::agent).filter(wanted).collect(),
                next_cursor,
                leaders: leaders.into_iter().map(wire::leader).collect(),
            })
        }
        .await;
        passage.finish(result)
    }
}

fn registered(agent: agent::Agent, token: String) -> AgentRegistered {
    AgentRegistered {
        agent_id: agent.agent_id.into_string(),
        token,
        name: agent.name,
        role: agent.role,
        agent_types: agent.agent_types,
        topics: agent.topics,
        session_id: agent.session_id,
        status: wire::activity(agent.activity),
        health: wire::health(agent.health),
        registered_at: wire::time(agent.registered_at),
    }
}
