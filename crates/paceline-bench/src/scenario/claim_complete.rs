//! Claim the next task and complete it, from a queue that is already full.

use std::time::Duration;

use anyhow::Result;

use super::sample;
use crate::claims::{Agent, Ledger};
use crate::client::Client;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage};

/// More than the server is expected to hand out, so that the queue lasts as long as the run.
const TASKS_PER_SECOND: f64 = 32_000.0;
/// Where the server is slow, it will not need as many either.
const PRELOAD_MAX: Duration = Duration::from_secs(10);

struct Claimer {
    client: Client,
    agent: Agent,
}

impl Worker for Claimer {
    async fn step(&mut self) -> Result<Step> {
        let Some(held) = self.agent.claim(&mut self.client).await? else {
            return Ok(Step::Exhausted);
        };
        self.agent.complete(&mut self.client, &held).await?;
        Ok(Step::Done)
    }
}

pub async fn closed(stage: &Stage<'_>) -> Result<Measured> {
    let seconds = (stage.warm_up + stage.duration).as_secs_f64();
    let count = (seconds * TASKS_PER_SECOND) as u64;
    stage
        .preload(count, PRELOAD_MAX, sample::mixed_task)
        .await?;
    let ledger = Ledger::default();
    let mut workers = Vec::with_capacity(stage.clients);
    for agent_id in stage.agents(stage.clients).await? {
        let agent = Agent::new(agent_id, None, ledger.clone())?;
        workers.push(Claimer {
            client: stage.client().await?,
            agent,
        });
    }
    let mut measured = stage.closed(workers).await;
    measured.tally.doubled_claims = ledger.doubled();
    Ok(measured)
}
