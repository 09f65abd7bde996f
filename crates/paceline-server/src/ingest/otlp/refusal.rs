//! Why a whole request is refused. Owns the status and the `google.rpc` code of each reason;
//! refuses to say what becomes of single points (an answer's `partial_success` does).

use axum::response::Response;
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::wire::Format;
use crate::operations::ApiFailure;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Malformed,
    WrongType,
    TooLarge,
    Busy,
    /// Worded elsewhere: tokens, feature flags, storage.
    Other,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub kind: Kind,
    pub message: String,
    status: u16,
    retry_after_seconds: Option<u32>,
}

impl Refusal {
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(Kind::Malformed, 400, message)
    }

    pub fn wrong_type(message: impl Into<String>) -> Self {
        Self::new(Kind::WrongType, 415, message)
    }

    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(Kind::TooLarge, 413, message)
    }

    pub fn busy() -> Self {
        let message = "too much telemetry is being read already; send it again in a second";
        Self {
            retry_after_seconds: Some(1),
            ..Self::new(Kind::Busy, 503, message)
        }
    }

    fn new(kind: Kind, status: u16, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            status,
            retry_after_seconds: None,
        }
    }

    /// In the encoding of the request, with the headers that its status needs.
    pub fn answer(&self, format: Format) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = format.status(status, rpc_code(self.status), &self.message);
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<ApiFailure> for Refusal {
    fn from(failure: ApiFailure) -> Self {
        let error = &failure.body.error;
        let message = match &error.hint {
            Some(hint) => format!("{}; {hint}", error.message),
            None => error.message.clone(),
        };
        let waiting_helps = matches!(failure.status, 429 | 503);
        Self {
            kind: Kind::Other,
            message,
            status: failure.status,
            retry_after_seconds: failure.retry_after_seconds.or(waiting_helps.then_some(1)),
        }
    }
}

/// `google/rpc/code.proto`.
fn rpc_code(status: u16) -> i32 {
    match status {
        401 => 16,
        403 => 7,
        404 => 5,
        408 | 503 => 14,
        429 => 8,
        400..=499 => 3,
        _ => 13,
    }
}
