//! A server with a past. Owns filling it: agents that died, tasks of which half are over, messages,
//! memory, ninety days of samples. Refuses to be measured while it is filled: the server that is
//! measured is started anew on what this one left.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use indicatif::ProgressBar;
use tokio::task::JoinSet;

use super::aged::Aged;
use crate::client::Client;
use crate::clock;
use crate::http::Request;
use crate::interrupt::Interrupt;
use crate::process::{Launcher, Subject};
use crate::scenario::{Load, agent, dependents, memory, message, sample};
use crate::stage::{BATCH_TASKS_MAX, Stage};

/// Mailboxes among which the messages are spread.
pub const MAILBOXES: usize = 100;
/// The series of the metric history, which get more samples as they age, not more of them.
pub const WORKERS: u64 = 20;
const METRICS: u64 = 50;
const DAYS: i64 = 90;
const DAY_MS: i64 = 86_400_000;
/// Rows of one push; each has a value for every metric.
const ROWS_PER_PUSH: u64 = 200;
const PRELOAD_MAX: Duration = Duration::from_secs(3_600);
/// How long the server may take until it has noticed every death.
const DEATHS_SECONDS_MAX: u64 = 600;
const POLL: Duration = Duration::from_millis(500);
/// Agents die within seconds, and nothing newer than the past is recorded.
const FLAGS: &[&str] = &[
    "--agent-warning-seconds",
    "1",
    "--agent-stale-seconds",
    "2",
    "--agent-dead-seconds",
    "3",
    "--metrics-own-interval",
    "none",
];

/// What to fill it with.
pub struct Past {
    /// Of each kind.
    pub stored: u64,
    pub clients: usize,
    pub interrupt: Interrupt,
    pub progress: ProgressBar,
}

/// One request of many.
struct Piece {
    method: &'static str,
    path: String,
    body: Vec<u8>,
}

impl Past {
    /// Starts a server, fills it, starts it again with its ordinary settings.
    pub async fn server(&self, launcher: &Launcher) -> Result<Aged> {
        let subject = launcher.server(FLAGS).await?;
        let stage = self.stage(&subject);
        let inboxes = self.fill(&stage).await?;
        let known = self.tasks(&stage).await?;
        self.deaths(&stage).await?;
        let data = subject.stop_and_keep().await;
        let data = data.context("the server's folder is not ours")?;
        let subject = launcher.server_on(data, &[]).await?;
        Aged::open(subject, self.stored, inboxes, known).await
    }

    fn stage<'a>(&self, subject: &'a Subject) -> Stage<'a> {
        Stage {
            subject,
            clients: self.clients,
            load: Load::Closed,
            warm_up_max: Duration::ZERO,
            duration: Duration::ZERO,
            interrupt: self.interrupt.clone(),
        }
    }

    fn show(&self, what: &str) {
        self.progress
            .set_message(format!("storing {} {what}", self.stored));
    }

    /// Everything but tasks; answers the agents that have mailboxes.
    async fn fill(&self, stage: &Stage<'_>) -> Result<Vec<String>> {
        self.show("agents");
        let newcomer = serde_json::to_vec(&agent::newcomer())?;
        self.pour(stage, self.stored, move |_| {
            Ok(Piece {
                method: "POST",
                path: "/api/agents".to_owned(),
                body: newcomer.clone(),
            })
        })
        .await?;
        self.show("messages");
        let inboxes = stage.agents(MAILBOXES).await?;
        let bodies = inboxes.iter().map(|to| message::body(to, to));
        let bodies = bodies.collect::<Result<Vec<_>>>()?;
        self.pour(stage, self.stored, move |number| {
            Ok(Piece {
                method: "POST",
                path: "/api/messages".to_owned(),
                body: bodies[(number % MAILBOXES as u64) as usize].clone(),
            })
        })
        .await?;
        self.show("memory entries");
        self.pour(stage, self.stored, |number| {
            Ok(Piece {
                method: "PUT",
                path: entry_path(number),
                body: memory::body(&entry_value(number))?,
            })
        })
        .await?;
        self.show("samples");
        self.samples(stage).await?;
        Ok(inboxes)
    }

    /// In the order of their times: the engine takes what is late by an hour at most.
    async fn samples(&self, stage: &Stage<'_>) -> Result<()> {
        let rows = (self.stored / METRICS).max(WORKERS);
        let (now_ms, steps) = (clock::wall_ms(), (rows / WORKERS) as i64);
        let mut client = stage.client().await?;
        for first in (0..rows).step_by(ROWS_PER_PUSH as usize) {
            if self.interrupt.is_raised() {
                break;
            }
            let last = rows.min(first + ROWS_PER_PUSH);
            let row = |number: u64| {
                let steps_ago = steps - 1 - (number / WORKERS) as i64;
                let at_ms = now_ms - steps_ago * (DAYS * DAY_MS / steps.max(1));
                sample_row(number % WORKERS, number, Some(at_ms))
            };
            let rows: Vec<_> = (first..last).map(row).collect();
            let body = serde_json::to_vec(&serde_json::json!({ "rows": rows }))?;
            client.post("/api/metrics/samples", &body).await?;
        }
        Ok(())
    }

    /// Half of them cancelled, a thousand at a time; answers some ids from the whole time.
    async fn tasks(&self, stage: &Stage<'_>) -> Result<Vec<String>> {
        self.show("tasks");
        let mut known = Vec::new();
        let mut client = stage.client().await?;
        let batches = (self.stored / 2).div_ceil(BATCH_TASKS_MAX);
        for _ in 0..batches {
            if self.interrupt.is_raised() {
                return Ok(known);
            }
            let size = BATCH_TASKS_MAX.min(self.stored / 2);
            let others = usize::try_from(size.saturating_sub(1))?;
            let root = dependents::root(&mut client, others).await?;
            dependents::cancel(&mut client, &root, others).await?;
            known.push(root);
            let waiting = stage.preload(size, PRELOAD_MAX, sample::mixed_task);
            waiting.await?;
        }
        Ok(known)
    }

    /// Waits until the server has noticed that nobody is left of the agents that came first.
    async fn deaths(&self, stage: &Stage<'_>) -> Result<()> {
        self.show("deaths");
        let mut client = stage.client().await?;
        let deadline = clock::now() + Duration::from_secs(DEATHS_SECONDS_MAX);
        while !self.interrupt.is_raised() && dead(&mut client).await? < self.stored {
            ensure!(
                clock::now() < deadline,
                "{} agents were not all dead within {DEATHS_SECONDS_MAX} s",
                self.stored
            );
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// Many clients at once: the server commits those that wait together.
    async fn pour(
        &self,
        stage: &Stage<'_>,
        count: u64,
        piece: impl Fn(u64) -> Result<Piece> + Send + Sync + 'static,
    ) -> Result<()> {
        let piece = Arc::new(piece);
        let clients = stage.all_clients().await?;
        let step = clients.len();
        let mut running = JoinSet::new();
        for (first, client) in (0..).zip(clients) {
            let (piece, interrupt) = (Arc::clone(&piece), self.interrupt.clone());
            let numbers = (first..count).step_by(step);
            running.spawn(async move { send(client, numbers, &*piece, interrupt).await });
        }
        while let Some(ended) = running.join_next().await {
            ended??;
        }
        Ok(())
    }
}

async fn send(
    mut client: Client,
    numbers: impl Iterator<Item = u64>,
    piece: &(impl Fn(u64) -> Result<Piece> + Send + Sync),
    interrupt: Interrupt,
) -> Result<()> {
    for number in numbers {
        if interrupt.is_raised() {
            break;
        }
        let Piece { method, path, body } = piece(number)?;
        let request = Request {
            method,
            path: &path,
            headers: "",
            body: &body,
        };
        client.send(&request).await?;
    }
    Ok(())
}

/// What the server's own exposition says.
async fn dead(client: &mut Client) -> Result<u64> {
    let answer = client.get("/metrics").await?;
    let text = String::from_utf8_lossy(answer.body).into_owned();
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix("paceline_agents{health=\"dead\"} "));
    let value = value.context("`/metrics` does not say how many agents are dead")?;
    Ok(value.parse::<f64>()? as u64)
}

pub fn entry_path(number: u64) -> String {
    format!("/api/memory/aged-{}/entry{number}", number % 100)
}

/// A word that only this entry has, and no other word begins with: a search takes what is typed for
/// the beginning of a word.
pub fn entry_word(number: u64) -> String {
    format!("m{number:012}")
}

/// Ordinary words, the entry's own, and one that all have.
pub fn entry_value(number: u64) -> String {
    const SUBJECTS: [&str; 8] = [
        "billing", "search", "login", "export", "upload", "report", "cache", "queue",
    ];
    let subject = SUBJECTS[(number % SUBJECTS.len() as u64) as usize];
    let word = entry_word(number);
    format!(
        r#"{{"decision":"keep the old {subject} schema until migration {word} is done","by":"architect"}}"#
    )
}

pub fn sample_row(worker: u64, number: u64, at_ms: Option<i64>) -> serde_json::Value {
    let value = |metric: u64| (number * 7 + metric * 13) % 1_000;
    let values: serde_json::Map<_, _> = (0..METRICS)
        .map(|metric| (format!("aged_figure_{metric}"), value(metric).into()))
        .collect();
    let mut row =
        serde_json::json!({ "labels": {"worker": format!("w{worker}")}, "values": values });
    if let Some(at_ms) = at_ms {
        row["at"] = clock::rfc3339(at_ms).into();
    }
    row
}
