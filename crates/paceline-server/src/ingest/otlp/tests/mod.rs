//! The receiver as a whole, over HTTP against a real store and engine, with a clock that is turned
//! by hand. Owns the server that these tests talk to; refuses to look inside of it.

mod bad;
mod documentation;
mod increases;
mod kinds;
mod programs;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use paceline_core::Clock;
use paceline_metrics::{METRIC_NAME, MatchOp, Matcher, Select, SeriesSource, TimeRange, is_stale};
use paceline_store::Store;
use paceline_store::sqlite::{Options, SqliteStore};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::auth::Authenticator;
use crate::clock::turned::Turned;
use crate::http::prometheus::{QueryLimits, Questions};
use crate::http::{App, Hosts, router};
use crate::live::{Live, Sources};
use crate::metrics::Metrics;
use crate::operations::{Features, Operations};
use crate::recorder::Recorder;

/// 2026-11-21T09:00:00Z, just after what the fixtures hold.
pub const NOW_MS: i64 = 1_795_251_600_000;

pub struct Server {
    router: Router,
    pub operations: Arc<Operations>,
    pub store: Arc<SqliteStore>,
    clock: Arc<Turned>,
    directory: TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

impl Server {
    pub fn start() -> Self {
        Self::on(tempfile::tempdir().unwrap(), NOW_MS, false)
    }

    pub fn with_tokens() -> Self {
        Self::on(tempfile::tempdir().unwrap(), NOW_MS, true)
    }

    fn on(directory: TempDir, now_ms: i64, tokens: bool) -> Self {
        let turned = Turned::at(now_ms);
        let clock: Arc<dyn Clock> = Arc::clone(&turned) as Arc<dyn Clock>;
        let path = directory.path().join("store.db");
        let store = SqliteStore::open(&path, Arc::clone(&clock), Options::default()).unwrap();
        let store = Arc::new(store);
        let as_store = || Arc::clone(&store) as Arc<dyn Store>;
        let features = Arc::new(Features::new(true));
        let metrics = Metrics::open(
            directory.path(),
            |options| options,
            Arc::clone(&features),
            Arc::clone(&clock),
        );
        let metrics = Arc::new(metrics.unwrap());
        let recorder = Arc::new(Recorder::new(Arc::clone(&clock)));
        let questions = Arc::new(Questions::new(QueryLimits::default(), Arc::clone(&clock)));
        let operations = Operations::new(
            as_store(),
            Arc::clone(&recorder),
            Arc::clone(&clock),
            directory.path().to_owned(),
            [7; 32],
            features,
            Arc::clone(&metrics),
        );
        let live = Live::start(Sources {
            store: as_store(),
            metrics,
            recorder,
            questions: Arc::clone(&questions),
            alerts: Arc::clone(&operations.alerts),
        });
        let operations = Arc::new(operations);
        let app = Arc::new(App {
            operations: Arc::clone(&operations),
            authenticator: Arc::new(Authenticator::new(as_store(), clock, tokens)),
            questions,
            live,
            scheme: "http",
        });
        let hosts = Hosts::new("127.0.0.1:7717".parse().unwrap(), false, &[]);
        Self {
            router: router(app, hosts, Router::new()),
            operations,
            store,
            clock: turned,
            directory,
        }
    }

    pub fn turn(&self, milliseconds: i64) {
        self.clock.turn(milliseconds);
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// A new process on the same directory.
    pub async fn restart(self) -> Self {
        let now_ms = self.now_ms();
        self.store.close().await;
        let Self {
            router,
            operations,
            store,
            directory,
            ..
        } = self;
        drop((router, operations, store));
        Self::on(directory, now_ms, false)
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder()
            .method("POST")
            .uri(path)
            .header(HOST, "127.0.0.1:7717");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn json(&self, path: &str, body: &str) -> Answer {
        let headers = [(CONTENT_TYPE.as_str(), "application/json")];
        self.post(path, &headers, body.to_owned()).await
    }

    pub async fn protobuf(&self, path: &str, body: Vec<u8>, encoding: &str) -> Answer {
        let headers = [
            (CONTENT_TYPE.as_str(), "application/x-protobuf"),
            (CONTENT_ENCODING.as_str(), encoding),
        ];
        self.post(path, &headers, body).await
    }

    /// Taken as a whole.
    #[track_caller]
    pub fn taken(answer: &Answer) {
        let said = String::from_utf8_lossy(&answer.bytes);
        assert_eq!(answer.status, StatusCode::OK, "{said}");
        assert_eq!(answer.json(), serde_json::json!({}), "{said}");
    }

    /// All samples of the series under this name, by their other labels, oldest first.
    pub fn samples(&self, name: &str) -> BTreeMap<String, Vec<(i64, f64)>> {
        let select = Select {
            matchers: vec![Matcher::new(METRIC_NAME, MatchOp::Equal, name).unwrap()],
            range: TimeRange {
                from_ms: 0,
                to_ms: i64::MAX / 2,
            },
            step_ms: 0,
            window_ms: 0,
            function: None,
            is_newest_enough: false,
        };
        let engine = self.operations.metrics.engine();
        let selection = engine.select(&select).unwrap();
        let series = selection.series.map(Result::unwrap);
        let told = series.map(|series| {
            let labels = series.labels.to_string();
            let labels = labels.strip_prefix(name).unwrap().to_owned();
            let samples = series
                .timestamps
                .iter()
                .copied()
                .zip(series.values.iter().copied());
            (labels, samples.collect())
        });
        told.collect()
    }

    /// The newest value of each series.
    pub fn newest(&self, name: &str) -> BTreeMap<String, f64> {
        let all = self.samples(name).into_iter();
        all.filter_map(|(labels, samples)| Some((labels, samples.last()?.1)))
            .filter(|(_, value)| !is_stale(*value))
            .collect()
    }

    #[track_caller]
    pub fn has(&self, name: &str, expected: &[(&str, f64)]) {
        let got = self.newest(name);
        let expected: BTreeMap<_, _> = expected
            .iter()
            .map(|(labels, value)| ((*labels).to_owned(), *value))
            .collect();
        let same = got.len() == expected.len()
            && got
                .iter()
                .zip(&expected)
                .all(|((one, value), (other, wanted))| {
                    one == other && (value - wanted).abs() <= 1e-9 * wanted.abs()
                });
        assert!(same, "{name}: {got:#?} instead of {expected:#?}");
    }
}
