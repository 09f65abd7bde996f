//! What every request passes, whatever it asks for. Owns the check of host and origin, the number
//! of requests under way and the end of a panic; refuses anything that would cost a request more
//! than a microsecond (time limits are the routes' own).

use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONNECTION, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::body::Body as _;
use tower::{Layer, Service};

use super::failure::{internal, too_many_requests};
use super::hosts::Hosts;
use crate::operations::ApiFailure;

#[derive(Clone, Debug)]
pub struct Gate {
    hosts: Arc<Hosts>,
    under_way: Arc<AtomicUsize>,
    requests_max: usize,
}

impl Gate {
    #[must_use]
    pub fn new(hosts: Hosts, requests_max: usize) -> Self {
        Self {
            hosts: Arc::new(hosts),
            under_way: Arc::default(),
            requests_max,
        }
    }

    fn admit(&self, request: &Request) -> Result<Place, ApiFailure> {
        let place = Place(Arc::clone(&self.under_way));
        // Relaxed: the number is a limit, it orders nothing.
        let before = place.0.fetch_add(1, Ordering::Relaxed);
        if self.requests_max <= before {
            return Err(too_many_requests());
        }
        self.hosts.check(request.uri(), request.headers())?;
        Ok(place)
    }
}

/// One request under way.
#[derive(Debug)]
pub struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<S> Layer<S> for Gate {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        Gated {
            gate: self.clone(),
            inner,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Gated<S> {
    gate: Gate,
    inner: S,
}

impl<S> Service<Request> for Gated<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Passing;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Passing {
        let has_body = !request.body().is_end_stream();
        let passage = match self.gate.admit(&request) {
            Ok(place) => {
                let answer = Box::pin(self.inner.call(request));
                Passage::Admitted {
                    answer,
                    _place: place,
                }
            }
            Err(refusal) => Passage::Refused(Some(refusal.into_response())),
        };
        Passing { passage, has_body }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// A request on its way through the gate.
pub struct Passing {
    passage: Passage,
    has_body: bool,
}

enum Passage {
    Refused(Option<Response>),
    Admitted { answer: Answer, _place: Place },
}

impl Future for Passing {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let is_refused = matches!(self.passage, Passage::Refused(_));
        let answer = match &mut self.passage {
            // Polled again after its answer, a future may do as it likes.
            Passage::Refused(refusal) => refusal.take().unwrap_or_default(),
            Passage::Admitted { answer, .. } => {
                match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx))) {
                    Ok(Poll::Pending) => return Poll::Pending,
                    Ok(Poll::Ready(Ok(answer))) => answer,
                    Ok(Poll::Ready(Err(never))) => match never {},
                    Err(panic) => after_panic(&*panic),
                }
            }
        };
        let is_unread = self.has_body && (is_refused || may_be_unread(answer.status()));
        Poll::Ready(Ok(finished(answer, is_unread)))
    }
}

fn finished(mut answer: Response, is_unread: bool) -> Response {
    let nosniff = HeaderValue::from_static("nosniff");
    answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, nosniff);
    if is_unread {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(CONNECTION, close);
    }
    answer
}

/// Refusals of routes that may come before the body was read. A body that is still on its way cannot be told
/// from the next request, so the connection ends; unless the client is told, it sends its next
/// request into a closed connection.
fn may_be_unread(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
    )
}

/// The panic's own message went to the log by the panic hook, with its place.
#[cold]
fn after_panic(panic: &(dyn std::any::Any + Send)) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let cause = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(cause = cause.unwrap_or("unknown"), "a request panicked");
    internal().into_response()
}
