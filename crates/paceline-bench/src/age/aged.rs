//! An aged server, and the one client that measures it. Owns doing one operation at a time; refuses
//! to decide how often.

use std::time::Duration;

use anyhow::{Context, Result};
use paceline_api::{MessageAckRequest, MessageSent, TaskEnqueued, TaskUpdateRequest};

use super::operation::Operation;
use super::past::{WORKERS, entry_path, entry_value, entry_word, sample_row};
use crate::claims::{Agent, Held, Ledger};
use crate::client::{Client, read};
use crate::clock;
use crate::http::Request;
use crate::process::Subject;
use crate::scenario::{agent, election, memory, message, sample};

/// Messages that a reader who is nearly up to date asks for.
const READ_LENGTH: u64 = 10;
/// Tasks of low priority that nobody claims, to be changed.
const ASIDE: usize = 20;
const QUERY: &str = "/prometheus/api/v1/query?query=sum(aged_figure_7)";

pub struct Aged {
    subject: Subject,
    stored: u64,
    client: Client,
    agent_id: String,
    agent: Agent,
    held: Vec<Held>,
    inboxes: Vec<Inbox>,
    /// Tasks of all times.
    known: Vec<String>,
    aside: Vec<String>,
    /// Goes up with every operation; picks what it is done to.
    number: u64,
}

struct Inbox {
    agent_id: String,
    path: String,
    body: Vec<u8>,
    /// Of the last message that was sent to it.
    position: u64,
}

impl Aged {
    pub async fn open(
        subject: Subject,
        stored: u64,
        mailboxes: Vec<String>,
        known: Vec<String>,
    ) -> Result<Self> {
        let mut client = Client::open(subject.address).await?;
        let registered: paceline_api::AgentRegistered =
            client.ask("/api/agents", &agent::newcomer()).await?;
        let mut inboxes = Vec::with_capacity(mailboxes.len());
        for agent_id in mailboxes {
            inboxes.push(Inbox::open(&mut client, agent_id).await?);
        }
        let mut aside = Vec::with_capacity(ASIDE);
        for _ in 0..ASIDE {
            let task: TaskEnqueued = client.ask("/api/tasks", &sample::task(0)).await?;
            aside.push(task.task_id);
        }
        let agent = Agent::new(registered.agent_id.clone(), None, Ledger::default())?;
        Ok(Self {
            subject,
            stored,
            client,
            agent_id: registered.agent_id,
            agent,
            held: Vec::new(),
            inboxes,
            known,
            aside,
            number: 0,
        })
    }

    /// A young server has waited while older ones were filled, and has closed the idle connection.
    pub async fn reconnect(&mut self) -> Result<()> {
        self.client = Client::open(self.subject.address).await?;
        Ok(())
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
        // A stride that visits old and new alike.
        self.number = self.number.wrapping_add(7_919);
        match operation {
            Operation::Claim => self.claim().await,
            Operation::Complete => self.complete().await,
            Operation::Cancel => self.cancel().await,
            Operation::MessageSend => self.send().await,
            other => {
                let request = self.request(other)?;
                self.timed(&request).await
            }
        }
    }

    /// Operations that are one request and leave nothing to remember.
    fn request(&self, operation: Operation) -> Result<Asked> {
        let agent_id = &self.agent_id;
        let inbox = pick(&self.inboxes, self.number)?;
        let entry = self.number % self.stored;
        Ok(match operation {
            Operation::Register => Asked::post("/api/agents", &agent::newcomer())?,
            Operation::Heartbeat => {
                Asked::of("POST", format!("/api/agents/{agent_id}/heartbeat"), b"{}")
            }
            Operation::AgentStatus => Asked::get("/api/agents"),
            Operation::Enqueue => Asked::post("/api/tasks", &sample::task(5))?,
            Operation::Update => {
                let path = format!("/api/tasks/{}", pick(&self.aside, self.number)?);
                Asked::of("PATCH", path, &serde_json::to_vec(&self.update())?)
            }
            Operation::Get => Asked::get(format!("/api/tasks/{}", pick(&self.known, self.number)?)),
            Operation::List => Asked::get("/api/tasks?status=ready"),
            Operation::QueueStatus => Asked::get("/api/tasks/queue"),
            Operation::MessageRead => Asked::get(&inbox.path),
            Operation::MessageAck => {
                let path = format!("/api/agents/{}/messages/ack", inbox.agent_id);
                Asked::post(path, &acknowledge(inbox.position))?
            }
            Operation::MemorySet => {
                let body = memory::body(&entry_value(entry))?;
                Asked::of("PUT", entry_path(entry), &body)
            }
            Operation::MemoryGet => Asked::get(entry_path(entry)),
            Operation::MemorySearch => Asked::get(format!("/api/memory?q={}", entry_word(entry))),
            Operation::MemorySearchCommon => Asked::get("/api/memory?q=architect"),
            Operation::Campaign => {
                let body = election::campaign_body(agent_id)?;
                Asked::of("POST", "/api/elections/aged/campaign", &body)
            }
            Operation::Renew => {
                let body = election::renew_body(agent_id.clone())?;
                Asked::of("POST", "/api/elections/aged/renew", &body)
            }
            Operation::MetricRecord => {
                let row = |worker| sample_row(worker, self.number, None);
                let rows: Vec<_> = (0..WORKERS).map(row).collect();
                let body = serde_json::json!({ "rows": rows });
                Asked::post("/api/metrics/samples", &body)?
            }
            Operation::Query => Asked::get(QUERY),
            Operation::Claim | Operation::Complete | Operation::Cancel | Operation::MessageSend => {
                anyhow::bail!("`{}` is more than one request", operation.name())
            }
        })
    }

    /// Below what is claimed, and never twice the same.
    fn update(&self) -> TaskUpdateRequest {
        TaskUpdateRequest {
            base_priority: Some((self.number / ASIDE as u64 % 2) as u8),
            ..TaskUpdateRequest::default()
        }
    }

    async fn timed(&mut self, asked: &Asked) -> Result<Duration> {
        let started = clock::now();
        self.client.send(&asked.request()).await?;
        Ok(clock::now() - started)
    }

    async fn claim(&mut self) -> Result<Duration> {
        let started = clock::now();
        let held = self.agent.claim(&mut self.client).await?;
        let took = clock::now() - started;
        self.held.push(held.context("nothing was left to claim")?);
        Ok(took)
    }

    async fn complete(&mut self) -> Result<Duration> {
        let held = self.held.pop().context("nothing was claimed")?;
        let started = clock::now();
        self.agent.complete(&mut self.client, &held).await?;
        Ok(clock::now() - started)
    }

    async fn cancel(&mut self) -> Result<Duration> {
        let task: TaskEnqueued = self.client.ask("/api/tasks", &sample::task(0)).await?;
        let path = format!("/api/tasks/{}/cancel", task.task_id);
        self.timed(&Asked::of("POST", path, b"{}")).await
    }

    async fn send(&mut self) -> Result<Duration> {
        let place = (self.number % self.inboxes.len() as u64) as usize;
        let inbox = &mut self.inboxes[place];
        let started = clock::now();
        let answer = self.client.post("/api/messages", &inbox.body).await?;
        let took = clock::now() - started;
        inbox.position = read::<MessageSent>(answer.body)?.position;
        Ok(took)
    }
}

impl Inbox {
    /// For the mailbox, a question for the last few messages in it.
    async fn open(client: &mut Client, agent_id: String) -> Result<Self> {
        let body = message::body(&agent_id, &agent_id)?;
        let mut positions = Vec::new();
        for _ in 0..READ_LENGTH {
            let answer = client.post("/api/messages", &body).await?;
            positions.push(read::<MessageSent>(answer.body)?.position);
        }
        let after = positions.first().map_or(0, |first| first.saturating_sub(1));
        let path = format!("/api/agents/{agent_id}/messages?after={after}&limit={READ_LENGTH}");
        Ok(Self {
            agent_id,
            path,
            body,
            position: positions.last().copied().unwrap_or(after),
        })
    }
}

/// One request, made before the clock runs.
struct Asked {
    method: &'static str,
    path: String,
    body: Vec<u8>,
}

impl Asked {
    fn of(method: &'static str, path: impl Into<String>, body: &[u8]) -> Self {
        Self {
            method,
            path: path.into(),
            body: body.to_vec(),
        }
    }

    fn get(path: impl Into<String>) -> Self {
        Self::of("GET", path, b"")
    }

    fn post(path: impl Into<String>, value: &impl serde::Serialize) -> Result<Self> {
        Ok(Self::of("POST", path, &serde_json::to_vec(value)?))
    }

    fn request(&self) -> Request<'_> {
        Request {
            method: self.method,
            path: &self.path,
            headers: "",
            body: &self.body,
        }
    }
}

fn acknowledge(through: u64) -> MessageAckRequest {
    MessageAckRequest {
        through,
        election: None,
        epoch: None,
    }
}

fn pick<T>(all: &[T], number: u64) -> Result<&T> {
    let place = number.checked_rem(all.len() as u64);
    let found = place.and_then(|place| all.get(place as usize));
    found.context("there is nothing to do it to")
}
