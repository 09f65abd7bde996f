//! Send messages, read mailboxes, both together.

use anyhow::{Result, ensure};
use paceline_api::{MessageReadResponse, MessageSendRequest, Recipient, StrictJson};

use super::caller::Caller;
use crate::client::{Client, read as answer};
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage};

/// Messages in each mailbox that is read.
const MAILBOX_LENGTH: usize = 50;
/// Messages that one step of the throughput sends, reads and acknowledges.
const ROUND: usize = 10;

/// Each client writes to its neighbour.
pub async fn send(stage: &Stage<'_>) -> Result<Measured> {
    let agent_ids = stage.agents(stage.clients).await?;
    let mut senders = Vec::with_capacity(stage.clients);
    for (place, agent_id) in agent_ids.iter().enumerate() {
        let to = &agent_ids[(place + 1) % agent_ids.len()];
        let body = body(agent_id, to)?;
        senders.push(Caller::post(stage.client().await?, "/api/messages", body));
    }
    Ok(stage.drive(senders).await)
}

pub async fn read(stage: &Stage<'_>) -> Result<Measured> {
    let mut readers = Vec::with_capacity(stage.clients);
    for agent_id in stage.agents(stage.clients).await? {
        let mut client = stage.client().await?;
        let body = body(&agent_id, &agent_id)?;
        for _ in 0..MAILBOX_LENGTH {
            client.post("/api/messages", &body).await?;
        }
        let path = format!("/api/agents/{agent_id}/messages?after=0&limit=10");
        readers.push(Caller::get(client, path));
    }
    Ok(stage.drive(readers).await)
}

/// Writes ten messages to itself, reads them and acknowledges the ten before.
struct Correspondent {
    client: Client,
    agent_id: String,
    body: Vec<u8>,
    after: u64,
}

impl Worker for Correspondent {
    async fn step(&mut self) -> Result<Step> {
        for _ in 0..ROUND {
            self.client.post("/api/messages", &self.body).await?;
        }
        let (agent_id, after) = (&self.agent_id, self.after);
        let path = format!(
            "/api/agents/{agent_id}/messages?after={after}&limit={ROUND}&ack_through={after}"
        );
        let page: MessageReadResponse = answer(self.client.get(&path).await?.body)?;
        ensure!(
            page.items.len() == ROUND,
            "{} messages came of {ROUND} that were sent",
            page.items.len()
        );
        self.after = page.next_after;
        Ok(Step::Done)
    }
}

pub async fn throughput(stage: &Stage<'_>) -> Result<Measured> {
    let mut correspondents = Vec::with_capacity(stage.clients);
    for agent_id in stage.agents(stage.clients).await? {
        correspondents.push(Correspondent {
            client: stage.client().await?,
            body: body(&agent_id, &agent_id)?,
            agent_id,
            after: 0,
        });
    }
    Ok(stage.drive(correspondents).await)
}

/// A message of ordinary size to one agent.
pub fn body(from: &str, to: &str) -> Result<Vec<u8>> {
    body_to(from, Recipient::Agent(to.to_owned()))
}

pub fn body_to(from: &str, to: Recipient) -> Result<Vec<u8>> {
    let payload = r#"{"text":"The tests of the billing module pass again; please look at the two new warnings.","files":["billing/invoice.rs","billing/tax.rs"]}"#;
    let request = MessageSendRequest {
        to,
        r#type: "review_result".to_owned(),
        payload: Some(StrictJson::trusted(payload)),
        reply_to: None,
        agent_id: Some(from.to_owned()),
        election: None,
        epoch: None,
    };
    Ok(serde_json::to_vec(&request)?)
}
