//! MCP as clients meet it: requests in, responses out, over a real store in a directory of its own.

mod calls;
mod cancelling;
mod fitting;
mod forwarding;
mod list;
mod protocol;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use paceline_core::Clock;
use paceline_store::Store;
use paceline_store::sqlite::{self, SqliteStore};
use serde_json::{Value, json};
use tower::Service;

use super::{Options, service};
use crate::auth::Authenticator;
use crate::clock::SystemClock;
use crate::metrics::Metrics;
use crate::operations::{Features, Operations};
use crate::recorder::Recorder;

pub struct Server {
    pub endpoint: Router,
    _data: tempfile::TempDir,
}

/// How a client of a protocol version asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Legacy,
    Modern,
}

pub struct Reply {
    pub status: StatusCode,
    pub session: Option<String>,
    pub body: Value,
}

impl Server {
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let path = data.path().join("store.db");
        let store = SqliteStore::open(&path, Arc::clone(&clock), sqlite::Options::default());
        let store: Arc<dyn Store> = Arc::new(store.unwrap());
        let features = Arc::new(Features::new(true));
        let metrics = Metrics::open(
            data.path(),
            |options| options,
            Arc::clone(&features),
            Arc::clone(&clock),
        );
        let operations = Operations::new(
            Arc::clone(&store),
            Arc::new(Recorder::new(Arc::clone(&clock))),
            Arc::clone(&clock),
            data.path().to_owned(),
            [7; 32],
            features,
            Arc::new(metrics.unwrap()),
        );
        let authenticator = Arc::new(Authenticator::new(store, clock, false));
        let endpoint = service(Arc::new(operations), authenticator, Options::default());
        Self {
            endpoint,
            _data: data,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.endpoint.clone().call(request).await.unwrap();
        let session = response.headers().get("mcp-session-id");
        let session = session.map(|id| id.to_str().unwrap().to_owned());
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&bytes)));
        Reply {
            status,
            session,
            body,
        }
    }

    /// The result of a request that the protocol takes.
    pub async fn ask(&self, protocol: Protocol, method: &str, params: Value) -> Value {
        let reply = self.send(post(protocol, method, params)).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
        assert_eq!(reply.body["id"], 1);
        reply.body
    }

    /// The structure of a tool's answer.
    pub async fn call(&self, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        let reply = self.ask(Protocol::Legacy, "tools/call", params).await;
        let result = &reply["result"];
        assert_eq!(result["isError"], false, "{tool}: {reply}");
        let text = result["content"][0]["text"].as_str().unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(text).unwrap(),
            result["structuredContent"]
        );
        result["structuredContent"].clone()
    }

    /// The error that a tool's answer holds.
    pub async fn call_refused(&self, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        let reply = self.ask(Protocol::Modern, "tools/call", params).await;
        refused(&reply)
    }

    pub async fn register(&self, name: &str) -> String {
        let agent = self.call("agent_register", json!({"name": name})).await;
        agent["agent_id"].as_str().unwrap().to_owned()
    }
}

pub fn refused(reply: &Value) -> Value {
    let result = &reply["result"];
    assert_eq!(result["isError"], true, "{reply}");
    assert_eq!(result.get("structuredContent"), None);
    let text = result["content"][0]["text"].as_str().unwrap();
    serde_json::from_str::<Value>(text).unwrap()["error"].clone()
}

pub fn post(protocol: Protocol, method: &str, mut params: Value) -> Request<Body> {
    if protocol == Protocol::Modern {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {}
        });
    }
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let name = params["name"].as_str().map(str::to_owned);
    post_text(protocol, method, name.as_deref(), message.to_string())
}

pub fn post_text(
    protocol: Protocol,
    method: &str,
    name: Option<&str>,
    body: String,
) -> Request<Body> {
    let request = Request::post("/")
        .header("host", "127.0.0.1:7717")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
    let request = match protocol {
        Protocol::Legacy => request.header("mcp-protocol-version", "2025-11-25"),
        Protocol::Modern => request
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", method)
            .header("mcp-name", name.unwrap_or_default()),
    };
    request.body(Body::from(body)).unwrap()
}
