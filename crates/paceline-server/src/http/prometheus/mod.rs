//! The Prometheus HTTP API under `/prometheus/api/v1`, as Grafana and promtool ask it. Owns the list
//! of its routes and Prometheus's shapes, sentences and status codes; refuses to evaluate (the crate
//! `paceline-promql`) and to know where series are.
//!
//! ```text
//! request -> form -> parameters -> pool -> evaluator or source -> encode -> out (pieces, gzip)
//!               each with its refusal ──────────────────────────> failure
//! ```

mod consult;
mod encode;
mod failure;
mod form;
mod number;
mod out;
mod parameters;
mod pool;
mod query;
mod series;
mod status;

use std::future::Future;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};

use self::failure::Failure;
use super::app::App;
use super::route::{About, AnswerShape, Route};

pub use consult::consult_instant;
pub use parameters::duration_ms as parse_duration_ms;
pub use pool::{QueryLimits, Questions};

/// Of answers: the routes are documented by Prometheus.
const JSON: AnswerShape = AnswerShape::Text("application/json");

pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(query::routes());
    routes.extend(series::routes());
    routes.extend(status::routes());
    routes
}

fn get<F, Fut>(about: About, answer: F) -> Route
where
    F: Fn(Arc<App>, Request) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, Failure>> + Send + 'static,
{
    about.shows(JSON, move |app, request| {
        let answering = answer(app, request);
        async move { Ok(answering.await.unwrap_or_else(IntoResponse::into_response)) }
    })
}

/// The same by GET and, with a form, by POST, which has room for long questions.
fn get_and_post<F, Fut>(
    path: &'static str,
    names: [&'static str; 2],
    summary: &'static str,
    answer: F,
) -> [Route; 2]
where
    F: Fn(Arc<App>, Request) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, Failure>> + Send + 'static,
{
    let about = |method, name| About::new(method, path, name, summary);
    [
        get(about("GET", names[0]), answer.clone()),
        get(about("POST", names[1]), answer),
    ]
}
