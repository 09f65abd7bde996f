//! A server with a past. Owns filling it with tasks and messages and doing one operation on it at
//! a time; refuses to decide how often.

use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use serde::Deserialize;
use tokio::task::JoinSet;

use crate::age::{Operation, since};
use crate::claims::{Agent, Ledger};
use crate::client::{Client, read};
use crate::clock;
use crate::interrupt::Interrupt;
use crate::process::{Launcher, Subject};
use crate::scenario::{message, sample};
use crate::stage::Stage;

/// Mailboxes among which the messages are spread.
const MAILBOXES: usize = 100;
/// Messages that a reader who is nearly up to date asks for.
const READ_LENGTH: u64 = 10;
const PRELOAD_MAX: Duration = Duration::from_secs(3_600);

/// A server, and the one client that measures it.
pub struct Aged {
    subject: Subject,
    stored: u64,
    client: Client,
    agent: Agent,
    task: Vec<u8>,
    inboxes: Vec<String>,
    next_inbox: usize,
}

#[derive(Deserialize)]
struct Sent {
    position: u64,
}

impl Aged {
    pub async fn preload(
        launcher: &Launcher,
        stored: u64,
        concurrency: usize,
        interrupt: &Interrupt,
        progress: &ProgressBar,
    ) -> Result<Self> {
        let subject = launcher.server(&[]).await?;
        let stage = Stage {
            subject: &subject,
            clients: concurrency,
            rate: 0,
            warm_up: Duration::ZERO,
            duration: Duration::ZERO,
            interrupt: interrupt.clone(),
        };
        progress.set_message(format!("storing {stored} tasks"));
        stage
            .preload(stored, PRELOAD_MAX, sample::mixed_task)
            .await?;
        progress.set_message(format!("storing {stored} messages"));
        let agent_ids = stage.agents(MAILBOXES).await?;
        send_all(&stage, &agent_ids, stored).await?;
        let mut client = stage.client().await?;
        let inboxes = inboxes(&mut client, &agent_ids).await?;
        let agent_id = agent_ids.into_iter().next().context("there is no agent")?;
        let agent = Agent::new(agent_id, None, Ledger::default())?;
        let task = serde_json::to_vec(&sample::task(5))?;
        Ok(Self {
            subject,
            stored,
            client,
            agent,
            task,
            inboxes,
            next_inbox: 0,
        })
    }

    pub fn stored(&self) -> u64 {
        self.stored
    }

    pub async fn stop(self) {
        self.subject.stop().await;
    }

    /// Does the operation once and answers how long it took. What keeps the store at its age, such
    /// as completing the claimed task, is not timed.
    pub async fn measure(&mut self, operation: Operation) -> Result<Duration> {
        let started = clock::now();
        match operation {
            Operation::Enqueue => {
                self.client.post("/api/tasks", &self.task).await?;
                Ok(since(started))
            }
            Operation::Claim => {
                let held = self.agent.claim(&mut self.client).await?;
                let took = since(started);
                let held = held.context("nothing was left to claim")?;
                self.agent.complete(&mut self.client, &held).await?;
                Ok(took)
            }
            Operation::MessageRead => {
                self.next_inbox = (self.next_inbox + 1) % self.inboxes.len();
                self.client.get(&self.inboxes[self.next_inbox]).await?;
                Ok(since(started))
            }
        }
    }
}

/// Many clients at once: messages have no batches, and the server commits those that wait together.
async fn send_all(stage: &Stage<'_>, agent_ids: &[String], count: u64) -> Result<()> {
    let clients = stage.all_clients().await?;
    let share = count / clients.len() as u64;
    let rest = count % clients.len() as u64;
    let mut running = JoinSet::new();
    for (place, client) in clients.into_iter().enumerate() {
        let own = share + u64::from((place as u64) < rest);
        let bodies = agent_ids
            .iter()
            .map(|to| message::body(to, to))
            .collect::<Result<Vec<_>>>()?;
        running.spawn(send(client, bodies, place, own, stage.interrupt.clone()));
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(())
}

async fn send(
    mut client: Client,
    bodies: Vec<Vec<u8>>,
    offset: usize,
    count: u64,
    interrupt: Interrupt,
) -> Result<()> {
    for body in bodies
        .iter()
        .cycle()
        .skip(offset)
        .take(usize::try_from(count)?)
    {
        if interrupt.is_raised() {
            break;
        }
        client.post("/api/messages", body).await?;
    }
    Ok(())
}

/// For each mailbox, a question for the last few messages in it.
async fn inboxes(client: &mut Client, agent_ids: &[String]) -> Result<Vec<String>> {
    let mut inboxes = Vec::with_capacity(agent_ids.len());
    for agent_id in agent_ids {
        let mut after = None;
        for _ in 0..READ_LENGTH {
            let answer = client
                .post("/api/messages", &message::body(agent_id, agent_id)?)
                .await?;
            let sent: Sent = read(answer.body)?;
            after.get_or_insert(sent.position.saturating_sub(1));
        }
        let after = after.unwrap_or_default();
        inboxes.push(format!(
            "/api/agents/{agent_id}/messages?after={after}&limit={READ_LENGTH}"
        ));
    }
    Ok(inboxes)
}
