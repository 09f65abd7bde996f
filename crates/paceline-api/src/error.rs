//! Refusals on the wire. Owns the codes and their HTTP status; refuses to word them: the text
//! comes from the rule that was broken.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    pub error: ErrorDetail,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorDetail {
    pub code: ErrorCode,
    /// What was refused.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Facts for programs, such as the holder of a task or the path of a cycle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl ErrorBody {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            error: ErrorDetail {
                code,
                message,
                hint: None,
                details: None,
            },
        }
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.error.hint = Some(hint.into());
        self
    }

    pub fn with_details(mut self, details: Value) -> Self {
        self.error.details = Some(details);
        self
    }

    pub fn http_status(&self) -> u16 {
        self.error.code.http_status()
    }
}

impl fmt::Display for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.error.message, self.error.code.as_str())
    }
}

macro_rules! error_codes {
    ($($(#[$meta:meta])* $variant:ident $name:literal $status:literal,)+) => {
        /// Why something was refused.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema,
        )]
        pub enum ErrorCode {
            $($(#[$meta])* #[serde(rename = $name)] $variant,)+
        }

        impl ErrorCode {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            pub const fn http_status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }
        }
    };
}

error_codes! {
    InvalidArgument "invalid_argument" 400,
    CircularDependency "circular_dependency" 400,
    Unauthenticated "unauthenticated" 401,
    Forbidden "forbidden" 403,
    NotFound "not_found" 404,
    FeatureDisabled "feature_disabled" 404,
    Conflict "conflict" 409,
    StaleFence "stale_fence" 409,
    InvalidState "invalid_state" 409,
    LimitExceeded "limit_exceeded" 429,
    // The same code by its other status: waiting does not help, a smaller body does. It reads back
    // as `LimitExceeded`.
    #[serde(skip_deserializing)]
    #[schemars(skip)]
    PayloadTooLarge "limit_exceeded" 413,
    Internal "internal" 500,
    Unavailable "unavailable" 503,
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One element of a batch that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RejectedItem {
    pub index: usize,
    pub code: ErrorCode,
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_written_by_its_name_and_reads_back() {
        for &code in ErrorCode::ALL {
            let json = serde_json::to_string(&code).unwrap();
            assert_eq!(json, format!("\"{code}\""));
            let read: ErrorCode = serde_json::from_str(&json).unwrap();
            assert_eq!(read.as_str(), code.as_str());
            assert!((400..600).contains(&code.http_status()));
        }
    }

    #[test]
    fn an_error_without_hint_has_two_fields() {
        let body = ErrorBody::new(ErrorCode::PayloadTooLarge, "the body is over 1 MiB");
        let expected = r#"{"error":{"code":"limit_exceeded","message":"the body is over 1 MiB"}}"#;
        assert_eq!(serde_json::to_string(&body).unwrap(), expected);
        assert_eq!(body.http_status(), 413);
        let full = body
            .with_hint("split it")
            .with_details(serde_json::json!({"max": 1}));
        assert_eq!(full.to_string(), "the body is over 1 MiB (limit_exceeded)");
    }
}
