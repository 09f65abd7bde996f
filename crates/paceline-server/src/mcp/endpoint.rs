//! The HTTP endpoint of MCP. Owns what happens before and after the protocol library: the body is
//! read once, its arguments are kept as they were sent, a client of the older protocol gets a name
//! for its calls, and what is no message gets a JSON-RPC error.
//!
//! Refuses sessions in either protocol: every request stands alone, on any server of a fleet.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use super::cancel::{Cancels, UnderWay};
use super::envelope::{Envelope, NoMessage, no_message};
use crate::http::answer::json;
use crate::http::body;
use crate::http::limits::BATCH_BODY_BYTES_MAX;
use crate::ids;
use crate::operations::ApiFailure;

const SESSION_ID: &str = "mcp-session-id";

struct Endpoint<H> {
    service: StreamableHttpService<H, NeverSessionManager>,
    cancels: Arc<Cancels>,
}

pub fn endpoint<H: ServerHandler + Clone>(handler: H) -> Router {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(BATCH_BODY_BYTES_MAX)
        // There is one list of hosts, and the HTTP layer has checked it.
        .disable_allowed_hosts();
    let manager = Arc::new(NeverSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(handler.clone()), manager, config);
    let endpoint = Endpoint {
        service,
        cancels: Arc::default(),
    };
    Router::new()
        .route("/", any(answer::<H>))
        .with_state(Arc::new(endpoint))
}

async fn answer<H: ServerHandler>(
    State(endpoint): State<Arc<Endpoint<H>>>,
    request: Request<Body>,
) -> Response {
    if request.method() != Method::POST {
        return endpoint.pass_on(request.map(|_| Full::default())).await;
    }
    endpoint
        .post(request)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

impl<H: ServerHandler> Endpoint<H> {
    async fn post(&self, request: Request<Body>) -> Result<Response, Refusal> {
        let (mut parts, body) = request.into_parts();
        if !parts.headers.contains_key(CONTENT_TYPE) {
            return Ok(self
                .pass_on(Request::from_parts(parts, Full::default()))
                .await);
        }
        body::check_content_type(&parts.headers)?;
        let body = body::read(body, BATCH_BODY_BYTES_MAX).await?;
        let envelope = Envelope::read(&body)?;
        let is_initialize = matches!(envelope, Envelope::Initialize);
        // Held until the answer is there.
        let _under_way = self.prepare(&mut parts, envelope);
        let response = self
            .pass_on(Request::from_parts(parts, Full::new(body)))
            .await;
        match response.status() {
            // The content type was right, so it is the message that the library cannot read.
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Err(no_message(&reason(response).await).into()),
            status if is_initialize && status.is_success() => Ok(with_session_id(response)),
            _ => Ok(response),
        }
    }

    /// Hands a call what the library would lose, and acts on a cancellation, which it ignores.
    fn prepare(&self, parts: &mut Parts, envelope: Envelope) -> Option<UnderWay> {
        let session = parts
            .headers
            .get(SESSION_ID)
            .and_then(|id| id.to_str().ok());
        match envelope {
            Envelope::ToolCall { id, arguments } => {
                let under_way = session.map(|session| self.cancels.enter(session, &id));
                if let Some(arguments) = arguments {
                    parts.extensions.insert(arguments);
                }
                if let Some(under_way) = &under_way {
                    parts.extensions.insert(under_way.cancelled());
                }
                under_way
            }
            Envelope::Cancelled { request } => {
                if let Some(session) = session {
                    self.cancels.cancel(session, &request);
                }
                None
            }
            Envelope::Initialize | Envelope::Other => None,
        }
    }

    async fn pass_on(&self, request: Request<Full<Bytes>>) -> Response {
        self.service.handle(request).await.map(Body::new)
    }
}

/// What the library says of a message that it cannot read.
async fn reason(response: Response) -> String {
    let body = response.into_body().collect().await;
    let text = body.map(|body| String::from_utf8_lossy(&body.to_bytes()).into_owned());
    let text = text.unwrap_or_default();
    text.trim_start_matches("fail to deserialize request body ")
        .to_owned()
}

/// Only the handshake of the older protocol is answered so; the newer one has none.
fn with_session_id(mut response: Response) -> Response {
    if let Ok(id) = HeaderValue::from_str(&ids::new_id("mcp")) {
        response.headers_mut().insert(SESSION_ID, id);
    }
    response
}

/// What is answered without asking the library.
enum Refusal {
    Failure(ApiFailure),
    NoMessage(NoMessage),
}

impl From<ApiFailure> for Refusal {
    fn from(failure: ApiFailure) -> Self {
        Self::Failure(failure)
    }
}

impl From<NoMessage> for Refusal {
    fn from(no_message: NoMessage) -> Self {
        Self::NoMessage(no_message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Failure(failure) => failure.into_response(),
            Self::NoMessage(NoMessage { status, error }) => json(status, &error),
        }
    }
}
