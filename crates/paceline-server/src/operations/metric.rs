//! Rows on their way into the metrics engine. Owns whose they may be and what a refusal says;
//! refuses formats: JSON is `metric_record`'s, other programs' are `ingest`'s.

use std::sync::Arc;

use paceline_api::{ErrorCode, Operation};
use paceline_core::AgentId;
use paceline_metrics::{
    AppendError, Appended, Label, Labels, Metadata, RefSample, RefusalReason, Row,
};

use super::caller::Identity;
use super::{ApiFailure, Caller, Operations};

/// Whose series it is.
pub const AGENT_LABEL: &str = "agent";
/// Names of the server's own series begin so.
pub const OWN_PREFIX: &str = "paceline_";

impl Operations {
    /// Rows that came in another program's format. An agent's token writes as that agent only.
    ///
    /// # Errors
    /// When the feature is off, a row is another agent's, or nothing could be kept.
    pub async fn metric_push(
        &self,
        caller: &Caller,
        rows: Vec<Row>,
    ) -> Result<Appended, ApiFailure> {
        let mut passage = self.gate.open(Operation::MetricRecord, caller);
        let result = async {
            self.require_agent_metrics()?;
            let rows = owned(caller, rows)?;
            if let Identity::Agent(own) = &caller.identity {
                self.note_author(&mut passage, Some(own));
            }
            passage.push(|| self.metrics.hand_over(rows)).await
        }
        .await;
        passage.finish(result)
    }

    /// Samples of series that were resolved for this caller before: whose they are was looked at
    /// then.
    ///
    /// # Errors
    /// When the feature is off, or nothing could be kept.
    pub async fn metric_push_known(
        &self,
        caller: &Caller,
        samples: Vec<RefSample>,
    ) -> Result<Appended, ApiFailure> {
        let mut passage = self.gate.open(Operation::MetricRecord, caller);
        let result = passage.push(|| self.metrics.hand_over_known(samples)).await;
        passage.finish(result)
    }

    /// What another program says of its metrics' names.
    ///
    /// # Errors
    /// When the feature is off, or the disk refuses.
    pub async fn metric_describe(
        &self,
        caller: &Caller,
        definitions: Vec<(String, Metadata)>,
    ) -> Result<(), ApiFailure> {
        let passage = self.gate.open(Operation::MetricDefine, caller);
        let result = self.metrics.define(definitions).await;
        passage.finish(result)
    }
}

/// Rows under the agent's own label, where the caller is an agent.
fn owned(caller: &Caller, mut rows: Vec<Row>) -> Result<Vec<Row>, ApiFailure> {
    let Identity::Agent(own) = &caller.identity else {
        return Ok(rows);
    };
    let label = agent_label(own);
    for row in &mut rows {
        let of_values = row.values.iter().map(|value| value.key.get(AGENT_LABEL));
        let named = std::iter::once(row.labels.get(AGENT_LABEL)).chain(of_values);
        for agent in named.filter(|agent| !agent.is_empty()) {
            caller.acting_as(agent.to_owned())?;
        }
        let names = row.values.iter().map(|value| value.key.metric_name());
        if let Some(name) = names.into_iter().find(|name| name.starts_with(OWN_PREFIX)) {
            return Err(the_servers_own(name));
        }
        row.labels = Labels::new(row.labels.iter().cloned().chain([label.clone()]));
    }
    Ok(rows)
}

pub(super) fn agent_label(agent: &AgentId) -> Label {
    Label {
        name: Arc::from(AGENT_LABEL),
        value: Arc::from(agent.as_str()),
    }
}

pub(super) fn the_servers_own(name: &str) -> ApiFailure {
    let name = crate::http::failure::shown(name);
    ApiFailure::new(
        ErrorCode::Forbidden,
        format!("write `{name}`: names that begin with `{OWN_PREFIX}` are the server's own"),
    )
    .hint("choose a name of your own")
}

/// Code and sentence of a value that the engine refused.
pub(crate) const fn refused(reason: RefusalReason) -> (ErrorCode, &'static str) {
    use RefusalReason as R;
    match reason {
        R::TooManyMetrics => (
            ErrorCode::LimitExceeded,
            "the agent has as many metrics as it may have",
        ),
        R::TooManySeries => (
            ErrorCode::LimitExceeded,
            "the server has as many series as it may have",
        ),
        R::TooMuchChurn => (
            ErrorCode::LimitExceeded,
            "too many new series within a minute; send it again later",
        ),
        R::TooManyLabels => (ErrorCode::LimitExceeded, "it has too many labels"),
        R::LabelTooLong => (ErrorCode::LimitExceeded, "a label is too long"),
        R::InvalidName => (ErrorCode::InvalidArgument, "a name is not valid"),
        R::TooOld => (
            ErrorCode::InvalidArgument,
            "`at` is older than late samples may be",
        ),
        R::TooFarAhead => (ErrorCode::InvalidArgument, "`at` is in the future"),
        R::Conflict => (
            ErrorCode::Conflict,
            "another value is stored for that series and time",
        ),
        R::UnknownSeries => (ErrorCode::Conflict, "the series went away; send it again"),
    }
}

impl From<AppendError> for ApiFailure {
    fn from(error: AppendError) -> Self {
        let failure = Self::new(ErrorCode::Unavailable, error.to_string());
        match error {
            AppendError::Busy => failure
                .hint("nothing of it was kept; send it again in a second")
                .retry_after(1),
            AppendError::Disk(_) => failure
                .hint("nothing of it was kept, what was accepted before is safe; free the disk")
                .retry_after(5),
            AppendError::Closed => failure
                .hint("the server is stopping; try again when it is back")
                .retry_after(2),
        }
    }
}
