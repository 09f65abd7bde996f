//! Write and read shared memory, each client over a hundred keys of its own namespace.

use anyhow::Result;
use paceline_api::{MemorySetRequest, StrictJson};

use crate::client::Client;
use crate::drive::{Step, Worker};
use crate::http::Request;
use crate::stage::{Measured, Stage};

const KEYS: usize = 100;

struct User {
    client: Client,
    paths: Vec<String>,
    next: usize,
    body: Vec<u8>,
}

impl User {
    async fn set(&mut self) -> Result<()> {
        let path = &self.paths[self.next];
        self.next = (self.next + 1) % self.paths.len();
        let request = Request {
            method: "PUT",
            path,
            headers: "",
            body: &self.body,
        };
        self.client.send(&request).await?;
        Ok(())
    }

    async fn get(&mut self) -> Result<()> {
        let path = &self.paths[self.next];
        self.next = (self.next + 1) % self.paths.len();
        self.client.get(path).await?;
        Ok(())
    }
}

struct Setter(User);

impl Worker for Setter {
    async fn step(&mut self) -> Result<Step> {
        self.0.set().await?;
        Ok(Step::Done)
    }
}

struct Getter(User);

impl Worker for Getter {
    async fn step(&mut self) -> Result<Step> {
        self.0.get().await?;
        Ok(Step::Done)
    }
}

pub async fn set(stage: &Stage<'_>) -> Result<Measured> {
    let users = users(stage).await?;
    Ok(stage.closed(users.into_iter().map(Setter).collect()).await)
}

pub async fn get(stage: &Stage<'_>) -> Result<Measured> {
    let mut users = users(stage).await?;
    for user in &mut users {
        for _ in 0..KEYS {
            user.set().await?;
        }
    }
    Ok(stage.closed(users.into_iter().map(Getter).collect()).await)
}

async fn users(stage: &Stage<'_>) -> Result<Vec<User>> {
    let value =
        r#"{"decision":"keep the old schema until the migration is done","by":"architect"}"#;
    let request = MemorySetRequest {
        value: StrictJson::trusted(value),
        expected_version: None,
        ttl_seconds: None,
        tags: None,
        agent_id: None,
        election: None,
        epoch: None,
    };
    let body = serde_json::to_vec(&request)?;
    let clients = stage.all_clients().await?.into_iter().enumerate();
    let user = |(place, client)| User {
        client,
        paths: (0..KEYS)
            .map(|key| format!("/api/memory/bench-{place}/key-{key}"))
            .collect(),
        next: 0,
        body: body.clone(),
    };
    Ok(clients.map(user).collect())
}
