//! One client of the server. Owns turning anything but a success into an error that quotes the
//! answer; refuses to retry.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::http::{Answer, Connection, Request};

/// How much of a refusal an error quotes.
const QUOTE_LENGTH_MAX: usize = 300;

/// A connection and a buffer for bodies.
pub struct Client {
    connection: Connection,
    body: Vec<u8>,
}

impl Client {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let connection = Connection::open(address)
            .await
            .with_context(|| format!("cannot connect to `{address}`"))?;
        Ok(Self {
            connection,
            body: Vec::new(),
        })
    }

    /// Sends bytes that were prepared earlier.
    pub async fn send(&mut self, request: &Request<'_>) -> Result<Answer<'_>> {
        exchange(&mut self.connection, request).await
    }

    pub async fn post(&mut self, path: &str, body: &[u8]) -> Result<Answer<'_>> {
        self.send(&Request {
            method: "POST",
            path,
            headers: "",
            body,
        })
        .await
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer<'_>> {
        self.send(&Request {
            method: "GET",
            path,
            headers: "",
            body: b"",
        })
        .await
    }

    pub async fn post_value(&mut self, path: &str, value: &impl Serialize) -> Result<Answer<'_>> {
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        serde_json::to_writer(&mut body, value)?;
        self.body = body;
        let request = Request {
            method: "POST",
            path,
            headers: "",
            body: &self.body,
        };
        exchange(&mut self.connection, &request).await
    }

    pub async fn ask<T: DeserializeOwned>(
        &mut self,
        path: &str,
        value: &impl Serialize,
    ) -> Result<T> {
        read(self.post_value(path, value).await?.body)
    }
}

async fn exchange<'a>(connection: &'a mut Connection, request: &Request<'_>) -> Result<Answer<'a>> {
    let Request { method, path, .. } = *request;
    let answer = connection
        .exchange(request)
        .await
        .with_context(|| format!("no answer to {method} {path}"))?;
    if !answer.is_success() {
        bail!(
            "{method} {path} answered {}: {}",
            answer.status,
            quote(answer.body)
        );
    }
    Ok(answer)
}

/// Reads an answer, quoting it where it has another shape.
pub fn read<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<T> {
    serde_json::from_slice(body).with_context(|| format!("cannot read the answer {}", quote(body)))
}

pub fn quote(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.chars().take(QUOTE_LENGTH_MAX).collect()
}
