//! What can go wrong between a program and the server. Owns the difference between a refusal, a
//! lost connection and an answer that makes no sense; refuses to word refusals.

use std::error::Error;

use http::StatusCode;
use paceline_api::{ErrorBody, ErrorCode};

pub(crate) type Source = Box<dyn Error + Send + Sync>;

/// Each text fits after "failed to", except a refusal's, which is the server's own.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("use `{url}` as a server's address")]
    Address { url: String, source: Source },
    #[error("prepare for requests")]
    Setup { source: Source },
    #[error("write the request for `{path}`")]
    Encode { path: String, source: Source },
    /// The server refused.
    #[error("{body}")]
    Api { status: StatusCode, body: ErrorBody },
    /// Nobody knows whether the server acted.
    #[error("reach the server at `{url}`")]
    Transport { url: String, source: Source },
    /// Nobody knows whether the server acted, or will.
    #[error("get an answer from `{url}` within {seconds} seconds")]
    TimedOut { url: String, seconds: u64 },
    #[error("understand the answer to `{path}`")]
    Decode { path: String, source: Source },
}

impl ClientError {
    /// The server's code, where the server refused.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Api { body, .. } => Some(body.error.code),
            _ => None,
        }
    }

    /// Whether the same request may succeed on another connection.
    pub(crate) fn is_connection_loss(&self) -> bool {
        matches!(self, Self::Transport { .. })
    }

    pub(crate) fn refusal(status: StatusCode, body: &[u8]) -> Self {
        let body = serde_json::from_slice(body).unwrap_or_else(|_| foreign(status, body));
        Self::Api { status, body }
    }
}

/// Something between client and server answered, such as a proxy.
fn foreign(status: StatusCode, body: &[u8]) -> ErrorBody {
    let text: String = String::from_utf8_lossy(body)
        .trim()
        .chars()
        .take(200)
        .collect();
    let same_status = |code: &&ErrorCode| code.http_status() == status.as_u16();
    let code = ErrorCode::ALL.iter().find(same_status).copied();
    ErrorBody::new(
        code.unwrap_or(ErrorCode::Internal),
        format!("the answer was {status}: {text}"),
    )
}
