//! OTLP over HTTP: metrics, logs and traces, in protobuf and JSON. Owns the way of a request from
//! its bytes to rows, tool calls and assessments; refuses gRPC, and to keep logs or spans: from
//! those it takes what describes an agent's work.
//!
//! ```text
//! body ─▶ unpack ─▶ wire ─▶ origin ─▶ metrics: translate ─▶ added ─┐
//!                                └─▶ records: rules ─▶ facts ──────┴▶ batch ─▶ engine ─▶ answer
//! ```

mod account;
mod added;
mod attributes;
mod batch;
mod derived;
mod described;
mod facts;
mod histogram;
mod limits;
mod mapping;
pub(crate) use mapping::{COST, TOKENS};
mod metrics;
mod names;
mod origin;
mod records;
mod refusal;
mod request;
mod resume;
mod rules;
mod shape;
mod translate;
mod unpack;
mod watch;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::added::Added;
use self::described::KnownNames;
use self::limits::{BODY_BYTES_MAX, UNDER_WAY_BYTES_MAX, WORKERS_MAX};
use self::refusal::Refusal;
use self::unpack::Encoding;
use self::watch::Watch;
use self::wire::{Format, Rejected, Signal};
use crate::http::App;
use crate::http::body;
use crate::http::failure::shown;
use crate::http::route::{About, AnswerShape, Route};
use crate::operations::{ApiFailure, Caller, Operations};

/// What the receiver remembers between requests.
pub struct Otlp {
    added: Added,
    watch: Watch,
    described: KnownNames,
    /// In KiB of unpacked bytes.
    room: Arc<Semaphore>,
    /// Threads that read requests: fewer than the runtime has for all that blocks, so that what
    /// they wait for always finds one.
    workers: Arc<Semaphore>,
    since_ms: AtomicI64,
}

impl Default for Otlp {
    fn default() -> Self {
        Self {
            added: Added::default(),
            watch: Watch::default(),
            described: KnownNames::default(),
            room: Arc::new(Semaphore::new(UNDER_WAY_BYTES_MAX / 1024)),
            workers: Arc::new(Semaphore::new(WORKERS_MAX)),
            since_ms: AtomicI64::new(0),
        }
    }
}

impl Otlp {
    /// When the first request came: what began later cannot have been counted by an earlier run.
    fn since_ns(&self, now_ms: i64) -> u64 {
        let first = self
            .since_ms
            .compare_exchange(0, now_ms, Ordering::Relaxed, Ordering::Relaxed);
        let since_ms = first.map_or_else(|known| known, |_| now_ms);
        u64::try_from(since_ms)
            .unwrap_or(0)
            .saturating_mul(1_000_000)
    }

    fn make_room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room);
        room.try_acquire_many_owned(kib)
            .map_err(|_| Refusal::busy())
    }
}

/// `/v1/metrics`, `/v1/logs` and `/v1/traces`.
pub fn routes() -> Vec<Route> {
    let route = |path, name, summary, signal| {
        About::new("POST", path, name, summary).shows(
            AnswerShape::Text("application/x-protobuf"),
            move |app, request| receive(app, request, signal),
        )
    };
    vec![
        route(
            "/v1/metrics",
            "otlp_metrics",
            "Take metrics in by OTLP, protobuf or JSON.",
            Signal::Metrics,
        ),
        route(
            "/v1/logs",
            "otlp_logs",
            "Take tool calls, tokens, cost and times from agents' log events, by OTLP.",
            Signal::Logs,
        ),
        route(
            "/v1/traces",
            "otlp_traces",
            "Take tool calls, tokens and times from agents' spans, by OTLP.",
            Signal::Traces,
        ),
    ]
}

async fn receive(app: Arc<App>, request: Request, signal: Signal) -> Result<Response, ApiFailure> {
    let (parts, body) = request.into_parts();
    let format = match format_of(&parts.headers) {
        Ok(format) => format,
        Err(refusal) => return Ok(refusal.answer(Format::Json)),
    };
    let caller = app.caller(&parts.headers).await?;
    let taken = async {
        app.operations.metrics.require_enabled()?;
        let encoding = encoding_of(&parts.headers)?;
        let body = body::read(body, BODY_BYTES_MAX).await?;
        let operations = Arc::clone(&app.operations);
        take(operations, caller, signal, format, encoding, body).await
    };
    Ok(match taken.await {
        Ok(rejected) => format.answer(signal, rejected),
        Err(refusal) => refusal.answer(format),
    })
}

async fn take(
    operations: Arc<Operations>,
    caller: Caller,
    signal: Signal,
    format: Format,
    encoding: Encoding,
    body: axum::body::Bytes,
) -> Result<Rejected, Refusal> {
    let room = operations.otlp.make_room(encoding.bytes_at_most(&body))?;
    let workers = Arc::clone(&operations.otlp.workers);
    let worker = workers.acquire_owned().await.map_err(|_| Refusal::busy())?;
    let runtime = Handle::current();
    let working = tokio::task::spawn_blocking(move || {
        let _held = (room, worker);
        let telemetry = format.read(signal, &encoding.unpack(&body)?)?;
        request::handle(&operations.otlp, &operations, &caller, &telemetry, &runtime)
    });
    working.await.unwrap_or_else(|error| {
        tracing::error!(%error, "reading telemetry failed");
        Err(Refusal::from(crate::http::failure::internal()))
    })
}

fn format_of(headers: &HeaderMap) -> Result<Format, Refusal> {
    let named = headers
        .get(CONTENT_TYPE)
        .map_or(&[][..], |value| value.as_bytes());
    let named = String::from_utf8_lossy(named);
    Format::named(&named).ok_or_else(|| {
        let shown = shown(&named);
        Refusal::wrong_type(format!(
            "content type `{shown}` is neither `application/x-protobuf` nor `application/json`"
        ))
    })
}

fn encoding_of(headers: &HeaderMap) -> Result<Encoding, Refusal> {
    let named = headers
        .get(CONTENT_ENCODING)
        .map_or(&[][..], |value| value.as_bytes());
    let named = String::from_utf8_lossy(named);
    Encoding::named(&named).ok_or_else(|| {
        let shown = shown(&named);
        Refusal::wrong_type(format!(
            "content encoding `{shown}` is neither `gzip` nor `zstd`"
        ))
    })
}
