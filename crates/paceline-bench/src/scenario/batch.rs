//! A thousand tasks in one request, all or none.

use anyhow::Result;
use paceline_api::TaskBatchRequest;

use super::sample;
use crate::client::Client;
use crate::drive::{Step, Worker};
use crate::stage::{BATCH_TASKS_MAX, Measured, Stage};

struct Batcher {
    client: Client,
    body: Vec<u8>,
}

impl Worker for Batcher {
    async fn step(&mut self) -> Result<Step> {
        self.client.post("/api/tasks", &self.body).await?;
        Ok(Step::Done)
    }
}

pub async fn one(stage: &Stage<'_>) -> Result<Measured> {
    let tasks = (0..BATCH_TASKS_MAX).map(sample::mixed_task).collect();
    let batch = TaskBatchRequest {
        tasks,
        agent_id: None,
        election: None,
        epoch: None,
    };
    let body = serde_json::to_vec(&batch)?;
    let worker = Batcher {
        client: stage.client().await?,
        body,
    };
    Ok(stage.closed(vec![worker]).await)
}
