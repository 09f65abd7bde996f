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
use http::header::{HeaderValue, X_CONTENT_TYPE_OPTIONS};
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
        match self.gate.admit(&request) {
            Ok(place) => {
                let answer = Box::pin(self.inner.call(request));
                Passing::Admitted {
                    answer,
                    _place: place,
                }
            }
            Err(refusal) => Passing::Refused(Some(refusal.into_response())),
        }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// A request on its way through the gate.
pub enum Passing {
    Refused(Option<Response>),
    Admitted { answer: Answer, _place: Place },
}

impl Future for Passing {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match &mut *self {
            // Polled again after its answer, a future may do as it likes.
            Self::Refused(refusal) => refusal.take().unwrap_or_default(),
            Self::Admitted { answer, .. } => {
                match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx))) {
                    Ok(Poll::Pending) => return Poll::Pending,
                    Ok(Poll::Ready(Ok(answer))) => answer,
                    Ok(Poll::Ready(Err(never))) => match never {},
                    Err(panic) => after_panic(&*panic),
                }
            }
        };
        Poll::Ready(Ok(finished(answer)))
    }
}

fn finished(mut answer: Response) -> Response {
    let nosniff = HeaderValue::from_static("nosniff");
    answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, nosniff);
    answer
}

/// The panic's own message went to the log by the panic hook, with its place.
#[cold]
fn after_panic(panic: &(dyn std::any::Any + Send)) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let cause = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(cause = cause.unwrap_or("unknown"), "a request panicked");
    internal().into_response()
}
