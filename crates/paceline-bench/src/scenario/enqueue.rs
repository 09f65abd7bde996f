//! Enqueue one task a request. Owns the same bytes for the server and for the ceiling.

use anyhow::Result;

use super::sample;
use crate::client::Client;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage};

struct Enqueuer {
    client: Client,
    body: Vec<u8>,
}

impl Worker for Enqueuer {
    async fn step(&mut self) -> Result<Step> {
        self.client.post("/api/tasks", &self.body).await?;
        Ok(Step::Done)
    }
}

pub async fn closed(stage: &Stage<'_>) -> Result<Measured> {
    let workers = enqueuers(stage.all_clients().await?)?;
    Ok(stage.closed(workers).await)
}

pub async fn open(stage: &Stage<'_>) -> Result<Measured> {
    let workers = enqueuers(stage.all_clients().await?)?;
    Ok(stage.open(workers).await)
}

pub async fn one(stage: &Stage<'_>) -> Result<Measured> {
    let workers = enqueuers(vec![stage.client().await?])?;
    Ok(stage.closed(workers).await)
}

fn enqueuers(clients: Vec<Client>) -> Result<Vec<Enqueuer>> {
    let body = serde_json::to_vec(&sample::task(5))?;
    let enqueuer = |client| Enqueuer {
        client,
        body: body.clone(),
    };
    Ok(clients.into_iter().map(enqueuer).collect())
}
