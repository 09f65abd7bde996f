//! Enqueue through `tools/call`, in both protocols that the endpoint speaks: 2025-11-25 with its
//! handshake, and 2026-07-28, in which every request stands alone; and the list of tools, which
//! every agent asks for once.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::sample;
use crate::client::{Client, quote};
use crate::drive::{Step, Worker};
use crate::http::Request;
use crate::stage::{Measured, Stage};

const ENQUEUED: &[u8] = b"calculated_priority";
const ACCEPT: &str = "accept: application/json, text/event-stream\r\n";

struct Caller {
    client: Client,
    headers: String,
    body: Vec<u8>,
    /// What a success holds. A refused call is an HTTP success.
    sign: &'static [u8],
}

impl Worker for Caller {
    async fn step(&mut self) -> Result<Step> {
        let answer = post(&mut self.client, &self.headers, &self.body).await?;
        ensure!(
            has(&answer, self.sign) && !has(&answer, b"\"isError\":true"),
            "the MCP endpoint answered {}",
            quote(&answer)
        );
        Ok(Step::Done)
    }
}

pub async fn one_2025(stage: &Stage<'_>) -> Result<Measured> {
    let mut client = stage.client().await?;
    let headers = handshake(&mut client).await?;
    let body = serde_json::to_vec(&call(Value::Null)?)?;
    let caller = Caller {
        client,
        headers,
        body,
        sign: ENQUEUED,
    };
    Ok(stage.drive(vec![caller]).await)
}

pub async fn one_2026(stage: &Stage<'_>) -> Result<Measured> {
    let caller = enqueuer(stage.client().await?)?;
    Ok(stage.drive(vec![caller]).await)
}

pub async fn many_2026(stage: &Stage<'_>) -> Result<Measured> {
    let clients = stage.all_clients().await?.into_iter();
    let callers = clients.map(enqueuer).collect::<Result<_>>()?;
    Ok(stage.drive(callers).await)
}

pub async fn list_tools(stage: &Stage<'_>) -> Result<Measured> {
    let params = json!({"_meta": meta()});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params});
    let caller = Caller {
        client: stage.client().await?,
        headers: headers("tools/list", ""),
        body: serde_json::to_vec(&body)?,
        sign: b"task_enqueue",
    };
    Ok(stage.drive(vec![caller]).await)
}

fn enqueuer(client: Client) -> Result<Caller> {
    Ok(Caller {
        client,
        headers: headers("tools/call", "mcp-name: task_enqueue\r\n"),
        body: serde_json::to_vec(&call(meta())?)?,
        sign: ENQUEUED,
    })
}

fn headers(method: &str, name: &str) -> String {
    format!("{ACCEPT}mcp-protocol-version: 2026-07-28\r\nmcp-method: {method}\r\n{name}")
}

fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": client_info(),
        "io.modelcontextprotocol/clientCapabilities": {},
    })
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

fn has(answer: &[u8], text: &[u8]) -> bool {
    answer.windows(text.len()).any(|window| window == text)
}
