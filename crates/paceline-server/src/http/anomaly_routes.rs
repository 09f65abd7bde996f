//! Routes of anomalies. Owns this part of THE list; `routes` has the whole.

use paceline_api::Operation::{AnomalyDismiss, AnomalyList};

use super::input::{FromQuery, Nothing};
use super::route::{About, Route};

pub fn routes() -> Vec<Route> {
    vec![
        About::operation(AnomalyList).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.anomaly_list(&caller, query).await
        }),
        About::operation(AnomalyDismiss).calls(|ops, caller, [anomaly_id], Nothing| async move {
            ops.anomaly_dismiss(&caller, anomaly_id).await
        }),
    ]
}
