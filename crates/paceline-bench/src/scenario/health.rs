//! The cheapest answer of the server itself: HTTP, its checks and its routing without a store.

use anyhow::Result;

use super::caller::Caller;
use crate::stage::{Measured, Stage};

pub async fn many(stage: &Stage<'_>) -> Result<Measured> {
    let clients = stage.all_clients().await?.into_iter();
    let callers = clients.map(|client| Caller::get(client, "/healthz"));
    Ok(stage.drive(callers.collect()).await)
}
