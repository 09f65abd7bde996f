//! `GET /api/live`. Owns the upgrade to a WebSocket and its refusals; host, origin and token were
//! looked at before.

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use paceline_api::{ErrorCode, LiveFrame, LiveRequest};

use super::limits::MESSAGE_BYTES_READ_MAX;
use super::session;
use crate::http::App;
use crate::http::caller::LIVE_PROTOCOL;
use crate::http::failure::with_status;
use crate::http::route::{About, AnswerShape, Route};
use crate::operations::ApiFailure;

/// Of a connection, for what it reads; a subscriber says little.
const READ_BUFFER_BYTES: usize = 4 * 1024;

pub fn route() -> Route {
    let summary = "Follow the fleet, an agent, tasks, operations, series or a query over a WebSocket: \
                   all of it, then what changes.";
    let frames = AnswerShape::Frames {
        from_client: |generator| generator.subschema_for::<LiveRequest>(),
        from_server: |generator| generator.subschema_for::<LiveFrame>(),
    };
    About::new("GET", "/api/live", "live", summary)
        .switches_protocols()
        .shows(frames, open)
}

async fn open(app: Arc<App>, request: Request) -> Result<Response, ApiFailure> {
    let (mut parts, _) = request.into_parts();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &())
        .await
        .map_err(|rejection| no_websocket(&rejection.body_text(), rejection.status()))?;
    let place = app.live.place()?;
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .protocols([LIVE_PROTOCOL])
        .max_message_size(MESSAGE_BYTES_READ_MAX)
        .max_frame_size(MESSAGE_BYTES_READ_MAX)
        .on_failed_upgrade(|error| tracing::debug!(%error, "a live connection broke off"));
    let answer = upgrade.on_upgrade(move |socket| session::converse(socket, place));
    Ok(answer.into_response())
}

fn no_websocket(problem: &str, status: StatusCode) -> ApiFailure {
    let message = format!("the request opens no WebSocket: {problem}");
    with_status(status, ErrorCode::InvalidArgument, message)
        .hint("connect with a WebSocket client; `docs/format/live.md` is the protocol")
}
