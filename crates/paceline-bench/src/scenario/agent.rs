//! Register agents; let agents say that they are alive.

use anyhow::Result;
use paceline_api::AgentRegisterRequest;

use crate::client::Client;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage};

struct Caller {
    client: Client,
    path: String,
    body: Vec<u8>,
}

impl Worker for Caller {
    async fn step(&mut self) -> Result<Step> {
        self.client.post(&self.path, &self.body).await?;
        Ok(Step::Done)
    }
}

pub async fn register(stage: &Stage<'_>) -> Result<Measured> {
    let request = AgentRegisterRequest {
        name: Some("reviewer".to_owned()),
        role: Some("review".to_owned()),
        agent_types: Some(vec!["reviewer".to_owned()]),
        ..AgentRegisterRequest::default()
    };
    let body = serde_json::to_vec(&request)?;
    let caller = |client| Caller {
        client,
        path: "/api/agents".to_owned(),
        body: body.clone(),
    };
    let callers = stage.all_clients().await?.into_iter().map(caller).collect();
    Ok(stage.closed(callers).await)
}

pub async fn heartbeat(stage: &Stage<'_>) -> Result<Measured> {
    let mut callers = Vec::with_capacity(stage.clients);
    for agent_id in stage.agents(stage.clients).await? {
        let path = format!("/api/agents/{agent_id}/heartbeat");
        callers.push(Caller {
            client: stage.client().await?,
            path,
            body: b"{}".to_vec(),
        });
    }
    Ok(stage.closed(callers).await)
}
