//! The live feed from the subscriber's side: one WebSocket, requests out, frames in. Owns the way
//! from an HTTP request to the WebSocket, so that address, token and TLS are the client's own;
//! refuses to connect again by itself: what was subscribed to is known to the caller.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::header::{
    CONNECTION, HeaderValue, InvalidHeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use paceline_api::{LiveFrame, LiveRequest};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use crate::error::{ClientError, Source};
use crate::transport::{Call, Client, Repeat};

const PATH: &str = "/api/live";
/// What is read of an answer that is no WebSocket.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;
/// The server sends a ping every 20 s; whoever misses two of them is talking to nobody.
const SILENCE_MAX: Duration = Duration::from_secs(45);

/// A connection to the live feed. One on which the server has fallen silent is an error like a lost one.
pub struct Live {
    url: String,
    socket: WebSocketStream<TokioIo<Upgraded>>,
}

impl Client {
    pub async fn live(&self) -> Result<Live, ClientError> {
        let key = generate_key();
        let mut request = self.request(&Call {
            method: Method::GET,
            target: PATH.to_owned(),
            body: Bytes::new(),
            repeat: Repeat::Never,
            wait_seconds: 0,
        })?;
        let written = |error: InvalidHeaderValue| ClientError::Encode {
            path: PATH.to_owned(),
            source: error.into(),
        };
        let headers = request.headers_mut();
        for (name, value) in [
            (CONNECTION, "upgrade"),
            (UPGRADE, "websocket"),
            (SEC_WEBSOCKET_VERSION, "13"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(SEC_WEBSOCKET_KEY, key.parse().map_err(written)?);
        let socket = self.within_time(self.upgrade(request, &key)).await?;
        Ok(Live {
            url: self.base_url().to_owned(),
            socket,
        })
    }

    async fn upgrade(
        &self,
        request: Request<Full<Bytes>>,
        key: &str,
    ) -> Result<WebSocketStream<TokioIo<Upgraded>>, ClientError> {
        let answer = self
            .respond(request)
            .await
            .map_err(|source| self.lost(source))?;
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(refusal(answer).await);
        }
        let accepted = answer.headers().get(SEC_WEBSOCKET_ACCEPT);
        if accepted.is_none_or(|accepted| *accepted != *derive_accept_key(key.as_bytes())) {
            return Err(ClientError::Decode {
                path: PATH.to_owned(),
                source: "it is not the answer of a WebSocket".into(),
            });
        }
        let upgraded = hyper::upgrade::on(answer).await;
        let io = TokioIo::new(upgraded.map_err(|error| self.lost(error.into()))?);
        Ok(WebSocketStream::from_raw_socket(io, Role::Client, None).await)
    }
}

impl Live {
    pub async fn send(&mut self, request: &LiveRequest) -> Result<(), ClientError> {
        let text = serde_json::to_string(request).map_err(|error| ClientError::Encode {
            path: PATH.to_owned(),
            source: error.into(),
        })?;
        let sent = self.socket.send(Message::text(text)).await;
        sent.map_err(|error| self.lost(error.into()))
    }

    /// The next frame, or none once the server has ended the connection in order. Nothing is lost
    /// when the future is dropped before it is done. Pings are answered on the way.
    pub async fn next(&mut self) -> Result<Option<LiveFrame>, ClientError> {
        loop {
            let next = timeout(SILENCE_MAX, self.socket.next());
            let message = match next.await.map_err(|_| self.silent())? {
                None => return Ok(None),
                Some(Err(error)) => return Err(self.lost(error.into())),
                Some(Ok(message)) => message,
            };
            match message {
                Message::Text(text) => return decode(&text).map(Some),
                Message::Close(_) => return Ok(None),
                _ => {}
            }
        }
    }

    fn silent(&self) -> ClientError {
        ClientError::TimedOut {
            url: self.url.clone(),
            seconds: SILENCE_MAX.as_secs(),
        }
    }

    fn lost(&self, source: Source) -> ClientError {
        ClientError::Transport {
            url: self.url.clone(),
            source,
        }
    }
}

fn decode(text: &str) -> Result<LiveFrame, ClientError> {
    serde_json::from_str(text).map_err(|error| ClientError::Decode {
        path: PATH.to_owned(),
        source: error.into(),
    })
}

async fn refusal(answer: Response<Incoming>) -> ClientError {
    let status = answer.status();
    let body = Limited::new(answer.into_body(), REFUSAL_BYTES_MAX);
    let body = body.collect().await.map(|body| body.to_bytes());
    ClientError::refusal(status, &body.unwrap_or_default())
}
