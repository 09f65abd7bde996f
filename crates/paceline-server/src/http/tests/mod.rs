//! The HTTP surface against a real store in a temporary directory. Owns the server that tests talk
//! to; refuses a fake of anything behind it.

mod agent_performance;
mod alerts;
mod alerts_limits;
mod alerts_names;
mod alerts_restarts;
mod alerts_told;
mod anomalies;
mod bad_body;
mod bad_json;
mod bad_value;
mod connections;
mod gate;
mod headers;
mod journey;
mod live;
mod live_topics;
mod metrics;
mod onlookers;
mod pages;
mod prometheus;
mod refusal;
mod remote_write;
mod report;
mod stories;
mod walk;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::header::HOST;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use paceline_core::Clock;
use paceline_store::Store;
use paceline_store::sqlite::{Options, SqliteStore};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use super::prometheus::{QueryLimits, Questions};
use super::{App, Hosts, router};
use crate::auth::Authenticator;
use crate::clock::SystemClock;
use crate::clock::turned::Turned;
use crate::live::{Live, Sources};
use crate::metrics::Metrics;
use crate::operations::{Features, Operations};
use crate::recorder::Recorder;

const LISTEN: &str = "127.0.0.1:7717";

struct Server {
    router: Router,
    store: Arc<SqliteStore>,
    operations: Arc<Operations>,
    live: Arc<Live>,
    directory: TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    /// Null where the answer is no JSON.
    body: Value,
}

impl Server {
    fn start() -> Self {
        Self::with_tokens(false)
    }

    fn with_tokens(required: bool) -> Self {
        Self::build(Arc::new(SystemClock::start()), required)
    }

    fn at(clock: &Arc<Turned>) -> Self {
        Self::build(Arc::clone(clock) as Arc<dyn Clock>, false)
    }

    fn build(clock: Arc<dyn Clock>, required: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.db");
        let store = SqliteStore::open(&path, Arc::clone(&clock), Options::default()).unwrap();
        let store = Arc::new(store);
        let as_store = || Arc::clone(&store) as Arc<dyn Store>;
        let features = Arc::new(Features::new(true));
        let metrics = Metrics::open(
            directory.path(),
            |options| options,
            Arc::clone(&features),
            Arc::clone(&clock),
        )
        .unwrap();
        let metrics = Arc::new(metrics);
        let recorder = Arc::new(Recorder::new(Arc::clone(&clock)));
        let questions = Arc::new(Questions::new(QueryLimits::default(), Arc::clone(&clock)));
        let operations = Operations::new(
            as_store(),
            Arc::clone(&recorder),
            Arc::clone(&clock),
            directory.path().to_owned(),
            [7; 32],
            features,
            Arc::clone(&metrics),
        );
        let live = Live::start(Sources {
            store: as_store(),
            metrics,
            recorder,
            questions: Arc::clone(&questions),
            alerts: Arc::clone(&operations.alerts),
        });
        let authenticator = Arc::new(Authenticator::new(as_store(), clock, required));
        let operations = Arc::new(operations);
        let shared = Arc::clone(&operations);
        let app = Arc::new(App {
            operations,
            authenticator,
            questions,
            live: Arc::clone(&live),
            scheme: "http",
        });
        let hosts = Hosts::new(LISTEN.parse().unwrap(), false, &[]);
        Self {
            router: router(app, hosts, Router::new()),
            store,
            operations: shared,
            live,
            directory,
        }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text,
            body,
        }
    }

    /// An empty body is none at all.
    async fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send(request(method, path, body)).await
    }

    async fn call_json(&self, method: &str, path: &str, body: Value) -> Answer {
        self.call(method, path, &body.to_string()).await
    }

    /// The body of an answer that must be a success.
    async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = self.call(method, path, &body).await;
        assert!(
            answer.status.is_success(),
            "{method} {path} {body}: {}",
            answer.text
        );
        answer.body
    }

    async fn agent(&self) -> String {
        let agent = serde_json::json!({"agent_types": ["developer"]});
        text(&self.ok("POST", "/api/agents", agent).await["agent_id"])
    }

    async fn task(&self) -> String {
        text(&self.ok("POST", "/api/tasks", task("build it")).await["task_id"])
    }
}

impl Answer {
    fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }

    fn hint(&self) -> &str {
        self.body["error"]["hint"].as_str().unwrap_or_default()
    }
}

fn request(method: &str, path: &str, body: &str) -> Request<Body> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, LISTEN);
    request.body(Body::from(body.to_owned())).unwrap()
}

fn task(description: &str) -> Value {
    serde_json::json!({
        "description": description,
        "source": "human",
        "agent_type": "developer",
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
