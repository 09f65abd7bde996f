//! Complete a task that fifty others wait for. Only the completion is timed; enqueueing and
//! claiming come before it.

use anyhow::{Context, Result};
use paceline_api::TaskEnqueueRequest;

use super::sample;
use crate::claims::{Agent, Ledger};
use crate::client::Client;
use crate::clock;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage, enqueue_batch};

const DEPENDENTS: usize = 50;

struct Completer {
    client: Client,
    agent: Agent,
}

impl Worker for Completer {
    async fn step(&mut self) -> Result<Step> {
        let enqueued = enqueue_batch(&mut self.client, fan()).await?;
        let root = enqueued
            .tasks
            .first()
            .context("the batch came back empty")?;
        let held = self
            .agent
            .claim_this(&mut self.client, &root.task_id)
            .await?;
        let started = clock::now();
        self.agent.complete(&mut self.client, &held).await?;
        Ok(Step::Took(clock::now() - started))
    }
}

pub async fn one(stage: &Stage<'_>) -> Result<Measured> {
    let agent_id = stage.agents(1).await?.remove(0);
    let agent = Agent::new(agent_id, None, Ledger::default())?;
    let worker = Completer {
        client: stage.client().await?,
        agent,
    };
    Ok(stage.closed(vec![worker]).await)
}

fn fan() -> Vec<TaskEnqueueRequest> {
    let root = TaskEnqueueRequest {
        reference: Some("root".to_owned()),
        ..sample::task(5)
    };
    let dependent = || TaskEnqueueRequest {
        prerequisites: Some(vec!["root".to_owned()]),
        ..sample::task(5)
    };
    std::iter::once(root)
        .chain(std::iter::repeat_with(dependent).take(DEPENDENTS))
        .collect()
}
