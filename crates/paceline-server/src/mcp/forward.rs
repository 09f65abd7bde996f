//! Messages from standard input, passed to a running server and back.
//!
//! Owns the headers that the messages need on their way and the end of a call that was taken back.
//! Refuses to understand a tool: what it passes on today, it passes on when there are more.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::stdio::StdioError;

/// Of one answer.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Answers that wait for their reader.
const ANSWERS_QUEUED_MAX: usize = 64;
const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");
const META_PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const UNREACHABLE: i32 = -32_000;

/// A running server's endpoint.
#[derive(Clone, Debug)]
pub struct Remote {
    uri: Uri,
    authorization: Option<HeaderValue>,
}

#[derive(Debug, thiserror::Error)]
pub enum ForwardError {
    #[error("`{0}` is no address such as `http://127.0.0.1:7717`")]
    Address(String),
    #[error("the token holds characters that no token has")]
    Token,
    #[error("cannot prepare TLS: {0}")]
    Tls(String),
}

impl Remote {
    /// `url` is the server's, with or without `/mcp`.
    ///
    /// # Errors
    /// When the address or the token cannot be one.
    pub fn new(url: &str, token: Option<&str>) -> Result<Self, ForwardError> {
        let refused = || ForwardError::Address(url.to_owned());
        let base = url.trim_end_matches('/').trim_end_matches("/mcp");
        let uri: Uri = format!("{base}/mcp").parse().map_err(|_| refused())?;
        if uri.host().is_none() || !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(refused());
        }
        let header = |token| HeaderValue::try_from(format!("Bearer {token}"));
        let authorization = token
            .map(header)
            .transpose()
            .map_err(|_| ForwardError::Token)?;
        Ok(Self { uri, authorization })
    }
}

/// What the calls under way share.
struct Forward {
    remote: Remote,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// As the server agreed to them in the handshake of the older protocol.
    agreed: Mutex<Agreed>,
    under_way: Mutex<HashMap<String, AbortHandle>>,
}

#[derive(Clone, Debug, Default)]
struct Agreed {
    session: Option<HeaderValue>,
    version: Option<HeaderValue>,
}

/// Passes messages on until `input` ends and all answers are given.
///
/// # Errors
/// When the transport cannot be set up or `input` cannot be read.
pub async fn run(
    remote: &Remote,
    input: impl AsyncBufRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
) -> Result<(), StdioError> {
    let forward = Arc::new(Forward {
        remote: remote.clone(),
        client: client()?,
        agreed: Mutex::default(),
        under_way: Mutex::default(),
    });
    let (answers, answered) = mpsc::channel(ANSWERS_QUEUED_MAX);
    let writer = tokio::spawn(write_lines(answered, output));
    let mut lines = input.lines();
    let mut calls = JoinSet::new();
    while let Some(line) = lines.next_line().await.map_err(StdioError::Read)? {
        forward.accept(line, &answers, &mut calls).await;
        while calls.try_join_next().is_some() {}
    }
    while calls.join_next().await.is_some() {}
    drop(answers);
    // It ends when the last answer is written, or nobody reads any more.
    let _ = writer.await;
    Ok(())
}

fn client() -> Result<Client<HttpsConnector<HttpConnector>, Full<Bytes>>, ForwardError> {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    tcp.enforce_http(false);
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
        .map_err(|error| ForwardError::Tls(error.to_string()))?
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

async fn write_lines(mut answers: mpsc::Receiver<String>, mut output: impl AsyncWrite + Unpin) {
    while let Some(mut line) = answers.recv().await {
        line.push('\n');
        let written = output.write_all(line.as_bytes()).await;
        if written.is_err() || output.flush().await.is_err() {
            return;
        }
    }
}

impl Forward {
    async fn accept(
        self: &Arc<Self>,
        line: String,
        answers: &mpsc::Sender<String>,
        calls: &mut JoinSet<()>,
    ) {
        if line.trim().is_empty() {
            return;
        }
        let message: Value = match serde_json::from_str(&line) {
            Ok(message) => message,
            Err(error) => {
                let text = format!("the line is not valid JSON: {error}");
                let _ = answers.send(rpc_error(&Value::Null, -32_700, &text)).await;
                return;
            }
        };
        if message["method"] == "notifications/cancelled" {
            let name = message["params"]["requestId"].to_string();
            if let Some(call) = self.under_way.lock().remove(&name) {
                call.abort();
            }
            return;
        }
        let id = message.get("id").map(Value::to_string);
        let is_handshake = message["method"] == "initialize";
        let (forward, answers) = (Arc::clone(self), answers.clone());
        let pass = async move { forward.pass(line, &message, &answers).await };
        if is_handshake {
            // What it agrees on belongs on every message after it.
            return pass.await;
        }
        // Locked until it is known: a call that ends at once must find itself to remove.
        let mut under_way = self.under_way.lock();
        let call = calls.spawn(pass);
        if let Some(id) = id {
            under_way.insert(id, call);
        }
    }

    async fn pass(&self, line: String, message: &Value, answers: &mpsc::Sender<String>) {
        let answer = self.post(line, message).await;
        if let Some(id) = message.get("id") {
            self.under_way.lock().remove(&id.to_string());
            let answer = answer.unwrap_or_else(|problem| rpc_error(id, UNREACHABLE, &problem));
            // A closed channel means that nobody reads; there is nobody to tell.
            let _ = answers.send(answer).await;
        }
    }

    async fn post(&self, line: String, message: &Value) -> Result<String, String> {
        let uri = &self.remote.uri;
        let response = self.client.request(self.request(line, message)).await;
        let response = response
            .map_err(|error| format!("cannot reach `{uri}`: {error}; start `paceline serve`"))?;
        let status = response.status();
        if message["method"] == "initialize" {
            self.agreed.lock().session = response.headers().get(SESSION_ID).cloned();
        }
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX)
            .collect()
            .await;
        let body = body.map_err(|error| format!("the answer of `{uri}` broke off: {error}"))?;
        let body = body.to_bytes();
        let text = String::from_utf8_lossy(&body);
        match serde_json::from_str::<Value>(&text) {
            Ok(answer) if answer["jsonrpc"] == "2.0" => {
                self.agree(&answer);
                // A message is a line; inside strings JSON has no line breaks.
                Ok(text.replace(['\n', '\r'], " "))
            }
            _ => Err(format!("`{uri}` answered {status}: {text}")),
        }
    }

    fn request(&self, line: String, message: &Value) -> Request<Full<Bytes>> {
        let agreed = self.agreed.lock().clone();
        let params = &message["params"];
        let own_version = header(&params["_meta"][META_PROTOCOL_VERSION]);
        let is_handshake = message["method"] == "initialize";
        let version = own_version.or(agreed.version).filter(|_| !is_handshake);
        let name = header(&params["name"]).or_else(|| header(&params["uri"]));
        let headers = [
            (AUTHORIZATION, self.remote.authorization.clone()),
            (SESSION_ID, agreed.session.filter(|_| !is_handshake)),
            (PROTOCOL_VERSION, version),
            (METHOD, header(&message["method"])),
            (NAME, name),
        ];
        let mut request = Request::new(Full::from(line));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.remote.uri.clone();
        let map = request.headers_mut();
        map.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        map.insert(
            ACCEPT,
            HeaderValue::from_static("application/json, text/event-stream"),
        );
        for (name, value) in headers {
            if let Some(value) = value {
                map.insert(name, value);
            }
        }
        request
    }

    fn agree(&self, answer: &Value) {
        let version = &answer["result"]["protocolVersion"];
        if let Some(version) = header(version) {
            self.agreed.lock().version = Some(version);
        }
    }
}

fn header(text: &Value) -> Option<HeaderValue> {
    HeaderValue::from_str(text.as_str()?).ok()
}

fn rpc_error(id: &Value, code: i32, message: &str) -> String {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}).to_string()
}
