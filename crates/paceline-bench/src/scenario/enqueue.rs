//! Enqueue one task a request. Owns the same bytes for the server and for the ceiling.

use anyhow::Result;

use super::caller::Caller;
use super::sample;
use crate::client::Client;
use crate::stage::{Measured, Stage};

pub async fn many(stage: &Stage<'_>) -> Result<Measured> {
    let callers = enqueuers(stage.all_clients().await?)?;
    Ok(stage.drive(callers).await)
}

pub async fn one(stage: &Stage<'_>) -> Result<Measured> {
    let callers = enqueuers(vec![stage.client().await?])?;
    Ok(stage.drive(callers).await)
}

fn enqueuers(clients: Vec<Client>) -> Result<Vec<Caller>> {
    let body = serde_json::to_vec(&sample::task(5))?;
    let enqueuer = |client| Caller::post(client, "/api/tasks", body.clone());
    Ok(clients.into_iter().map(enqueuer).collect())
}
