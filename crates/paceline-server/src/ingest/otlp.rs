//! OTLP over HTTP: metrics, logs and traces.

use crate::http::route::Route;

/// `/v1/metrics`, `/v1/logs` and `/v1/traces`.
pub fn routes() -> Vec<Route> {
    Vec::new()
}
