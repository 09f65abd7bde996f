//! The HTTP surface. Owns everything between a socket and an operation: connections, the gate that
//! every request passes, headers, bodies, paths, the list of routes and what is made from it.
//! Refuses rules, storage and measurement: those begin behind `Operations`.
//!
//! ```text
//! serve ──▶ gate (host, origin, how many, panics) ──▶ router ──▶ route
//!   route:  caller ─▶ path ─▶ input ─▶ Operations::<verb> ─▶ answer
//!                each with its refusal ──▶ ErrorBody
//! ```

mod about;
mod alert_routes;
mod anomaly_routes;
pub(crate) mod answer;
pub mod app;
pub(crate) mod body;
pub mod caller;
pub mod exposure;
pub mod failure;
mod gate;
pub mod hosts;
mod input;
pub mod limits;
mod path;
pub mod prometheus;
mod report;
pub mod route;
pub mod routes;
mod serve;
mod tls;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use http::{Method, Uri};

pub use app::App;
pub use exposure::{Exposed, Protection, check_exposure};
pub use hosts::Hosts;
pub use serve::serve;
pub use tls::TlsFiles;

use crate::dashboard;
use gate::Gate;

/// Every route behind the gate. `mcp` is mounted at `/mcp` as it is.
pub fn router(app: Arc<App>, hosts: Hosts, mcp: Router) -> Router {
    let mut router = Router::new();
    for route in routes::routes() {
        router = router.route(route.about.path, route.handler);
    }
    router
        .merge(dashboard::router(about::front::pages()))
        .fallback(async |method: Method, uri: Uri| {
            failure::unknown_route(&method, &uri).into_response()
        })
        .method_not_allowed_fallback(async |method: Method, uri: Uri| {
            failure::method_not_allowed(&method, &uri).into_response()
        })
        .with_state(app)
        .merge(mcp)
        .layer(Gate::new(hosts, limits::REQUESTS_MAX))
}
