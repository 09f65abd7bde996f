//! Prometheus remote write, versions 1.0 and 2.0, as a receiver. Owns the route, the headers that
//! say which message it is, and the answer; refuses everything that is no snappy block of
//! protobuf, and native histograms.
//!
//! ```text
//! POST /prometheus/api/v1/write
//!   headers -> body -> snappy -> message::walk -> cache: bytes of labels -> SeriesRef
//!                                                   | not there
//!                                                   labels::split -> Engine::resolve
//!            -> Engine::append_refs -> on disk -> 204, or 400 with what was left out and why
//! ```

mod answer;
mod batch;
mod cache;
mod describe;
mod hash;
mod headers;
mod labels;
mod message;
mod receiver;
mod snappy;
mod v1;
mod v2;
mod wire;

#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
pub(crate) use tests::proto;

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use tokio::sync::Semaphore;

use crate::http::app::App;
use crate::http::body;
use crate::http::route::{About, AnswerShape, Route};
use crate::operations::ApiFailure;
use receiver::{Push, Receiver};

/// Compressed.
const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Of all requests together, in KiB: what waits in memory to be written.
const UNDER_WAY_KIB_MAX: usize = 128 * 1024;

/// `/prometheus/api/v1/write`.
pub fn routes() -> Vec<Route> {
    let door = Arc::new(Door {
        receiver: Receiver::default(),
        places: Semaphore::new(UNDER_WAY_KIB_MAX),
    });
    let summary = "Prometheus remote write, 1.0 and 2.0: series in, or 400 with what was left out.";
    let about = About::new("POST", "/prometheus/api/v1/write", "remote_write", summary);
    let write = move |app, request| {
        let door = Arc::clone(&door);
        async move { door.write(app, request).await }
    };
    vec![about.shows(AnswerShape::Text("text/plain"), write)]
}

struct Door {
    receiver: Receiver,
    places: Semaphore,
}

impl Door {
    async fn write(&self, app: Arc<App>, request: Request) -> Result<Response, ApiFailure> {
        let caller = app.caller(request.headers()).await?;
        let operations = &app.operations;
        operations.metrics.require_enabled()?;
        let version = headers::version(request.headers())?;
        let kib = headers::body_kib(request.headers(), BODY_BYTES_MAX);
        // Refused rather than queued: the sender keeps it, and knows how to come back.
        let place = self.places.try_acquire_many(kib);
        let _place = place.map_err(|_| answer::busy())?;
        let body = body::read(request.into_body(), BODY_BYTES_MAX).await?;
        let push = Push::new(version, body, &caller);
        let pushed = self.receiver.push(operations, &caller, push).await;
        answer::of(pushed)
    }
}
