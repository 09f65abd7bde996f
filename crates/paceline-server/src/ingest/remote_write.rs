//! Prometheus remote write, versions 1.0 and 2.0, as a receiver.

use crate::http::route::Route;

/// `/prometheus/api/v1/write`.
pub fn routes() -> Vec<Route> {
    Vec::new()
}
