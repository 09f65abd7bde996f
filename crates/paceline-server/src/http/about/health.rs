//! Probes and own metrics. Owns what "alive" and "ready" mean; refuses to guess: ready means that
//! a write went through the store's own queue just now.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use paceline_api::ErrorCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::answer::{json, with_type};
use super::super::app::App;
use super::super::route::{About, AnswerShape, Route};
use crate::operations::ApiFailure;

/// A store that takes longer to commit nothing is not ready for something.
const READY_MAX: Duration = Duration::from_secs(2);

#[derive(Serialize, JsonSchema)]
struct Alive {
    status: &'static str,
    version: &'static str,
}

/// Whether the server takes work, and if not, why.
#[derive(Serialize, JsonSchema)]
struct Readiness {
    ready: bool,
    reasons: Vec<String>,
}

pub fn alive() -> Route {
    let shape = AnswerShape::Json {
        schema: |generator| generator.subschema_for::<Alive>(),
        may_be_empty: false,
    };
    About::new("GET", "/healthz", "healthz", "Whether the process answers.")
        .public()
        .shows(shape, |_, _| async {
            let alive = Alive {
                status: "ok",
                version: env!("CARGO_PKG_VERSION"),
            };
            Ok(json(StatusCode::OK, &alive))
        })
}

pub fn ready() -> Route {
    let shape = AnswerShape::Json {
        schema: |generator| generator.subschema_for::<Readiness>(),
        may_be_empty: false,
    };
    About::new(
        "GET",
        "/readyz",
        "readyz",
        "Whether the store and the metrics engine take writes; 503 when they do not.",
    )
    .public()
    .shows(shape, |app, _| async move { Ok(readiness(&app).await) })
}

async fn readiness(app: &Arc<App>) -> Response {
    let reasons = match tokio::time::timeout(READY_MAX, app.operations.ready()).await {
        Ok(Ok(())) => Vec::new(),
        Ok(Err(failure)) => vec![failure.body.error.message],
        Err(_) => vec![format!(
            "the store did not commit within {} s",
            READY_MAX.as_secs()
        )],
    };
    if reasons.is_empty() {
        return json(
            StatusCode::OK,
            &Readiness {
                ready: true,
                reasons,
            },
        );
    }
    let mut response = ApiFailure::new(ErrorCode::Unavailable, "").into_response();
    let body = json(
        StatusCode::SERVICE_UNAVAILABLE,
        &Readiness {
            ready: false,
            reasons,
        },
    );
    *response.body_mut() = body.into_body();
    response
}

pub fn metrics() -> Route {
    const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
    let summary = "The server's own metrics as Prometheus text.";
    About::new("GET", "/metrics", "metrics", summary).shows(
        AnswerShape::Text(CONTENT_TYPE),
        |app, _| async move {
            let mut text = String::with_capacity(64 * 1024);
            app.operations.exposition(&mut text);
            Ok(with_type(StatusCode::OK, CONTENT_TYPE, text))
        },
    )
}
