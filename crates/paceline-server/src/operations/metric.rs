//! Metrics from outside: rows that arrive in other programs' formats.

use paceline_api::{ErrorCode, Operation};
use paceline_metrics::{AppendError, Appended, Label, Labels, Metadata, RefSample, Row};

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
        let passage = self.gate.open(Operation::MetricRecord, caller);
        let result = async {
            self.require_agent_metrics()?;
            let rows = owned(caller, rows)?;
            self.metrics.append(rows).await
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
        let passage = self.gate.open(Operation::MetricRecord, caller);
        let result = self.metrics.append_known(samples).await;
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
    for row in &mut rows {
        let of_values = row.values.iter().map(|value| value.key.get(AGENT_LABEL));
        let named = std::iter::once(row.labels.get(AGENT_LABEL)).chain(of_values);
        for agent in named.filter(|agent| !agent.is_empty()) {
            caller.acting_as(agent.to_owned())?;
        }
        let label = Label {
            name: AGENT_LABEL.into(),
            value: own.as_str().into(),
        };
        row.labels = Labels::new(row.labels.iter().cloned().chain([label]));
    }
    Ok(rows)
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
