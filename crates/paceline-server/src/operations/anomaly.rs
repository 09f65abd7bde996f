//! Anomalies as people handle them: look at them, say that one was none. Owns the page and the span;
//! refuses to judge anything.

use std::sync::Arc;

use paceline_api::{
    Anomaly, AnomalyList, AnomalyListQuery, AnomalyPreview, AnomalyPreviewRequest, ErrorCode,
    Operation,
};
use paceline_core::Timestamp;
use paceline_core::alert::AnomalyFilter;
use paceline_promql::Cancel;
use paceline_store::Span;

use super::{ApiFailure, Caller, Operations, page};
use crate::anomalies::Noted;

/// Where nothing is said.
const LATELY_MS: i64 = 86_400_000;

impl Operations {
    /// Anomalies of the last day, or of a span, the newest first, and how anomalous the fleet is now.
    ///
    /// # Errors
    /// When the page is out of bounds.
    pub async fn anomaly_list(
        &self,
        caller: &Caller,
        query: AnomalyListQuery,
    ) -> Result<AnomalyList, ApiFailure> {
        let mut passage = self.gate.open(Operation::AnomalyList, caller);
        let now_ms = self.gate.now().wall.0;
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let filter = AnomalyFilter {
                about: query.about,
                agent: query.agent_id,
            };
            let span = Span {
                from: Timestamp(query.from.map_or(now_ms - LATELY_MS, |at| at.0)),
                to: query.to.map_or(Span::ALL.to, |at| Timestamp(at.0)),
            };
            let found = passage.store().anomalies(filter, span, page).await;
            let found = passage.take(found)?;
            let all = found.items.iter().filter_map(|one| read(&one.body));
            Ok(AnomalyList {
                items: all.map(|noted| noted.shown).collect(),
                next_cursor: found.next_cursor,
                rate: self.anomalies.rate(),
            })
        }
        .await;
        passage.finish(result)
    }

    /// What detectors would have told of the past, of the answer to any question.
    ///
    /// # Errors
    /// When the question or its time makes no sense, or is too much.
    pub async fn anomaly_preview(
        &self,
        caller: &Caller,
        request: AnomalyPreviewRequest,
    ) -> Result<AnomalyPreview, ApiFailure> {
        let passage = self.gate.open(Operation::AnomalyList, caller);
        let (anomalies, lookback_ms) = (Arc::clone(&self.anomalies), self.alerts.lookback_ms());
        let work = move |cancel: &Cancel| anomalies.preview(request, lookback_ms, cancel);
        let result = self.look_backs.run(work).await;
        passage.finish(result)
    }

    /// A person says that it was none: the like of it is not told again.
    ///
    /// # Errors
    /// When there is none of that id, or the store takes nothing.
    pub async fn anomaly_dismiss(
        &self,
        caller: &Caller,
        anomaly_id: String,
    ) -> Result<Anomaly, ApiFailure> {
        let mut passage = self.gate.open(Operation::AnomalyDismiss, caller);
        passage.about(&anomaly_id);
        let result = async {
            caller.require_operator("dismiss an anomaly")?;
            let known = self.anomalies.known(&anomaly_id);
            let noted = match known {
                Some(noted) => noted,
                None => {
                    let stored = passage.store().anomaly(anomaly_id.clone()).await;
                    let stored = passage.take(stored)?;
                    read(&stored.body).ok_or_else(|| of_another_version(&anomaly_id))?
                }
            };
            let dismissed = self.anomalies.dismiss(noted).await;
            dismissed.map_err(|failure| failure.error.into())
        }
        .await;
        passage.finish(result)
    }
}

fn read(body: &str) -> Option<Noted> {
    serde_json::from_str(body).ok()
}

fn of_another_version(anomaly_id: &str) -> ApiFailure {
    let message = format!("anomaly `{anomaly_id}` was stored by another version");
    ApiFailure::new(ErrorCode::InvalidState, message)
        .hint("it is over; what is found from now on can be dismissed")
}
