//! Agents come, say that they are alive, and go.

use anyhow::Result;
use paceline_api::{AgentRegisterRequest, AgentRegistered};

use super::caller::Caller;
use crate::client::Client;
use crate::clock;
use crate::drive::{Step, Worker};
use crate::http::Request;
use crate::stage::{Measured, Stage};

pub async fn register(stage: &Stage<'_>) -> Result<Measured> {
    let body = serde_json::to_vec(&newcomer())?;
    let clients = stage.all_clients().await?.into_iter();
    let callers = clients.map(|client| Caller::post(client, "/api/agents", body.clone()));
    Ok(stage.drive(callers.collect()).await)
}

pub async fn heartbeat(stage: &Stage<'_>) -> Result<Measured> {
    let mut callers = Vec::with_capacity(stage.clients);
    for agent_id in stage.agents(stage.clients).await? {
        let path = format!("/api/agents/{agent_id}/heartbeat");
        callers.push(Caller::post(stage.client().await?, path, b"{}".to_vec()));
    }
    Ok(stage.drive(callers).await)
}

/// Registers an agent, and takes the time of its leaving.
struct Leaver {
    client: Client,
}

impl Worker for Leaver {
    async fn step(&mut self) -> Result<Step> {
        let agent: AgentRegistered = self.client.ask("/api/agents", &newcomer()).await?;
        let path = format!("/api/agents/{}", agent.agent_id);
        let started = clock::now();
        self.client.send(&delete(&path)).await?;
        Ok(Step::Took(clock::now() - started))
    }
}

pub async fn deregister(stage: &Stage<'_>) -> Result<Measured> {
    let client = stage.client().await?;
    Ok(stage.drive(vec![Leaver { client }]).await)
}

fn delete(path: &str) -> Request<'_> {
    Request {
        method: "DELETE",
        path,
        headers: "",
        body: b"",
    }
}

/// An agent of ordinary size.
pub fn newcomer() -> AgentRegisterRequest {
    AgentRegisterRequest {
        name: Some("reviewer".to_owned()),
        role: Some("review".to_owned()),
        agent_types: Some(vec!["reviewer".to_owned()]),
        ..AgentRegisterRequest::default()
    }
}
