//! Send a message to one agent; read ten messages of a mailbox.

use anyhow::Result;
use paceline_api::{MessageSendRequest, Recipient, StrictJson};

use crate::client::Client;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage};

/// Messages in each mailbox that is read.
const MAILBOX_LENGTH: usize = 50;

struct Sender {
    client: Client,
    body: Vec<u8>,
}

impl Worker for Sender {
    async fn step(&mut self) -> Result<Step> {
        self.client.post("/api/messages", &self.body).await?;
        Ok(Step::Done)
    }
}

struct Reader {
    client: Client,
    path: String,
}

impl Worker for Reader {
    async fn step(&mut self) -> Result<Step> {
        self.client.get(&self.path).await?;
        Ok(Step::Done)
    }
}

/// Each client writes to its neighbour.
pub async fn send(stage: &Stage<'_>) -> Result<Measured> {
    let agent_ids = stage.agents(stage.clients).await?;
    let mut workers = Vec::with_capacity(stage.clients);
    for (place, agent_id) in agent_ids.iter().enumerate() {
        let to = &agent_ids[(place + 1) % agent_ids.len()];
        let body = body(agent_id, to)?;
        workers.push(Sender {
            client: stage.client().await?,
            body,
        });
    }
    Ok(stage.closed(workers).await)
}

pub async fn read(stage: &Stage<'_>) -> Result<Measured> {
    let mut workers = Vec::with_capacity(stage.clients);
    for agent_id in stage.agents(stage.clients).await? {
        let mut client = stage.client().await?;
        let body = body(&agent_id, &agent_id)?;
        for _ in 0..MAILBOX_LENGTH {
            client.post("/api/messages", &body).await?;
        }
        let path = format!("/api/agents/{agent_id}/messages?after=0&limit=10");
        workers.push(Reader { client, path });
    }
    Ok(stage.closed(workers).await)
}

/// A message of ordinary size.
pub fn body(from: &str, to: &str) -> Result<Vec<u8>> {
    let payload = r#"{"text":"The tests of the billing module pass again; please look at the two new warnings.","files":["billing/invoice.rs","billing/tax.rs"]}"#;
    let request = MessageSendRequest {
        to: Recipient::Agent(to.to_owned()),
        r#type: "review_result".to_owned(),
        payload: Some(StrictJson::trusted(payload)),
        reply_to: None,
        agent_id: Some(from.to_owned()),
        election: None,
        epoch: None,
    };
    Ok(serde_json::to_vec(&request)?)
}
