//! What a sender is told. Owns the statuses that decide whether it sends again, the headers of 2.0
//! and the sentence about what was left out; refuses to count.
//!
//! | answer | what the sender does |
//! |---|---|
//! | 204 | goes on |
//! | 400, 413, 415 | drops the request: it can never succeed; what could be kept was kept |
//! | 503 with `Retry-After` | sends the same again; 429 would be dropped by a default Prometheus |

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use paceline_api::ErrorCode;
use serde_json::{Map, Value, json};

use super::batch::BodyError;
use super::receiver::{Account, PushError};
use super::snappy::SnappyError;
use crate::operations::ApiFailure;

const SAMPLES: HeaderName = HeaderName::from_static("x-prometheus-remote-write-samples-written");
const HISTOGRAMS: HeaderName =
    HeaderName::from_static("x-prometheus-remote-write-histograms-written");
const EXEMPLARS: HeaderName =
    HeaderName::from_static("x-prometheus-remote-write-exemplars-written");

/// # Errors
/// When nothing was kept.
pub fn of(pushed: Result<Account, PushError>) -> Result<Response, ApiFailure> {
    let account = match pushed {
        Ok(account) => account,
        Err(PushError::Body(error)) => return Err(unreadable(&error)),
        Err(PushError::Failed(failure)) => return Err(failure),
    };
    let mut response = match partly(&account) {
        None => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        Some(failure) => failure.into_response(),
    };
    written(response.headers_mut(), account.written);
    Ok(response)
}

pub fn busy() -> ApiFailure {
    ApiFailure::new(
        ErrorCode::Unavailable,
        "as much as may wait in memory is waiting to be written",
    )
    .hint("nothing of it was kept; send it again in a second")
    .retry_after(1)
}

fn unreadable(error: &BodyError) -> ApiFailure {
    let code = match error {
        BodyError::Snappy(SnappyError::TooLarge { .. }) => ErrorCode::PayloadTooLarge,
        _ => ErrorCode::InvalidArgument,
    };
    ApiFailure::new(code, error.to_string())
        .hint("nothing of it was kept; send less at a time, or look at the sender")
}

/// Also to senders of 1.0, who do not look.
fn written(headers: &mut HeaderMap, samples: u64) {
    headers.insert(SAMPLES, samples.into());
    for name in [HISTOGRAMS, EXEMPLARS] {
        headers.insert(name, HeaderValue::from_static("0"));
    }
}

/// Exemplars that are not kept are no reason to refuse: a sender would count the samples, which
/// were, as lost.
fn partly(account: &Account) -> Option<ApiFailure> {
    let histograms = account.extras.histograms;
    if account.refused.is_empty() && histograms == 0 {
        return None;
    }
    let mut parts = Vec::new();
    let mut details = Map::new();
    for (name, refused) in &account.refused {
        let example = match &refused.example {
            Some(series) => format!(", such as `{series}`"),
            None => String::new(),
        };
        let (count, why) = (refused.count, refused.reason.sentence());
        parts.push(format!("{count} because {why}{example}"));
        details.insert((*name).to_owned(), Value::from(count));
    }
    if 0 < histograms {
        parts.push(format!(
            "{histograms} because native histograms are not kept, classic ones are"
        ));
        details.insert("native_histogram".to_owned(), histograms.into());
    }
    let samples: u64 = account.refused.values().map(|refused| refused.count).sum();
    let total = samples + histograms;
    let message = format!("{total} samples were refused: {}", parts.join("; "));
    Some(
        ApiFailure::new(ErrorCode::InvalidArgument, message)
            .hint(format!("the other {} were kept", account.written))
            .details(json!({ "written": account.written, "refused": details })),
    )
}
