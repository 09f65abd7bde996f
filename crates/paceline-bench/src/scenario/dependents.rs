//! A task that fifty others wait for: complete it, which makes them ready, or cancel it, which
//! cancels them too. Only that is timed; enqueueing and claiming come before it.

use anyhow::{Context, Result, ensure};
use paceline_api::{TaskCancelRequest, TaskCancelled, TaskEnqueueRequest};

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
        let root = root(&mut self.client, DEPENDENTS).await?;
        let held = self.agent.claim_this(&mut self.client, &root).await?;
        let started = clock::now();
        self.agent.complete(&mut self.client, &held).await?;
        Ok(Step::Took(clock::now() - started))
    }
}

pub async fn complete(stage: &Stage<'_>) -> Result<Measured> {
    let agent_id = stage.agents(1).await?.remove(0);
    let agent = Agent::new(agent_id, None, Ledger::default())?;
    let worker = Completer {
        client: stage.client().await?,
        agent,
    };
    Ok(stage.drive(vec![worker]).await)
}

struct Canceller {
    client: Client,
}

impl Worker for Canceller {
    async fn step(&mut self) -> Result<Step> {
        let root = root(&mut self.client, DEPENDENTS).await?;
        let started = clock::now();
        cancel(&mut self.client, &root, DEPENDENTS).await?;
        Ok(Step::Took(clock::now() - started))
    }
}

pub async fn cancel_all(stage: &Stage<'_>) -> Result<Measured> {
    let client = stage.client().await?;
    Ok(stage.drive(vec![Canceller { client }]).await)
}

/// Cancels a task and everything that waits for it.
pub async fn cancel(client: &mut Client, root: &str, dependents: usize) -> Result<()> {
    let path = format!("/api/tasks/{root}/cancel");
    let answer: TaskCancelled = client.ask(&path, &TaskCancelRequest::default()).await?;
    let cascaded = answer.cascaded_task_ids.len();
    ensure!(
        cascaded == dependents,
        "{cascaded} tasks were cancelled with `{root}`, not {dependents}"
    );
    Ok(())
}

/// Enqueues a task and others that wait for it; answers the one.
pub async fn root(client: &mut Client, dependents: usize) -> Result<String> {
    let enqueued = enqueue_batch(client, fan(dependents)).await?;
    let root = enqueued.tasks.into_iter().next();
    Ok(root.context("the batch came back empty")?.task_id)
}

fn fan(dependents: usize) -> Vec<TaskEnqueueRequest> {
    let root = TaskEnqueueRequest {
        reference: Some("root".to_owned()),
        ..sample::task(5)
    };
    let dependent = || TaskEnqueueRequest {
        prerequisites: Some(vec!["root".to_owned()]),
        ..sample::task(5)
    };
    std::iter::once(root)
        .chain(std::iter::repeat_with(dependent).take(dependents))
        .collect()
}
