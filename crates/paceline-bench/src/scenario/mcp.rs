//! Enqueue through `tools/call`, in both protocols that the endpoint speaks: 2025-11-25 with its
//! handshake, and 2026-07-28, in which every request stands alone.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::sample;
use crate::client::{Client, quote};
use crate::drive::{Step, Worker};
use crate::http::Request;
use crate::stage::{Measured, Stage};

const ACCEPT: &str = "accept: application/json, text/event-stream\r\n";

struct Caller {
    client: Client,
    headers: String,
    body: Vec<u8>,
}

impl Worker for Caller {
    async fn step(&mut self) -> Result<Step> {
        let answer = post(&mut self.client, &self.headers, &self.body).await?;
        // A refused call is an HTTP success.
        ensure!(
            is_enqueued(&answer),
            "tools/call answered {}",
            quote(&answer)
        );
        Ok(Step::Done)
    }
}

pub async fn one_2025(stage: &Stage<'_>) -> Result<Measured> {
    let mut client = stage.client().await?;
    let headers = handshake(&mut client).await?;
    let body = serde_json::to_vec(&call(Value::Null)?)?;
    Ok(stage
        .closed(vec![Caller {
            client,
            headers,
            body,
        }])
        .await)
}

pub async fn one_2026(stage: &Stage<'_>) -> Result<Measured> {
    let client = stage.client().await?;
    let headers = format!(
        "{ACCEPT}mcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\n\
         mcp-name: task_enqueue\r\n"
    );
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": client_info(),
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let body = serde_json::to_vec(&call(meta)?)?;
    Ok(stage
        .closed(vec![Caller {
            client,
            headers,
            body,
        }])
        .await)
}

fn client_info() -> Value {
    json!({"name": "paceline-bench", "version": env!("CARGO_PKG_VERSION")})
}

fn call(meta: Value) -> Result<Value> {
    let arguments = serde_json::to_value(sample::task(5))?;
    let mut params = json!({"name": "task_enqueue", "arguments": arguments});
    if !meta.is_null() {
        params["_meta"] = meta;
    }
    Ok(json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}))
}

/// Introduces the client and answers the headers of every later request.
async fn handshake(client: &mut Client) -> Result<String> {
    let params = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": client_info(),
    });
    let hello = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let body = serde_json::to_vec(&hello)?;
    let request = Request {
        method: "POST",
        path: "/mcp",
        headers: ACCEPT,
        body: &body,
    };
    let answer = client.send(&request).await?;
    let session = answer.header("mcp-session-id").map(str::to_owned);
    let mut headers = format!("{ACCEPT}mcp-protocol-version: 2025-11-25\r\n");
    if let Some(session) = session {
        headers.push_str(&format!("mcp-session-id: {session}\r\n"));
    }
    let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    post(client, &headers, &serde_json::to_vec(&ready)?).await?;
    Ok(headers)
}

async fn post(client: &mut Client, headers: &str, body: &[u8]) -> Result<Vec<u8>> {
    let request = Request {
        method: "POST",
        path: "/mcp",
        headers,
        body,
    };
    Ok(client.send(&request).await?.body.to_vec())
}

fn is_enqueued(answer: &[u8]) -> bool {
    let has = |text: &[u8]| answer.windows(text.len()).any(|window| window == text);
    has(b"calculated_priority") && !has(b"\"isError\":true")
}
