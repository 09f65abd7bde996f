//! Questions of the server's own parts, which take the value instead of an answer in JSON. Owns that
//! they stand in the same line, under the same limits, and are counted as all others; refuses to
//! write anything to anybody.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use paceline_api::ErrorCode;
use paceline_metrics::Engine;
use paceline_promql::{Cancel, CancelOnDrop, Query, Value};

use super::failure::{ErrorType, Failure};
use super::pool::{Asked, Questions, ending_of, note, timed_out};
use super::query::unanswered;
use crate::operations::ApiFailure;
use crate::recorder::Recorder;
use crate::recorder::questions::{Ending, Kind};

/// The result at this moment.
///
/// # Errors
/// When there is no room, no answer in time, or the query reaches a limit.
pub async fn consult_instant(
    questions: Arc<Questions>,
    recorder: Arc<Recorder>,
    query: Arc<Query>,
    engine: Arc<Engine>,
    timeout: Duration,
) -> Result<Value, ApiFailure> {
    let timeout = timeout.min(questions.limits.timeout);
    let in_line = questions.join_line()?;
    let cancel = Cancel::new();
    // When nobody waits any longer, this future is dropped where it waits.
    let _gone = CancelOnDrop(cancel.clone());
    let mut timer = pin!(tokio::time::sleep(timeout));
    let place = tokio::select! {
        place = Arc::clone(&questions).place() => place,
        () = timer.as_mut() => {
            recorder.questions.add(Kind::Instant, Ending::Timeout, timeout);
            return Err(timed_out("query queue", timeout).into());
        }
    };
    let stop = cancel.clone();
    let working = tokio::task::spawn_blocking(move || {
        let _permits = (in_line, place);
        let since_ns = questions.clock.stopwatch_ns();
        let now_ms = questions.clock.now().wall.0;
        let options = questions.options(None);
        let result = query.instant(&*engine, now_ms, &options, &stop);
        let result = result.map_err(|error| unanswered(&error));
        let ending = result
            .as_ref()
            .map_or_else(|failure| ending_of(failure.kind), |_| Ending::Ok);
        let took_ns = questions.clock.stopwatch_ns().saturating_sub(since_ns);
        let took = Duration::from_nanos(took_ns);
        let asked = Asked {
            kind: Kind::Instant,
            text: query.text().to_owned(),
            timeout,
        };
        note(&recorder, &questions.limits, &asked, ending, took);
        result
    });
    let result = tokio::select! {
        result = working => result.unwrap_or_else(|_| {
            let message = "the query ended without an answer; the server's log has the cause";
            Err(Failure::new(ErrorType::Internal, message))
        }),
        () = timer => {
            cancel.time_out();
            Err(timed_out("expression evaluation", timeout))
        }
    };
    Ok(result?.value)
}

impl From<Failure> for ApiFailure {
    fn from(failure: Failure) -> Self {
        let code = match failure.kind {
            ErrorType::BadData | ErrorType::Execution => ErrorCode::InvalidArgument,
            ErrorType::Timeout => ErrorCode::LimitExceeded,
            ErrorType::Unavailable => ErrorCode::Unavailable,
            ErrorType::NotFound => ErrorCode::NotFound,
            ErrorType::FeatureDisabled => ErrorCode::FeatureDisabled,
            ErrorType::Unauthorized => ErrorCode::Forbidden,
            ErrorType::Canceled | ErrorType::Internal => ErrorCode::Internal,
        };
        let hint = match failure.kind {
            ErrorType::Timeout => "ask for fewer series, or for a shorter time",
            ErrorType::Internal => "the server's log has the cause; please report it",
            _ => "change the expression and ask again",
        };
        Self::new(code, failure.message).hint(hint)
    }
}
