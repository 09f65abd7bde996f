//! Answers as HTTP responses. Owns their bytes and headers; refuses to know what they mean.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use super::failure::internal;

/// What a route answers when all went well.
pub trait Output: Send + 'static {
    fn into_answer(self, success: StatusCode) -> Response;

    /// None where the answer has no body.
    fn schema(generator: &mut SchemaGenerator) -> Schema;

    /// Whether 204 is an answer too.
    const MAY_BE_EMPTY: bool = false;
}

impl<T: Serialize + JsonSchema + Send + 'static> Output for T {
    fn into_answer(self, success: StatusCode) -> Response {
        json(success, &self)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// Something, or 204: not an error, there is just nothing now.
pub struct Maybe<T>(pub Option<T>);

impl<T: Serialize + JsonSchema + Send + 'static> Output for Maybe<T> {
    const MAY_BE_EMPTY: bool = true;

    fn into_answer(self, success: StatusCode) -> Response {
        match self.0 {
            Some(value) => json(success, &value),
            None => StatusCode::NO_CONTENT.into_response(),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

pub fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    // Most answers fit; growing from empty would copy each several times.
    let mut bytes = Vec::with_capacity(256);
    if let Err(error) = serde_json::to_writer(&mut bytes, value) {
        tracing::error!(%error, "an answer cannot be written as JSON");
        return json(StatusCode::INTERNAL_SERVER_ERROR, &internal().body);
    }
    with_type(status, "application/json", bytes)
}

pub fn with_type(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
