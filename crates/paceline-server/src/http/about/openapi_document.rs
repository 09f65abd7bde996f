//! `/api/openapi.json`. Owns the one copy of the document; refuses to know what is in it.

use std::sync::LazyLock;

use axum::body::Bytes;
use http::StatusCode;
use serde_json::Value;

use super::super::answer::with_type;
use super::super::route::{About, AnswerShape, Route};
use super::super::routes::routes;
use super::openapi::document;

pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document(&routes()));

static TEXT: LazyLock<Bytes> = LazyLock::new(|| {
    serde_json::to_vec_pretty(&*DOCUMENT)
        .unwrap_or_default()
        .into()
});

pub fn route() -> Route {
    About::new(
        "GET",
        "/api/openapi.json",
        "openapi",
        "This interface as OpenAPI 3.1.",
    )
    .public()
    .shows(AnswerShape::Text("application/json"), |_, _| async {
        Ok(with_type(StatusCode::OK, "application/json", TEXT.clone()))
    })
}
