//! Ask for the execution plan of many tasks, in layers of ten per cent, each task waiting for two
//! of the layer before. Over HTTP, so reading the ids and writing the answer is part of it; the
//! planning alone is measured in the core's own benchmarks.

use anyhow::Result;
use paceline_api::{TaskEnqueueRequest, TaskExecutionPlan, TaskPlanRequest};

use super::caller::Caller;
use super::sample;
use crate::client::{Client, read};
use crate::stage::{BATCH_TASKS_MAX, Measured, Stage, enqueue_batch};

const LAYERS: usize = 10;

pub async fn hundred(stage: &Stage<'_>) -> Result<Measured> {
    plan(stage, 100).await
}

pub async fn ten_thousand(stage: &Stage<'_>) -> Result<Measured> {
    plan(stage, 10_000).await
}

async fn plan(stage: &Stage<'_>, count: usize) -> Result<Measured> {
    let mut client = stage.client().await?;
    let task_ids = layers(&mut client, count / LAYERS).await?;
    let body = serde_json::to_vec(&TaskPlanRequest { task_ids })?;
    let plan: TaskExecutionPlan = read(client.post("/api/tasks/plan", &body).await?.body)?;
    anyhow::ensure!(
        plan.total_batches == LAYERS,
        "the plan has {} layers",
        plan.total_batches
    );
    let planner = Caller::post(client, "/api/tasks/plan", body);
    Ok(stage.drive(vec![planner]).await)
}

async fn layers(client: &mut Client, width: usize) -> Result<Vec<String>> {
    let mut all = Vec::with_capacity(LAYERS * width);
    let mut before: Vec<String> = Vec::new();
    for _ in 0..LAYERS {
        let tasks: Vec<_> = (0..width).map(|place| waiting(&before, place)).collect();
        before = Vec::with_capacity(width);
        for batch in tasks.chunks(BATCH_TASKS_MAX as usize) {
            let enqueued = enqueue_batch(client, batch.to_vec()).await?;
            before.extend(enqueued.tasks.into_iter().map(|task| task.task_id));
        }
        all.extend_from_slice(&before);
    }
    Ok(all)
}

fn waiting(before: &[String], place: usize) -> TaskEnqueueRequest {
    let beside = before.get((place + 1) % before.len().max(1));
    let prerequisites = before
        .get(place)
        .into_iter()
        .chain(beside)
        .cloned()
        .collect();
    TaskEnqueueRequest {
        prerequisites: Some(prerequisites),
        ..sample::task(5)
    }
}
