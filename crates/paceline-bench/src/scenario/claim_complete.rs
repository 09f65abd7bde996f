//! Claim the next task and complete it, from a queue that is already full: both as one operation,
//! or one of the two alone.

use std::time::Duration;

use anyhow::Result;

use super::sample;
use crate::claims::{Agent, Ledger};
use crate::client::Client;
use crate::clock;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage};

/// More than the server is expected to hand out, so that the queue lasts as long as the run.
const TASKS_PER_SECOND: f64 = 32_000.0;
/// The same for one client.
const TASKS_PER_SECOND_ALONE: f64 = 8_000.0;
/// Where the server is slow, it will not need as many either.
const PRELOAD_MAX: Duration = Duration::from_secs(10);

/// What of it is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Claim,
    Complete,
    Both,
}

struct Claimer {
    client: Client,
    agent: Agent,
    part: Part,
}

impl Worker for Claimer {
    async fn step(&mut self) -> Result<Step> {
        let started = clock::now();
        let Some(held) = self.agent.claim(&mut self.client).await? else {
            return Ok(Step::Exhausted);
        };
        let claimed = clock::now();
        self.agent.complete(&mut self.client, &held).await?;
        Ok(match self.part {
            Part::Claim => Step::Took(claimed - started),
            Part::Complete => Step::Took(clock::now() - claimed),
            Part::Both => Step::Done,
        })
    }
}

pub async fn both(stage: &Stage<'_>) -> Result<Measured> {
    run(stage, stage.clients, TASKS_PER_SECOND, Part::Both).await
}

pub async fn claim(stage: &Stage<'_>) -> Result<Measured> {
    run(stage, 1, TASKS_PER_SECOND_ALONE, Part::Claim).await
}

pub async fn complete(stage: &Stage<'_>) -> Result<Measured> {
    run(stage, 1, TASKS_PER_SECOND_ALONE, Part::Complete).await
}

async fn run(stage: &Stage<'_>, clients: usize, per_second: f64, part: Part) -> Result<Measured> {
    let count = (stage.seconds_max() * per_second) as u64;
    stage
        .preload(count, PRELOAD_MAX, sample::mixed_task)
        .await?;
    let ledger = Ledger::default();
    let mut workers = Vec::with_capacity(clients);
    for agent_id in stage.agents(clients).await? {
        let agent = Agent::new(agent_id, None, ledger.clone())?;
        workers.push(Claimer {
            client: stage.client().await?,
            agent,
            part,
        });
    }
    let mut measured = stage.drive(workers).await;
    measured.tally.doubled_claims = ledger.doubled();
    Ok(measured)
}
