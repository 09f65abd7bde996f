//! Agents. Owns their routes; refuses to remember who is registered.

use paceline_api::*;

use crate::service::{get, route};
use crate::{Client, ClientError};

impl Client {
    pub async fn register_agent(
        &self,
        request: &AgentRegisterRequest,
    ) -> Result<AgentRegistered, ClientError> {
        self.create(const { route(Operation::AgentRegister) }, request)
            .await
    }

    pub async fn list_agents(
        &self,
        query: &AgentStatusQuery,
    ) -> Result<AgentStatusResponse, ClientError> {
        self.read(const { route(Operation::AgentStatus) }, &[], query)
            .await
    }

    pub async fn get_agent(&self, agent_id: &str) -> Result<Agent, ClientError> {
        self.read(get("/api/agents/{agent_id}"), &[agent_id], &())
            .await
    }

    pub async fn deregister_agent(
        &self,
        agent_id: &str,
        query: &AgentDeregisterQuery,
    ) -> Result<AgentDeregistered, ClientError> {
        self.remove(
            const { route(Operation::AgentDeregister) },
            &[agent_id],
            query,
        )
        .await
    }

    pub async fn update_agent_status(
        &self,
        agent_id: &str,
        request: &AgentUpdateStatusRequest,
    ) -> Result<Agent, ClientError> {
        self.write(
            const { route(Operation::AgentUpdateStatus) },
            &[agent_id],
            request,
        )
        .await
    }

    pub async fn heartbeat(
        &self,
        agent_id: &str,
        request: &HeartbeatRequest,
    ) -> Result<HeartbeatResponse, ClientError> {
        self.write(
            const { route(Operation::AgentHeartbeat) },
            &[agent_id],
            request,
        )
        .await
    }
}
