//! From sending to having: one reader that waits for a message of its own, or many that wait for
//! one to all. Owns the waiting readers; refuses to count before the last of them has it.

use std::time::Instant;

use anyhow::{Result, ensure};
use paceline_api::{MessageReadResponse, Recipient};
use tokio::task::JoinSet;

use super::message;
use crate::client::{Client, read};
use crate::clock;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage};

/// Readers of a broadcast.
pub const AUDIENCE: usize = 32;
/// Far longer than any delivery; the server answers a waiting reader at once.
const WAIT_SECONDS: u32 = 10;

struct Reader {
    client: Client,
    agent_id: String,
    after: u64,
}

impl Reader {
    async fn open(stage: &Stage<'_>, agent_id: String) -> Result<Self> {
        let mut reader = Self {
            client: stage.client().await?,
            agent_id,
            after: 0,
        };
        // Up to date from here on, whatever was said before it came.
        reader.page(0).await?;
        Ok(reader)
    }

    async fn page(&mut self, wait_seconds: u32) -> Result<usize> {
        let (agent_id, after) = (&self.agent_id, self.after);
        let path = format!(
            "/api/agents/{agent_id}/messages?after={after}&limit=10&wait_seconds={wait_seconds}"
        );
        let page: MessageReadResponse = read(self.client.get(&path).await?.body)?;
        self.after = page.next_after;
        Ok(page.items.len())
    }

    /// Waits for one message and answers when it had it.
    async fn waits(&mut self) -> Result<Instant> {
        let count = self.page(WAIT_SECONDS).await?;
        ensure!(count == 1, "a waiting reader got {count} messages, not one");
        Ok(clock::now())
    }
}

/// One that sends and all that wait for it.
struct Delivery {
    sender: Client,
    body: Vec<u8>,
    readers: Vec<Reader>,
}

impl Worker for Delivery {
    async fn step(&mut self) -> Result<Step> {
        let expected = self.readers.len();
        let mut waiting = JoinSet::new();
        for mut reader in self.readers.drain(..) {
            waiting.spawn(async move {
                let outcome = reader.waits().await;
                (reader, outcome)
            });
        }
        // The readers' questions are on their way before the message is.
        tokio::task::yield_now().await;
        let started = clock::now();
        let sent = self
            .sender
            .post("/api/messages", &self.body)
            .await
            .map(drop);
        let mut last = Ok(started);
        while let Some(ended) = waiting.join_next().await {
            let (reader, outcome) = ended?;
            self.readers.push(reader);
            last = match (last, outcome) {
                (Ok(last), Ok(at)) => Ok(last.max(at)),
                (Err(error), _) | (_, Err(error)) => Err(error),
            };
        }
        sent?;
        ensure!(self.readers.len() == expected, "a reader was lost");
        Ok(Step::Took(last? - started))
    }
}

/// One message to one agent that waits for it.
pub async fn to_one(stage: &Stage<'_>) -> Result<Measured> {
    let mut agent_ids = stage.agents(2).await?;
    let from = agent_ids.remove(0);
    let body = message::body(&from, &agent_ids[0])?;
    run(stage, agent_ids, body).await
}

/// One message to all, which every agent waits for.
pub async fn to_all(stage: &Stage<'_>) -> Result<Measured> {
    let mut agent_ids = stage.agents(AUDIENCE + 1).await?;
    let from = agent_ids.remove(0);
    let body = message::body_to(&from, Recipient::All)?;
    run(stage, agent_ids, body).await
}

async fn run(stage: &Stage<'_>, agent_ids: Vec<String>, body: Vec<u8>) -> Result<Measured> {
    let mut readers = Vec::with_capacity(agent_ids.len());
    for agent_id in agent_ids {
        readers.push(Reader::open(stage, agent_id).await?);
    }
    let delivery = Delivery {
        sender: stage.client().await?,
        body,
        readers,
    };
    Ok(stage.drive(vec![delivery]).await)
}
