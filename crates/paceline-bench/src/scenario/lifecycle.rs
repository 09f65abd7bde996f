//! A task's whole life: enqueue one, claim one, complete it.

use anyhow::Result;

use super::sample;
use crate::claims::{Agent, Ledger};
use crate::client::Client;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage};

struct Worked {
    client: Client,
    agent: Agent,
    body: Vec<u8>,
}

impl Worker for Worked {
    async fn step(&mut self) -> Result<Step> {
        self.client.post("/api/tasks", &self.body).await?;
        // Each client adds one before it takes one, so there is one for everybody.
        let held = self.agent.claim(&mut self.client).await?;
        let held = held.ok_or_else(|| anyhow::anyhow!("a claim found nothing after an enqueue"))?;
        self.agent.complete(&mut self.client, &held).await?;
        Ok(Step::Done)
    }
}

pub async fn many(stage: &Stage<'_>) -> Result<Measured> {
    let ledger = Ledger::default();
    let mut measured = stage.drive(workers(stage, &ledger).await?).await;
    measured.tally.doubled_claims = ledger.doubled();
    Ok(measured)
}

async fn workers(stage: &Stage<'_>, ledger: &Ledger) -> Result<Vec<Worked>> {
    let body = serde_json::to_vec(&sample::task(5))?;
    let mut workers = Vec::with_capacity(stage.clients);
    for agent_id in stage.agents(stage.clients).await? {
        let agent = Agent::new(agent_id, None, ledger.clone())?;
        workers.push(Worked {
            client: stage.client().await?,
            agent,
            body: body.clone(),
        });
    }
    Ok(workers)
}
