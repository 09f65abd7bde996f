//! Rows made from agents' telemetry. Owns their measured way to the engine; refuses to check whose
//! they are: the receiver does when it reads who measured, and derives series of the server's own
//! names, which `metric_push` would refuse to an agent.

use paceline_api::Operation;
use paceline_metrics::{Appended, Row};

use super::caller::Identity;
use super::{ApiFailure, Caller, Operations};

impl Operations {
    /// # Errors
    /// When the feature is off, or nothing could be kept.
    pub(crate) async fn telemetry_push(
        &self,
        caller: &Caller,
        rows: Vec<Row>,
    ) -> Result<Appended, ApiFailure> {
        let mut passage = self.gate.open(Operation::MetricRecord, caller);
        let result = async {
            if let Identity::Agent(own) = &caller.identity {
                self.note_author(&mut passage, Some(own));
            }
            passage.push(|| self.metrics.hand_over(rows)).await
        }
        .await;
        passage.finish(result)
    }
}
