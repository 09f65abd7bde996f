//! One keep-alive HTTP/1.1 connection, for load generation.
//!
//! Owns a socket and nothing else, so that what is measured is the server. Refuses TLS, pooling,
//! retries and decoding.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::error::{ClientError, Source};
use crate::transport::{ANSWER_BYTES_MAX, bearer};

/// One connection to one server; requests on it follow one another.
pub struct Connection {
    url: String,
    host: HeaderValue,
    authorization: Option<HeaderValue>,
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
}

impl Connection {
    /// `base_url` such as `http://127.0.0.1:7717`.
    pub async fn open(base_url: &str, token: Option<&str>) -> Result<Self, ClientError> {
        let authorization = token.map(bearer).transpose()?;
        let refused = |source: Source| ClientError::Address {
            url: base_url.to_owned(),
            source,
        };
        let (host, address) = host_and_address(base_url).map_err(refused)?;
        let lost = |source: Source| ClientError::Transport {
            url: base_url.to_owned(),
            source,
        };
        let (sender, driver) = connect(&address).await.map_err(lost)?;
        Ok(Self {
            url: base_url.to_owned(),
            host,
            authorization,
            sender,
            driver,
        })
    }

    pub fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Hands back the answer as it came, refusals included.
    pub async fn send(
        &mut self,
        method: Method,
        path_and_query: &str,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), ClientError> {
        let request = self.request(method, path_and_query, body)?;
        let outcome = round_trip(&mut self.sender, request).await;
        outcome.map_err(|source| ClientError::Transport {
            url: self.url.clone(),
            source,
        })
    }

    fn request(
        &self,
        method: Method,
        path_and_query: &str,
        body: Bytes,
    ) -> Result<Request<Full<Bytes>>, ClientError> {
        let mut builder = Request::builder()
            .method(method)
            .uri(path_and_query)
            .header(HOST, &self.host);
        if let Some(authorization) = &self.authorization {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        if !body.is_empty() {
            builder = builder.header(CONTENT_TYPE, "application/json");
        }
        builder
            .body(Full::new(body))
            .map_err(|error| ClientError::Encode {
                path: path_and_query.to_owned(),
                source: error.into(),
            })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

fn host_and_address(base_url: &str) -> Result<(HeaderValue, String), Source> {
    let uri: Uri = base_url.parse()?;
    let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http"));
    let authority = authority.ok_or("it does not begin with http://")?;
    let address = format!(
        "{}:{}",
        authority.host(),
        authority.port_u16().unwrap_or(80)
    );
    Ok((HeaderValue::try_from(authority.as_str())?, address))
}

async fn connect(address: &str) -> Result<(SendRequest<Full<Bytes>>, JoinHandle<()>), Source> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // Its error reaches whoever waits for an answer; there is nobody else to tell.
    let driver = tokio::spawn(async move { drop(connection.await) });
    Ok((sender, driver))
}

async fn round_trip(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, Bytes), Source> {
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX)
        .collect()
        .await?;
    Ok((status, body.to_bytes()))
}
