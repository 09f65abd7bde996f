//! What goes wrong, as Prometheus's API says it. Owns the error types, their status codes and the
//! shape of an error; refuses to word what the evaluator refused.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;
use paceline_api::ErrorCode;
use serde::Serialize;

use crate::http::answer::json;
use crate::operations::ApiFailure;

/// `errorType` of an answer (Prometheus, `web/api/v1/api.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorType {
    BadData,
    Execution,
    Timeout,
    Canceled,
    Internal,
    NotFound,
    Unavailable,
    /// Paceline's own: a switch hides what is asked for.
    FeatureDisabled,
    Unauthorized,
}

impl ErrorType {
    pub const fn status(self) -> StatusCode {
        match self {
            Self::BadData => StatusCode::BAD_REQUEST,
            Self::Execution => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Timeout | Self::Canceled | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotFound | Self::FeatureDisabled => StatusCode::NOT_FOUND,
            Self::Unauthorized => StatusCode::FORBIDDEN,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadData => "bad_data",
            Self::Execution => "execution",
            Self::Timeout => "timeout",
            Self::Canceled => "canceled",
            Self::Internal => "internal",
            Self::NotFound => "not_found",
            Self::Unavailable => "unavailable",
            Self::FeatureDisabled => "feature_disabled",
            Self::Unauthorized => "unauthorized",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: ErrorType,
    pub message: String,
    /// Where it is not the one of `kind`.
    pub status: Option<StatusCode>,
}

impl Failure {
    pub fn new(kind: ErrorType, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            status: None,
        }
    }
}

pub fn bad_data(message: impl Into<String>) -> Failure {
    Failure::new(ErrorType::BadData, message)
}

/// Prometheus's sentence for a parameter that cannot be used.
pub fn bad_parameter(name: &str, problem: impl std::fmt::Display) -> Failure {
    bad_data(format!("invalid parameter \"{name}\": {problem}"))
}

/// Refusals that every surface words alike, such as a switched-off feature or an endless body.
impl From<ApiFailure> for Failure {
    fn from(failure: ApiFailure) -> Self {
        let error = failure.body.error;
        let kind = match error.code {
            ErrorCode::FeatureDisabled => ErrorType::FeatureDisabled,
            ErrorCode::Unavailable => ErrorType::Unavailable,
            ErrorCode::Internal => ErrorType::Internal,
            ErrorCode::NotFound => ErrorType::NotFound,
            ErrorCode::Unauthenticated | ErrorCode::Forbidden => ErrorType::Unauthorized,
            _ => ErrorType::BadData,
        };
        let message = match error.hint {
            Some(hint) => format!("{}; {hint}", error.message),
            None => error.message,
        };
        Self {
            status: StatusCode::from_u16(failure.status).ok(),
            ..Self::new(kind, message)
        }
    }
}

#[derive(Serialize)]
struct Body<'f> {
    status: &'static str,
    #[serde(rename = "errorType")]
    error_type: &'static str,
    error: &'f str,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = Body {
            status: "error",
            error_type: self.kind.as_str(),
            error: &self.message,
        };
        let status = self.status.unwrap_or(self.kind.status());
        let mut response = json(status, &body);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, 1.into());
        }
        response
    }
}
