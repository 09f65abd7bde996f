//! One request and its answer. Owns the limits of time and size, and what a status means; refuses to
//! follow a redirect, which would lead past the check of addresses, and to keep a connection.
//!
//! | answer | what happens |
//! |---|---|
//! | 2xx | delivered |
//! | 408, 429, 5xx, none in time, no connection, no address | again, after `Retry-After` where it is given |
//! | 3xx, any other 4xx, a private address | given up: it would be the same again |

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT,
};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::address::{Address, AllowedHosts, Host};
use super::channel::Endpoint;
use super::{SendError, read_secret};

const EXCHANGE_MAX: Duration = Duration::from_secs(10);
/// For what follows the status, which has decided already.
const REST_MAX: Duration = Duration::from_secs(1);
const REST_BYTES_MAX: usize = 64 * 1024;
const HEAD_BYTES_MAX: usize = 64 * 1024;
const RETRY_AFTER_MAX: Duration = Duration::from_secs(300);

/// How this server speaks to others.
pub(super) struct Outgoing {
    pub(super) allowed: AllowedHosts,
    pub(super) tls: Arc<ClientConfig>,
    pub(super) exchange_max: Duration,
}

impl Outgoing {
    pub(super) const fn new(allowed: AllowedHosts, tls: Arc<ClientConfig>) -> Self {
        Self {
            allowed,
            tls,
            exchange_max: EXCHANGE_MAX,
        }
    }

    /// JSON to a receiver.
    pub(super) async fn post(&self, to: &Endpoint, body: Vec<u8>) -> Result<(), SendError> {
        let credentials = to.credentials.clone();
        let authorization = read_secret(move || credentials.authorization()).await?;
        let request = request(&to.address, authorization, body)?;
        let exchange = self.exchange(&to.address, request);
        match tokio::time::timeout(self.exchange_max, exchange).await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.too_slow(to.address.host())),
        }
    }

    pub(super) fn too_slow(&self, host: &Host) -> SendError {
        let seconds = self.exchange_max.as_secs_f64();
        SendError::again(format!("`{host}` did not answer within {seconds} s"))
    }

    async fn exchange(
        &self,
        address: &Address,
        request: Request<Full<Bytes>>,
    ) -> Result<(), SendError> {
        let stream = address.host().connect(&self.allowed).await?;
        match address.is_tls {
            true => ask(address, self.secure(address.host(), stream).await?, request).await,
            false => ask(address, stream, request).await,
        }
    }

    /// TLS, in which the receiver proves the name that the channel has for it.
    pub(super) async fn secure(
        &self,
        host: &Host,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, SendError> {
        let name = ServerName::try_from(host.name.clone())
            .map_err(|_| SendError::for_good(format!("`{host}` has no name that TLS can check")))?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        let secured = connector.connect(name, stream).await;
        // A certificate may be renewed, so this is worth another attempt.
        secured.map_err(|error| {
            SendError::again(format!(
                "no TLS connection to `{host}`: {}",
                tls_trouble(&error)
            ))
        })
    }
}

fn request(
    address: &Address,
    authorization: Option<HeaderValue>,
    body: Vec<u8>,
) -> Result<Request<Full<Bytes>>, SendError> {
    let host = address.host();
    let authority = match (address.is_tls, host.port) {
        (true, 443) | (false, 80) => host
            .to_string()
            .rsplit_once(':')
            .map(|two| two.0.to_owned()),
        _ => Some(host.to_string()),
    };
    let mut request = Request::post(&address.path)
        .header(HOST, authority.unwrap_or_default())
        .header(CONTENT_TYPE, "application/json")
        .header(CONNECTION, "close")
        .header(USER_AGENT, concat!("paceline/", env!("CARGO_PKG_VERSION")));
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    let request = request.body(Full::new(Bytes::from(body)));
    request.map_err(|_| SendError::for_good(format!("the address at `{host}` cannot be sent to")))
}

async fn ask(
    address: &Address,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<(), SendError> {
    let broken = |error: &hyper::Error| {
        let what = if error.is_parse() || error.is_parse_too_large() {
            "sent an answer that is no HTTP"
        } else {
            "closed the connection without an answer"
        };
        SendError::again(format!("`{}` {what}", address.host()))
    };
    let shaken = http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await;
    let (mut sender, connection) = shaken.map_err(|error| broken(&error))?;
    // Ends with this function, whatever the receiver goes on sending.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let answer = sender.send_request(request).await;
    let (parts, body) = answer.map_err(|error| broken(&error))?.into_parts();
    read_rest(body).await;
    verdict(address.host(), parts.status, &parts.headers)
}

/// A receiver that is cut off in the middle of its answer may count the request as failed.
async fn read_rest(body: Incoming) {
    let rest = Limited::new(body, REST_BYTES_MAX).collect();
    // Whatever it was, and however it ended, the status counts.
    let _ = tokio::time::timeout(REST_MAX, rest).await;
}

fn verdict(host: &Host, status: StatusCode, headers: &HeaderMap) -> Result<(), SendError> {
    if status.is_success() {
        return Ok(());
    }
    let number = status.as_u16();
    if status.is_redirection() {
        return Err(SendError::for_good(format!(
            "`{host}` answered {number}, a redirect, which is not followed: configure the address that \
             it leads to"
        )));
    }
    let why = format!("`{host}` answered {number}");
    let may_change = matches!(
        status,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
    );
    if may_change || status.is_server_error() {
        return Err(SendError {
            after: retry_after(headers),
            ..SendError::again(why)
        });
    }
    Err(SendError::for_good(why))
}

/// The form in seconds; of the one with a date nothing is made.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = text.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
}

/// What rustls says of certificates names the problem; other texts could be the receiver's.
fn tls_trouble(error: &std::io::Error) -> String {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
    match cause {
        Some(rustls::Error::InvalidCertificate(problem)) => {
            let problem = format!("{problem:?}");
            let kind = problem.split(['(', ' ']).next().unwrap_or_default();
            format!("its certificate is refused ({kind})")
        }
        _ => error.kind().to_string(),
    }
}
