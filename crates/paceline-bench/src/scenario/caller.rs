//! A client that asks the same thing again and again. Owns the request's bytes, made before the
//! clock runs; refuses to look into the answer.

use anyhow::Result;

use crate::client::Client;
use crate::drive::{Step, Worker};
use crate::http::Request;

/// Sends one body to each path in turn.
pub struct Caller {
    client: Client,
    method: &'static str,
    paths: Vec<String>,
    next: usize,
    body: Vec<u8>,
}

impl Caller {
    pub fn post(client: Client, path: impl Into<String>, body: Vec<u8>) -> Self {
        Self::round(client, "POST", vec![path.into()], body)
    }

    pub fn get(client: Client, path: impl Into<String>) -> Self {
        Self::round(client, "GET", vec![path.into()], Vec::new())
    }

    /// `paths` has at least one.
    pub fn round(client: Client, method: &'static str, paths: Vec<String>, body: Vec<u8>) -> Self {
        Self {
            client,
            method,
            paths,
            next: 0,
            body,
        }
    }

    pub async fn call(&mut self) -> Result<()> {
        let request = Request {
            method: self.method,
            path: &self.paths[self.next],
            headers: "",
            body: &self.body,
        };
        self.client.send(&request).await?;
        self.next = (self.next + 1) % self.paths.len();
        Ok(())
    }

    /// The same client and paths, from now on with another request.
    pub fn then(self, method: &'static str, body: Vec<u8>) -> Self {
        Self {
            method,
            body,
            next: 0,
            ..self
        }
    }
}

impl Worker for Caller {
    async fn step(&mut self) -> Result<Step> {
        self.call().await?;
        Ok(Step::Done)
    }
}
