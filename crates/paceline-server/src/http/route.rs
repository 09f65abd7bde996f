//! One route: what documentation says of it and the handler that does it, made together so that
//! they cannot disagree. Owns the way of a request through a route (caller, path, input, call,
//! answer, each with its refusal); refuses to know any one operation.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use http::{Method, StatusCode};
use paceline_api::Operation;
use schemars::{Schema, SchemaGenerator};
use tokio::time::Sleep;

use super::answer::Output;
use super::app::App;
use super::failure::{arrived_too_slowly, took_too_long};
use super::input::{Input, InputShape};
use super::limits::{LONG_POLL_MAX, REQUEST_MAX};
use super::path;
use crate::operations::{ApiFailure, Caller, Operations};

pub struct Route {
    pub about: About,
    pub input: fn(&mut SchemaGenerator) -> InputShape,
    pub answer: AnswerShape,
    pub handler: MethodRouter<Arc<App>>,
}

/// What is said of a route before its handler is.
#[derive(Clone, Copy, Debug)]
pub struct About {
    pub method: &'static str,
    pub path: &'static str,
    /// Unique.
    pub name: &'static str,
    pub summary: &'static str,
    /// Whose own route it is.
    pub operation: Option<Operation>,
    pub success: StatusCode,
    /// From headers to answer.
    pub patience: Duration,
    /// Answers without a token where tokens are required.
    pub public: bool,
}

/// An answer, for documentation.
#[derive(Clone, Copy)]
pub enum AnswerShape {
    Json {
        schema: fn(&mut SchemaGenerator) -> Schema,
        may_be_empty: bool,
    },
    Text(&'static str),
    /// The connection becomes a WebSocket, with messages of these shapes.
    Frames {
        from_client: fn(&mut SchemaGenerator) -> Schema,
        from_server: fn(&mut SchemaGenerator) -> Schema,
    },
}

impl About {
    /// A route beside the operations' own.
    pub const fn new(
        method: &'static str,
        path: &'static str,
        name: &'static str,
        summary: &'static str,
    ) -> Self {
        let (operation, success, patience) = (None, StatusCode::OK, REQUEST_MAX);
        Self {
            method,
            path,
            name,
            summary,
            operation,
            success,
            patience,
            public: false,
        }
    }

    /// An operation's own route, as the wire lists it.
    pub fn operation(operation: Operation) -> Self {
        // Those without a route are measured, not called; a test keeps them out of the list.
        let (method, path) = operation
            .route()
            .map_or(("", ""), |route| (route.method, route.path));
        let about = Self::new(method, path, operation.as_str(), operation.summary());
        Self {
            operation: Some(operation),
            ..about
        }
    }

    pub const fn created(mut self) -> Self {
        self.success = StatusCode::CREATED;
        self
    }

    /// The answer is no HTTP any more.
    pub const fn switches_protocols(mut self) -> Self {
        self.success = StatusCode::SWITCHING_PROTOCOLS;
        self
    }

    /// The caller may ask the server to wait before it answers.
    pub const fn long_poll(mut self) -> Self {
        self.patience = LONG_POLL_MAX;
        self
    }

    pub const fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// A route that calls operations: JSON in, JSON out.
    pub fn calls<const N: usize, I, O, F, Fut>(self, call: F) -> Route
    where
        I: Input,
        O: Output,
        F: Fn(Arc<Operations>, Caller, [String; N], I) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<O, ApiFailure>> + Send + 'static,
    {
        let handler = move |State(app): State<Arc<App>>, request: Request| {
            let passing = pass::<N, I, O, F, Fut>(app, request, self.patience, call.clone());
            async move {
                match passing.await {
                    Ok(answer) => answer.into_answer(self.success),
                    Err(failure) => failure.into_response(),
                }
            }
        };
        Route {
            about: self,
            input: I::shape,
            answer: AnswerShape::Json {
                schema: O::schema,
                may_be_empty: O::MAY_BE_EMPTY,
            },
            handler: on(self.method_filter(), handler),
        }
    }

    /// A route that shows something of the server itself.
    pub fn shows<F, Fut>(self, answer: AnswerShape, show: F) -> Route
    where
        F: Fn(Arc<App>, Request) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Response, ApiFailure>> + Send + 'static,
    {
        let handler = move |State(app): State<Arc<App>>, request: Request| {
            let showing = show.clone();
            async move {
                let headers = request.headers();
                let welcome = match self.success {
                    _ if self.public => Ok(()),
                    StatusCode::SWITCHING_PROTOCOLS => app.welcome_websocket(headers).await,
                    _ => app.caller(headers).await.map(drop),
                };
                let answer = match welcome {
                    Ok(()) => showing(app, request).await,
                    Err(failure) => Err(failure),
                };
                answer.unwrap_or_else(IntoResponse::into_response)
            }
        };
        let input = |_: &mut SchemaGenerator| InputShape::default();
        Route {
            about: self,
            input,
            answer,
            handler: on(self.method_filter(), handler),
        }
    }

    fn method_filter(self) -> MethodFilter {
        let method = Method::from_bytes(self.method.as_bytes()).unwrap_or(Method::GET);
        MethodFilter::try_from(method).unwrap_or(MethodFilter::GET)
    }
}

async fn pass<const N: usize, I, O, F, Fut>(
    app: Arc<App>,
    request: Request,
    patience: Duration,
    call: F,
) -> Result<O, ApiFailure>
where
    I: Input,
    F: Fn(Arc<Operations>, Caller, [String; N], I) -> Fut,
    Fut: Future<Output = Result<O, ApiFailure>>,
{
    // One timer for both halves: which of them it ends decides whether anything can have happened.
    let mut timer = pin!(tokio::time::sleep(patience));
    let (mut parts, body) = request.into_parts();
    let caller = app.caller(&parts.headers).await?;
    let fields = path::fields::<N>(&mut parts).await?;
    let input = within(timer.as_mut(), I::take(&parts, body)).await;
    let input = input.ok_or_else(|| arrived_too_slowly(patience))??;
    let answer = within(
        timer,
        call(Arc::clone(&app.operations), caller, fields, input),
    )
    .await;
    answer.ok_or_else(|| took_too_long(patience))?
}

async fn within<F: Future>(timer: Pin<&mut Sleep>, work: F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = work => Some(output),
        () = timer => None,
    }
}
