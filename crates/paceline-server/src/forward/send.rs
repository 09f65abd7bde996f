//! To the receiver, one request at a time. Owns what an answer means, how long to wait before the
//! next try, and the connection; refuses to reorder: receivers refuse samples that come late.
//!
//! | answer | what happens |
//! |---|---|
//! | 2xx | the next one |
//! | 408, 429, 5xx, none | the same again, after a pause that doubles up to 30 s, or `Retry-After` |
//! | any other | dropped and counted: it would be the same answer again |

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
    USER_AGENT,
};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::watch;

use super::ForwardError;
use super::frame::Kind;
use super::queue::{Queue, Taken};
use super::settings::Settings;
use super::totals::Totals;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(30);
const RETRY_AFTER_MAX: Duration = Duration::from_secs(300);
const ANSWER_MAX: Duration = Duration::from_secs(30);
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// Of an answer's text, for the log.
const TEXT_BYTES_MAX: usize = 4 * 1024;
const TEXT_SHOWN_MAX: usize = 256;

const VERSION: HeaderName = HeaderName::from_static("x-prometheus-remote-write-version");
const WRITTEN: HeaderName = HeaderName::from_static("x-prometheus-remote-write-samples-written");

type Pool = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

pub struct Sender {
    pool: Pool,
    url: String,
    authorization: Option<HeaderValue>,
    queue: Arc<Queue>,
    totals: Arc<Totals>,
    random: RandomState,
}

/// What an answer means.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Taken,
    Refused { status: u16, text: String },
    Again { why: String, after: Duration },
}

impl Sender {
    pub fn new(
        settings: &Settings,
        queue: Arc<Queue>,
        totals: Arc<Totals>,
    ) -> Result<Self, ForwardError> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_MAX));
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| ForwardError::Tls(error.to_string()))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let pool = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self {
            pool,
            url: settings.url.clone(),
            authorization: settings.credentials.authorization()?,
            queue,
            totals,
            random: RandomState::new(),
        })
    }

    /// Until `stopped`; what was not answered by then is sent again by the next run.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        tokio::select! {
            () = self.send_all() => {}
            // An error says that nobody is left to stop it, which is a stop too.
            _ = stopped.wait_for(|is_stopped| *is_stopped) => {}
        }
    }

    async fn send_all(&self) {
        loop {
            let queue = Arc::clone(&self.queue);
            let taken = tokio::task::spawn_blocking(move || queue.take()).await;
            match taken {
                Ok(Ok(Some(taken))) => self.send(taken).await,
                Ok(Ok(None)) => self.queue.wait().await,
                Ok(Err(error)) => {
                    tracing::error!(%error, "cannot read metrics to be forwarded");
                    tokio::time::sleep(PAUSE_MAX).await;
                }
                Err(error) => {
                    tracing::error!(%error, "reading metrics to be forwarded panicked");
                    return;
                }
            }
        }
    }

    /// Until there is an answer that settles it.
    async fn send(&self, mut taken: Taken) {
        let samples = u64::from(taken.frame.samples);
        let body = Bytes::from(std::mem::take(&mut taken.frame.body));
        let mut tries = 0;
        loop {
            match self.attempt(taken.frame.kind, body.clone()).await {
                Verdict::Taken => {
                    self.totals.sent.fetch_add(samples, Relaxed);
                    self.totals
                        .sent_through_ms
                        .store(taken.frame.at_ms, Relaxed);
                    break;
                }
                Verdict::Refused { status, text } => {
                    self.totals.refused(status, samples);
                    tracing::warn!(
                        status,
                        samples,
                        text,
                        "the receiver refused forwarded metrics"
                    );
                    break;
                }
                Verdict::Again { why, after } => {
                    if tries == 0 {
                        tracing::warn!(
                            why,
                            url = self.url,
                            "forwarded metrics wait for the receiver"
                        );
                    }
                    self.totals.retries.fetch_add(1, Relaxed);
                    tokio::time::sleep(self.pause(tries).max(after)).await;
                    tries += 1;
                }
            }
        }
        if 0 < tries {
            tracing::info!(
                tries,
                url = self.url,
                "the receiver of forwarded metrics is back"
            );
        }
        self.queue.done(&taken);
    }

    /// Doubles from try to try, and differs between senders that lost the same receiver.
    fn pause(&self, tries: u32) -> Duration {
        let whole = FIRST_PAUSE
            .saturating_mul(1 << tries.min(16))
            .min(PAUSE_MAX);
        // Half of it is left to chance.
        let chance = self
            .random
            .hash_one((tries, self.totals.retries.load(Relaxed)))
            % 1_000;
        let half = whole / 2;
        half + half * u32::try_from(chance).unwrap_or(0) / 1_000
    }

    async fn attempt(&self, kind: Kind, body: Bytes) -> Verdict {
        let request = match self.request(kind, body) {
            Ok(request) => request,
            Err(error) => {
                return Verdict::Refused {
                    status: 0,
                    text: error.to_string(),
                };
            }
        };
        match tokio::time::timeout(ANSWER_MAX, self.exchange(kind, request)).await {
            Ok(verdict) => verdict,
            Err(_) => Verdict::again(format!("no answer within {} s", ANSWER_MAX.as_secs())),
        }
    }

    async fn exchange(&self, kind: Kind, request: Request<Full<Bytes>>) -> Verdict {
        let answer = match self.pool.request(request).await {
            Ok(answer) => answer,
            Err(error) => return Verdict::again(with_causes(&error)),
        };
        self.totals.requests.fetch_add(1, Relaxed);
        let (parts, body) = answer.into_parts();
        // Read to its end, so that the connection can be used again.
        let text = Limited::new(body, TEXT_BYTES_MAX).collect().await;
        let text = text.map(|text| text.to_bytes()).unwrap_or_default();
        verdict(kind, parts.status, &parts.headers, &text)
    }

    fn request(&self, kind: Kind, body: Bytes) -> Result<Request<Full<Bytes>>, http::Error> {
        let (content_type, version) = match kind {
            Kind::One => ("application/x-protobuf", "0.1.0"),
            Kind::Two => (
                "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                "2.0.0",
            ),
        };
        let mut request = Request::post(&self.url)
            .header(CONTENT_TYPE, content_type)
            .header(CONTENT_ENCODING, "snappy")
            .header(VERSION, version)
            .header(USER_AGENT, concat!("paceline/", env!("CARGO_PKG_VERSION")));
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        request.body(Full::new(body))
    }
}

impl Verdict {
    fn again(why: String) -> Self {
        Self::Again {
            why,
            after: Duration::ZERO,
        }
    }
}

fn verdict(kind: Kind, status: StatusCode, headers: &HeaderMap, text: &[u8]) -> Verdict {
    if status.is_success() {
        // 2.0: who does not say how much was written read it as 1.0, and found nothing in it.
        return match kind == Kind::Two && !headers.contains_key(WRITTEN) {
            true => Verdict::Refused {
                status: StatusCode::UNSUPPORTED_MEDIA_TYPE.as_u16(),
                text: "the receiver does not know remote write 2.0".to_owned(),
            },
            false => Verdict::Taken,
        };
    }
    let text = shown(text);
    let may_change = matches!(
        status,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
    );
    if may_change || status.is_server_error() {
        return Verdict::Again {
            why: format!("{status}: {text}"),
            after: retry_after(headers),
        };
    }
    Verdict::Refused {
        status: status.as_u16(),
        text,
    }
}

/// The form in seconds; of the one with a date nothing is made, the pause alone counts.
fn retry_after(headers: &HeaderMap) -> Duration {
    let text = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    let seconds = text.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    Duration::from_secs(seconds).min(RETRY_AFTER_MAX)
}

fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let printable = text
        .trim()
        .chars()
        .filter(|character| !character.is_control());
    printable.take(TEXT_SHOWN_MAX).collect()
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_whether_to_try_again() {
        let check = |kind, status: u16, headers: &[(&str, &str)], expected: &str| {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect::<Vec<(HeaderName, HeaderValue)>>()
                .into_iter()
                .collect();
            let status = StatusCode::from_u16(status).unwrap();
            let got = match verdict(kind, status, &headers, b"why\n") {
                Verdict::Taken => "taken".to_owned(),
                Verdict::Refused { status, text } => format!("refused {status} {text}"),
                Verdict::Again { why, after } => format!("again {} {why}", after.as_secs()),
            };
            assert_eq!(got, expected);
        };
        let written = ("x-prometheus-remote-write-samples-written", "0");
        check(Kind::One, 204, &[], "taken");
        check(Kind::One, 200, &[], "taken");
        check(Kind::Two, 204, &[written], "taken");
        let unknown = "refused 415 the receiver does not know remote write 2.0";
        check(Kind::Two, 204, &[], unknown);
        check(Kind::One, 400, &[], "refused 400 why");
        check(Kind::One, 302, &[], "refused 302 why");
        check(Kind::One, 401, &[], "refused 401 why");
        check(Kind::One, 408, &[], "again 0 408 Request Timeout: why");
        check(
            Kind::One,
            500,
            &[],
            "again 0 500 Internal Server Error: why",
        );
        let later = ("retry-after", "7");
        check(
            Kind::One,
            429,
            &[later],
            "again 7 429 Too Many Requests: why",
        );
        let much_later = ("retry-after", "99999");
        check(
            Kind::One,
            503,
            &[much_later],
            "again 300 503 Service Unavailable: why",
        );
        let date = ("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT");
        check(
            Kind::One,
            503,
            &[date],
            "again 0 503 Service Unavailable: why",
        );
    }
}
