//! Refusals as HTTP answers. Owns the headers that go with a status and the failures that only
//! HTTP knows; refuses to word what a rule refused (that is `operations::failure`).

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Method, StatusCode, Uri};
use paceline_api::ErrorCode;

use super::answer::json;
use super::limits::REQUESTS_MAX;
use crate::operations::ApiFailure;

impl IntoResponse for ApiFailure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = json(status, &self.body);
        let waiting_helps = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        let seconds = self.retry_after_seconds.or(waiting_helps.then_some(1));
        if let Some(seconds) = seconds {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// A failure whose status is HTTP's own, under the nearest of the published codes.
pub fn with_status(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> ApiFailure {
    let mut failure = ApiFailure::new(code, message);
    failure.status = status.as_u16();
    failure
}

pub fn unknown_route(method: &Method, uri: &Uri) -> ApiFailure {
    let path = shown(uri.path());
    ApiFailure::new(ErrorCode::NotFound, format!("no route `{method} {path}`"))
        .hint("all routes are listed at `/api/docs`")
}

pub fn method_not_allowed(method: &Method, uri: &Uri) -> ApiFailure {
    let path = shown(uri.path());
    let message = format!("`{path}` does not take `{method}`");
    with_status(
        StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::InvalidArgument,
        message,
    )
    .hint("the `Allow` header lists what it takes; all routes are at `/api/docs`")
}

pub fn too_many_requests() -> ApiFailure {
    let message = format!("{REQUESTS_MAX} requests are under way, which is the most");
    ApiFailure::new(ErrorCode::Unavailable, message)
        .hint("try again in a second; hold fewer requests open at once")
        .retry_after(1)
}

pub fn took_too_long(patience: Duration) -> ApiFailure {
    let seconds = patience.as_secs();
    ApiFailure::new(
        ErrorCode::Unavailable,
        format!("no answer within {seconds} s"),
    )
    .hint("it may still have been done: repeat it with the same `Idempotency-Key`")
    .retry_after(1)
}

pub fn arrived_too_slowly(patience: Duration) -> ApiFailure {
    let message = format!("the request did not arrive within {} s", patience.as_secs());
    with_status(StatusCode::REQUEST_TIMEOUT, ErrorCode::Unavailable, message)
        .hint("nothing was done; send it again")
}

pub fn internal() -> ApiFailure {
    ApiFailure::new(ErrorCode::Internal, "the server failed on this request")
        .hint("the server's log has the cause; please report it")
}

/// What a caller sent, short enough to repeat to them.
pub fn shown(text: &str) -> String {
    const SHOWN_MAX: usize = 120;
    let printable = text.chars().filter(|character| !character.is_control());
    let mut shown: String = printable.take(SHOWN_MAX).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
