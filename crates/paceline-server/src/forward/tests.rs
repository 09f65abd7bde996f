//! Forwarding to a receiver on a real socket that is down, refuses, and comes back.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use paceline_metrics::{Labels, Row, RowValue};
use parking_lot::Mutex;
use prost::Message;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::frame::{Frame, Kind};
use super::queue::Queue;
use super::settings::{Credentials, Secret, Source};
use super::totals::{Dropped, Totals};
use super::{FORWARD_DIR, Forward, Settings};
use crate::clock::SystemClock;
use crate::ingest::remote_write::proto::WriteRequest;
use crate::recorder::exposition;

#[derive(Clone, Default)]
struct Receiver {
    values: Arc<Mutex<Vec<f64>>>,
    /// Before it takes anything.
    statuses: Arc<Mutex<VecDeque<u16>>>,
    headers: Arc<Mutex<HeaderMap>>,
}

impl Receiver {
    async fn listen(&self, address: SocketAddr) -> (SocketAddr, JoinHandle<()>) {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/write", post(Self::write))
            .with_state(self.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (address, serving)
    }

    async fn write(State(this): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        *this.headers.lock() = headers;
        if let Some(status) = this.statuses.lock().pop_front() {
            return StatusCode::from_u16(status).unwrap();
        }
        let body = snap::raw::Decoder::new().decompress_vec(&body).unwrap();
        let message = WriteRequest::decode(&body[..]).unwrap();
        let samples = message.timeseries.iter().flat_map(|series| &series.samples);
        this.values
            .lock()
            .extend(samples.map(|sample| sample.value));
        StatusCode::NO_CONTENT
    }
}

fn settings(address: SocketAddr) -> Settings {
    let url = format!("http://{address}/write");
    Settings::resolve(&url, "1.0", super::QUEUE_MIB, Credentials::None).unwrap()
}

fn start(data: &Path, settings: &Settings) -> Forward {
    Forward::start(data, settings, Arc::new(SystemClock::start())).unwrap()
}

fn row(values: std::ops::Range<u32>) -> Row {
    let value = |value: u32| RowValue {
        key: Labels::from_pairs([("__name__", "m"), ("n", &value.to_string())]),
        value: f64::from(value),
    };
    Row {
        labels: Labels::from_pairs([("agent", "a")]),
        at_ms: 1_700_000_000_000,
        values: values.map(value).collect(),
    }
}

/// Bound, then let go: nobody listens there.
async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), waiting).await;
    assert!(waited.is_ok(), "never: {what}");
}

/// As the engine's tap does it.
fn take(forward: &Forward, row: Row) {
    forward.collector.door().take(row.values.len(), || row);
}

fn numbers(range: std::ops::Range<u32>) -> Vec<f64> {
    range.map(f64::from).collect()
}

#[tokio::test]
async fn samples_survive_an_outage_and_a_restart_in_order() {
    let data = tempfile::tempdir().unwrap();
    let settings = settings(free_address().await);
    let address = settings.url["http://".len()..].trim_end_matches("/write");

    let first = start(data.path(), &settings);
    (0..7_000)
        .step_by(100)
        .for_each(|n| take(&first, row(n..n + 100)));
    let totals = Arc::clone(first.totals());
    eventually("a try", || 0 < totals.retries.load(Relaxed)).await;
    first.stop().await;
    assert_eq!(totals.queued_samples.load(Relaxed), 7_000);

    let second = start(data.path(), &settings);
    let totals = Arc::clone(second.totals());
    assert_eq!(totals.queued_samples.load(Relaxed), 7_000);
    take(&second, row(7_000..7_003));
    let receiver = Receiver::default();
    receiver.listen(address.parse().unwrap()).await;
    eventually("all of it", || totals.sent.load(Relaxed) == 7_003).await;
    second.stop().await;
    assert_eq!(*receiver.values.lock(), numbers(0..7_003));
    assert_eq!(totals.queued_samples.load(Relaxed), 0);

    let third = start(data.path(), &settings);
    take(&third, row(0..1));
    let totals = Arc::clone(third.totals());
    eventually("the last", || totals.sent.load(Relaxed) == 1).await;
    third.stop().await;
    assert_eq!(receiver.values.lock().len(), 7_004, "nothing is sent twice");
}

#[tokio::test]
async fn answers_decide_what_is_sent_again_and_what_is_dropped() {
    let data = tempfile::tempdir().unwrap();
    let receiver = Receiver::default();
    receiver.statuses.lock().extend([503, 429, 500, 400]);
    let (address, _serving) = receiver.listen("127.0.0.1:0".parse().unwrap()).await;
    let token = Credentials::Token(Source::Given(Secret("t0ken".to_owned())));
    let settings = Settings {
        credentials: token,
        ..settings(address)
    };
    let forward = start(data.path(), &settings);
    let totals = Arc::clone(forward.totals());
    take(&forward, row(0..10));
    eventually("a refusal", || 0 < totals.dropped_for(Dropped::Refused)).await;
    assert_eq!(totals.dropped_for(Dropped::Refused), 10);
    assert_eq!(totals.retries.load(Relaxed), 3);
    take(&forward, row(10..20));
    eventually("the next", || totals.sent.load(Relaxed) == 10).await;
    assert_eq!(*receiver.values.lock(), numbers(10..20));
    let headers = receiver.headers.lock().clone();
    for (name, expected) in [
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "snappy"),
        ("x-prometheus-remote-write-version", "0.1.0"),
        ("authorization", "Bearer t0ken"),
        (
            "user-agent",
            concat!("paceline/", env!("CARGO_PKG_VERSION")),
        ),
    ] {
        assert_eq!(headers[name], expected);
    }
    let mut text = String::new();
    exposition::write(&totals.families(), &mut text);
    for line in [
        "paceline_metrics_forward_sent_samples_total 10\n",
        "paceline_metrics_forward_dropped_samples_total{reason=\"refused\"} 10\n",
        "paceline_metrics_forward_refused_samples_total{status=\"400\"} 10\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    forward.stop().await;
}

fn frame(number: u32, body_bytes: usize) -> Frame {
    Frame {
        kind: Kind::One,
        samples: 1,
        at_ms: i64::from(number),
        body: vec![7; body_bytes],
    }
}

fn queue(folder: &Path, bytes_max: u64) -> (Queue, Arc<Totals>) {
    let totals = Arc::new(Totals::default());
    let queue = Queue::open(folder, bytes_max, Arc::clone(&totals)).unwrap();
    (queue, totals)
}

fn drain(queue: &Queue) -> Vec<i64> {
    std::iter::from_fn(|| {
        let taken = queue.take().unwrap()?;
        queue.done(&taken);
        Some(taken.frame.at_ms)
    })
    .collect()
}

#[test]
fn the_oldest_are_given_up_when_the_queue_is_full_and_counted() {
    const MIB: usize = 1024 * 1024;
    let folder = tempfile::tempdir().unwrap();
    let (queue, totals) = queue(folder.path(), 20 * MIB as u64);
    let under_way = {
        queue.push(&frame(0, MIB)).unwrap();
        queue.take().unwrap().unwrap()
    };
    for number in 1..100 {
        queue.push(&frame(number, MIB)).unwrap();
        assert!(totals.queued_bytes.load(Relaxed) <= 20 * MIB as u64);
    }
    // It was sent meanwhile, so it was not dropped.
    queue.done(&under_way);
    let left = drain(&queue);
    assert!(left.is_sorted() && left.last() == Some(&99), "{left:?}");
    let dropped = totals.dropped_for(Dropped::QueueFull);
    assert_eq!(dropped + left.len() as u64 + 1, 100);
    queue.close();
    assert_eq!(drain(&queue), Vec::<i64>::new());
    let files = std::fs::read_dir(folder.path()).unwrap();
    assert_eq!(files.count(), 1, "only the cursor is left");
}

#[test]
fn what_was_not_done_with_comes_again_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let (queue, totals) = queue(folder.path(), u64::MAX);
        let kept = if round == 0 { 0 } else { 3 };
        assert_eq!(totals.queued_samples.load(Relaxed), kept);
        (0..4).for_each(|number| queue.push(&frame(round * 4 + number, 10)).unwrap());
        let taken = queue.take().unwrap().unwrap();
        // All that came before, and one of this round.
        let sent = kept + 1;
        queue.done(&taken);
        for _ in 1..sent {
            let taken = queue.take().unwrap().unwrap();
            queue.done(&taken);
        }
        // Taken, not done with, and then the process is gone.
        let taken = queue.take().unwrap().unwrap();
        assert_eq!(taken.frame.at_ms, i64::from(round * 4 + 1));
    }
}

#[test]
fn damage_is_passed_over_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let files = |folder: &Path| -> Vec<_> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|suffix| suffix == "seg"));
        paths.sort();
        paths
    };
    for round in 0..2 {
        let (queue, _) = queue(folder.path(), u64::MAX);
        (0..3).for_each(|number| queue.push(&frame(round * 3 + number, 100)).unwrap());
    }
    let [first, second] = &files(folder.path())[..] else {
        panic!("a segment a run");
    };
    // A bit of the body of the second of three.
    let mut bytes = std::fs::read(first).unwrap();
    bytes[8 + 128 + 60] ^= 1;
    std::fs::write(first, bytes).unwrap();
    // A torn end.
    let bytes = std::fs::read(second).unwrap();
    std::fs::write(second, &bytes[..bytes.len() - 1]).unwrap();
    std::fs::write(folder.path().join("cursor"), "nonsense").unwrap();
    let (queue, totals) = queue(folder.path(), u64::MAX);
    assert_eq!(drain(&queue), [0, 3, 4]);
    assert_eq!(totals.dropped_for(Dropped::Damaged), 2);
}

#[test]
fn the_folder_is_named_in_the_documents() {
    let document = include_str!("../../../../docs/format/metrics-forward.md");
    assert!(document.contains(FORWARD_DIR));
    assert!(document.contains("PLFWD"));
}
