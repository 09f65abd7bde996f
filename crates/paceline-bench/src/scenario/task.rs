//! Tasks that are looked at and changed while they wait.

use std::time::Duration;

use anyhow::{Context, Result};
use paceline_api::TaskUpdateRequest;

use super::caller::Caller;
use super::sample;
use crate::drive::{Step, Worker};
use crate::stage::{BATCH_TASKS_MAX, Measured, Stage, enqueue_batch};

const PRELOAD_MAX: Duration = Duration::from_secs(10);

/// One task with the title that all of a thousand have, so that it is found among others.
pub async fn get(stage: &Stage<'_>) -> Result<Measured> {
    let paths = waiting(stage).await?;
    let clients = stage.all_clients().await?.into_iter();
    let getters = clients.map(|client| Caller::round(client, "GET", paths.clone(), Vec::new()));
    Ok(stage.drive(getters.collect()).await)
}

pub async fn queue_status(stage: &Stage<'_>) -> Result<Measured> {
    let count = BATCH_TASKS_MAX;
    stage
        .preload(count, PRELOAD_MAX, sample::mixed_task)
        .await?;
    let clients = stage.all_clients().await?.into_iter();
    let askers = clients.map(|client| Caller::get(client, "/api/tasks/queue"));
    Ok(stage.drive(askers.collect()).await)
}

/// Changes the priority of its tasks, up and down, so that each update has something to do.
struct Updater {
    raise: Caller,
    lower: Caller,
    is_raised: bool,
}

impl Worker for Updater {
    async fn step(&mut self) -> Result<Step> {
        let caller = match self.is_raised {
            true => &mut self.lower,
            false => &mut self.raise,
        };
        self.is_raised = !self.is_raised;
        caller.call().await?;
        Ok(Step::Done)
    }
}

pub async fn update(stage: &Stage<'_>) -> Result<Measured> {
    let paths = waiting(stage).await?;
    let mut updaters = Vec::with_capacity(stage.clients);
    for place in 0..stage.clients {
        let share = (paths.len() / stage.clients).max(1);
        let own: Vec<_> = paths
            .iter()
            .cycle()
            .skip(place * share)
            .take(share)
            .cloned()
            .collect();
        updaters.push(Updater {
            raise: patcher(stage, own.clone(), 8).await?,
            lower: patcher(stage, own, 2).await?,
            is_raised: false,
        });
    }
    Ok(stage.drive(updaters).await)
}

async fn patcher(stage: &Stage<'_>, paths: Vec<String>, base_priority: u8) -> Result<Caller> {
    let body = serde_json::to_vec(&TaskUpdateRequest {
        base_priority: Some(base_priority),
        ..TaskUpdateRequest::default()
    })?;
    Ok(Caller::round(stage.client().await?, "PATCH", paths, body))
}

/// Enqueues a batch and answers where its tasks are.
async fn waiting(stage: &Stage<'_>) -> Result<Vec<String>> {
    let mut client = stage.client().await?;
    let tasks = (0..BATCH_TASKS_MAX).map(sample::mixed_task).collect();
    let enqueued = enqueue_batch(&mut client, tasks).await?;
    let path = |task: paceline_api::TaskEnqueued| format!("/api/tasks/{}", task.task_id);
    let paths: Vec<_> = enqueued.tasks.into_iter().map(path).collect();
    paths.first().context("the batch came back empty")?;
    Ok(paths)
}
