//! Routes of anomalies. Owns this part of THE list; `routes` has the whole.

use paceline_api::Operation::{AnomalyDismiss, AnomalyList};

use super::input::{FromQuery, Json, Nothing};
use super::route::{About, Route};

pub fn routes() -> Vec<Route> {
    let preview = "What detectors would have told of the past, of the answer to any question.";
    let path = "/api/anomalies/preview";
    vec![
        About::operation(AnomalyList).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.anomaly_list(&caller, query).await
        }),
        About::operation(AnomalyDismiss).calls(|ops, caller, [anomaly_id], Nothing| async move {
            ops.anomaly_dismiss(&caller, anomaly_id).await
        }),
        About::new("POST", path, "anomaly_preview", preview).calls(
            |ops, caller, [], Json(request)| async move {
                ops.anomaly_preview(&caller, request).await
            },
        ),
    ]
}
