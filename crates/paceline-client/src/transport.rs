//! How a request travels: address, token, pool, timeout, retries.
//!
//! Owns the promise that a repeated request acts once: only reads and creates are repeated, and a
//! create carries the same `Idempotency-Key` each time. Refuses to repeat anything after an answer
//! or a timeout.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde::de::DeserializeOwned;

use crate::error::{ClientError, Source};

/// How often a request is sent at most.
const ATTEMPTS_MAX: u32 = 3;
/// Before the second attempt; the third waits twice as long.
const RETRY_DELAY: Duration = Duration::from_millis(100);
/// On top of what a request itself asks the server to wait.
const TIMEOUT: Duration = Duration::from_secs(30);
pub(crate) const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("paceline-client/", env!("CARGO_PKG_VERSION")));

/// A client of one server. Clones share its connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    base_url: String,
    authorization: Option<HeaderValue>,
    pool: Pool<HttpsConnector<HttpConnector>, Full<Bytes>>,
    key_prefix: String,
    keys_made: AtomicU64,
}

/// A request before it is sent.
pub(crate) struct Call {
    pub method: Method,
    /// Path and query.
    pub target: String,
    pub body: Bytes,
    pub repeat: Repeat,
    pub wait_seconds: u32,
}

pub(crate) enum Repeat {
    Never,
    Freely,
    WithKey(String),
}

impl Client {
    /// `base_url` such as `http://127.0.0.1:7717`, with a path where a proxy adds one.
    pub fn new(base_url: &str, token: Option<String>) -> Result<Self, ClientError> {
        let inner = Inner {
            base_url: checked_base(base_url)?,
            authorization: token.map(|token| bearer(&token)).transpose()?,
            pool: pool()?,
            key_prefix: random_prefix()?,
            keys_made: AtomicU64::new(0),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    pub fn base_url(&self) -> &str {
        &self.inner.base_url
    }

    /// Sends anything, once, and hands back the answer as it came, refusals included.
    pub async fn send(
        &self,
        method: Method,
        path_and_query: &str,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), ClientError> {
        let target = path_and_query.to_owned();
        let call = Call {
            method,
            target,
            body,
            repeat: Repeat::Never,
            wait_seconds: 0,
        };
        self.attempt(&call).await
    }

    /// Unique to this client; the prefix makes it unique among clients.
    pub(crate) fn next_key(&self) -> String {
        let number = self.inner.keys_made.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}", self.inner.key_prefix)
    }

    /// Sends, repeats where that is safe, and decodes. An empty answer reads as null.
    pub(crate) async fn answer<A: DeserializeOwned>(&self, call: Call) -> Result<A, ClientError> {
        let body = self.success(&call).await?;
        let text: &[u8] = if body.is_empty() { b"null" } else { &body };
        serde_json::from_slice(text).map_err(|error| ClientError::Decode {
            path: call.target,
            source: error.into(),
        })
    }

    pub(crate) async fn success(&self, call: &Call) -> Result<Bytes, ClientError> {
        let (status, body) = self.exchange(call).await?;
        if status.is_success() {
            Ok(body)
        } else {
            Err(ClientError::refusal(status, &body))
        }
    }

    pub(crate) async fn exchange(&self, call: &Call) -> Result<(StatusCode, Bytes), ClientError> {
        let attempts_max = if matches!(call.repeat, Repeat::Never) {
            1
        } else {
            ATTEMPTS_MAX
        };
        let mut attempt = 1;
        loop {
            match self.attempt(call).await {
                Err(error) if attempt < attempts_max && error.is_connection_loss() => {
                    tokio::time::sleep(RETRY_DELAY * attempt).await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn attempt(&self, call: &Call) -> Result<(StatusCode, Bytes), ClientError> {
        let request = self.request(call)?;
        let timeout = TIMEOUT + Duration::from_secs(call.wait_seconds.into());
        let answer = async {
            let answer = self.round_trip(request).await;
            answer.map_err(|source| self.lost(source))
        };
        self.within(timeout, answer).await
    }

    /// As long as a request without waiting may take.
    pub(crate) async fn within_time<A>(
        &self,
        answer: impl Future<Output = Result<A, ClientError>>,
    ) -> Result<A, ClientError> {
        self.within(TIMEOUT, answer).await
    }

    async fn within<A>(
        &self,
        timeout: Duration,
        answer: impl Future<Output = Result<A, ClientError>>,
    ) -> Result<A, ClientError> {
        let late = |_| ClientError::TimedOut {
            url: self.inner.base_url.clone(),
            seconds: timeout.as_secs(),
        };
        tokio::time::timeout(timeout, answer).await.map_err(late)?
    }

    pub(crate) fn request(&self, call: &Call) -> Result<Request<Full<Bytes>>, ClientError> {
        let mut builder = Request::builder()
            .method(call.method.clone())
            .uri(format!("{}{}", self.inner.base_url, call.target))
            .header(USER_AGENT, AGENT);
        if let Some(authorization) = &self.inner.authorization {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        if !call.body.is_empty() {
            builder = builder.header(CONTENT_TYPE, "application/json");
        }
        if let Repeat::WithKey(key) = &call.repeat {
            builder = builder.header("idempotency-key", key);
        }
        builder
            .body(Full::new(call.body.clone()))
            .map_err(|error| ClientError::Encode {
                path: call.target.clone(),
                source: error.into(),
            })
    }

    async fn round_trip(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), Source> {
        let response = self.respond(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX)
            .collect()
            .await?;
        Ok((status, body.to_bytes()))
    }

    /// The head of the answer; its body is still to be read.
    pub(crate) async fn respond(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, Source> {
        Ok(self.inner.pool.request(request).await?)
    }

    pub(crate) fn lost(&self, source: Source) -> ClientError {
        ClientError::Transport {
            url: self.inner.base_url.clone(),
            source,
        }
    }
}

fn pool() -> Result<Pool<HttpsConnector<HttpConnector>, Full<Bytes>>, ClientError> {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    tcp.enforce_http(false);
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
        .map_err(|error| ClientError::Setup {
            source: error.into(),
        })?
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    let mut builder = Pool::builder(TokioExecutor::new());
    Ok(builder.pool_timer(TokioTimer::new()).build(connector))
}

fn checked_base(url: &str) -> Result<String, ClientError> {
    let refused = |source: Source| ClientError::Address {
        url: url.to_owned(),
        source,
    };
    let uri: http::Uri = url
        .parse()
        .map_err(|error: http::uri::InvalidUri| refused(error.into()))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
        return Err(refused("it does not begin with http:// or https://".into()));
    }
    if uri.query().is_some() {
        return Err(refused("it holds a query".into()));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

pub(crate) fn bearer(token: &str) -> Result<HeaderValue, ClientError> {
    let mut value =
        HeaderValue::try_from(format!("Bearer {token}")).map_err(|error| ClientError::Setup {
            source: error.into(),
        })?;
    value.set_sensitive(true);
    Ok(value)
}

fn random_prefix() -> Result<String, ClientError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| ClientError::Setup {
        source: error.into(),
    })?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
