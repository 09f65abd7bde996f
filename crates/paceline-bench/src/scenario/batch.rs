//! A thousand tasks in one request, all or none.

use anyhow::Result;
use paceline_api::TaskBatchRequest;

use super::caller::Caller;
use super::sample;
use crate::stage::{BATCH_TASKS_MAX, Measured, Stage};

pub async fn one(stage: &Stage<'_>) -> Result<Measured> {
    let tasks = (0..BATCH_TASKS_MAX).map(sample::mixed_task).collect();
    let batch = TaskBatchRequest {
        tasks,
        agent_id: None,
        election: None,
        epoch: None,
    };
    let body = serde_json::to_vec(&batch)?;
    let caller = Caller::post(stage.client().await?, "/api/tasks", body);
    Ok(stage.drive(vec![caller]).await)
}
