//! Write, read and search shared memory, each client over a hundred keys of its own namespace.

use anyhow::Result;
use paceline_api::{MemorySetRequest, StrictJson};

use super::caller::Caller;
use crate::client::Client;
use crate::stage::{Measured, Stage};

const KEYS: usize = 100;
/// What a search asks for: a word of one entry in each namespace.
const SOUGHT: &str = "key42";

pub async fn set(stage: &Stage<'_>) -> Result<Measured> {
    let setters = setters(stage).await?;
    Ok(stage.drive(setters).await)
}

pub async fn get(stage: &Stage<'_>) -> Result<Measured> {
    let filled = filled(stage).await?;
    let getters = filled.into_iter().map(|user| user.then("GET", Vec::new()));
    Ok(stage.drive(getters.collect()).await)
}

/// Each in its own namespace, as agents that look for what their team has noted.
pub async fn search(stage: &Stage<'_>) -> Result<Measured> {
    drop(filled(stage).await?);
    let clients = stage.all_clients().await?.into_iter().enumerate();
    let seekers = clients.map(|(place, client)| {
        let path = format!("/api/memory?namespace=bench-{place}&q={SOUGHT}");
        Caller::get(client, path)
    });
    Ok(stage.drive(seekers.collect()).await)
}

async fn filled(stage: &Stage<'_>) -> Result<Vec<Caller>> {
    let mut users = setters(stage).await?;
    for user in &mut users {
        for _ in 0..KEYS {
            user.call().await?;
        }
    }
    Ok(users)
}

async fn setters(stage: &Stage<'_>) -> Result<Vec<Caller>> {
    let clients = stage.all_clients().await?.into_iter().enumerate();
    clients
        .map(|(place, client)| setter(place, client))
        .collect()
}

fn setter(place: usize, client: Client) -> Result<Caller> {
    let paths = (0..KEYS).map(|key| format!("/api/memory/bench-{place}/key{key}"));
    let value =
        r#"{"decision":"keep the old schema until the migration is done","by":"architect"}"#;
    Ok(Caller::round(client, "PUT", paths.collect(), body(value)?))
}

/// `value` is JSON.
pub fn body(value: &str) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&MemorySetRequest {
        value: StrictJson::trusted(value),
        expected_version: None,
        ttl_seconds: None,
        tags: None,
        agent_id: None,
        election: None,
        epoch: None,
    })?)
}
