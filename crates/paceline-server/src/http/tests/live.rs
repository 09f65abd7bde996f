//! The live feed over real sockets: what is pushed by any way in arrives once, what is wrong is told
//! and the connection goes on, and who does not read is cut off alone.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use paceline_metrics::stale_marker;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::super::serve;
use super::*;
use crate::ingest::remote_write::proto::{Given, one, snappy};
use crate::recorder::live::CutOff;

/// On a busy machine, and a debug build.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Listening {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
    _served: JoinHandle<std::io::Result<()>>,
}

impl Server {
    pub(super) fn listen(&self) -> Listening {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { stopped.await.unwrap_or_default() };
        let served = tokio::spawn(serve(listener, self.router.clone(), None, shutdown));
        Listening {
            address,
            _stop: stop,
            _served: served,
        }
    }

    async fn push(&self, body: Value) {
        let count = body["samples"].as_array().map_or(1, Vec::len);
        let answer = self.ok("POST", "/api/metrics/samples", body).await;
        assert!(
            answer["accepted"].as_u64().unwrap() as usize >= count,
            "{answer}"
        );
    }

    pub(super) async fn sample(&self, name: &str, value: f64) {
        self.push(json!({"samples": [{"name": name, "value": value}]}))
            .await;
    }

    async fn eventually(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !holds(self) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(waited.is_ok(), "{what} did not happen");
    }
}

impl Listening {
    pub(super) async fn connect(&self, headers: &[(&'static str, &str)]) -> Result<Feed, Error> {
        let mut request = format!("ws://{LISTEN}/api/live").into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(self.address).await.unwrap();
        // As a browser, which takes frames of any size.
        let config = WebSocketConfig::default();
        let config = config.max_frame_size(None).max_message_size(None);
        let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
        Ok(Feed { socket, seq: 0 })
    }

    pub(super) async fn feed(&self) -> Feed {
        self.connect(&[]).await.unwrap()
    }

    pub(super) async fn refusal(&self, headers: &[(&'static str, &str)]) -> (u16, Value) {
        match self.connect(headers).await.err() {
            Some(Error::Http(answer)) => {
                let body = answer.body().as_deref().unwrap_or_default();
                let body = serde_json::from_slice(body).unwrap_or_default();
                (answer.status().as_u16(), body)
            }
            other => panic!("no refusal but {other:?}"),
        }
    }
}

pub(super) struct Feed {
    socket: WebSocketStream<TcpStream>,
    seq: u64,
}

impl Feed {
    pub(super) async fn send(&mut self, message: Value) {
        self.send_text(message.to_string()).await;
    }

    async fn send_text(&mut self, text: String) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    async fn message(&mut self) -> Option<Message> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("a message in time").transpose() {
                Ok(Some(Message::Ping(_) | Message::Pong(_))) => {}
                Ok(other) => return other,
                Err(_) => return None,
            }
        }
    }

    /// The next frame; the numbers of those that have one rise by one.
    pub(super) async fn frame(&mut self) -> Value {
        let frame = self.any().await;
        assert!(frame["seq"].is_u64() || frame["type"] == "error", "{frame}");
        frame
    }

    /// The next message, numbered or not.
    pub(super) async fn any(&mut self) -> Value {
        let Some(Message::Text(text)) = self.message().await else {
            panic!("the connection ended");
        };
        let frame: Value = serde_json::from_str(&text).unwrap();
        if !matches!(frame["type"].as_str(), Some("error" | "pong")) {
            self.seq += 1;
            assert_eq!(frame["seq"], self.seq, "{frame}");
        }
        frame
    }

    /// The next frame, if one comes in time.
    pub(super) async fn frame_within(&mut self, patience: Duration) -> Option<Value> {
        tokio::time::timeout(patience, self.frame()).await.ok()
    }

    /// The next frame, as an error: its code and sentence.
    pub(super) async fn error(&mut self) -> (String, String) {
        let frame = self.frame().await;
        assert_eq!(frame["type"], "error", "{frame}");
        assert!(frame["error"]["hint"].is_string(), "{frame}");
        (
            text(&frame["error"]["code"]),
            text(&frame["error"]["message"]),
        )
    }

    async fn subscribe(&mut self, id: &str, series: &[&str]) -> Value {
        let message = json!({
            "type": "subscribe", "id": id, "series": series, "frames_per_second": 50,
        });
        self.send(message).await;
        let snapshot = self.frame().await;
        assert_eq!(
            (&snapshot["type"], &snapshot["id"]),
            (&json!("snapshot"), &json!(id))
        );
        snapshot
    }

    async fn close(&mut self) -> Option<CloseFrame> {
        loop {
            if let Message::Close(frame) = self.message().await? {
                return frame;
            }
        }
    }
}

#[tokio::test]
async fn a_subscriber_gets_what_there_is_and_then_what_comes() {
    let server = Server::start();
    let listening = server.listen();
    server.sample("known", 1.5).await;
    let mut feed = listening.feed().await;
    let snapshot = feed.subscribe("x", &["known", "unknown"]).await;
    let series = &snapshot["series"];
    assert_eq!(series.as_array().unwrap().len(), 1, "{snapshot}");
    assert_eq!(series[0]["labels"], json!({"__name__": "known"}));
    assert_eq!(
        (&series[0]["ref"], &series[0]["value"]),
        (&json!(0), &json!(1.5))
    );
    let at = snapshot["series"][0]["at"].as_str().unwrap();
    assert!(at.ends_with('Z'), "{at}");

    server.sample("known", 2.5).await;
    let delta = feed.frame().await;
    assert_eq!(
        (&delta["type"], &delta["id"]),
        (&json!("delta"), &json!("x"))
    );
    assert_eq!(
        (&delta["refs"], &delta["values"]),
        (&json!([0]), &json!([2.5]))
    );
    assert!(delta["new"].is_null(), "{delta}");
    server.sample("other", 7.0).await;
    server.sample("unknown", 3.0).await;
    let delta = feed.frame().await;
    assert_eq!(
        delta["new"],
        json!([{"ref": 1, "labels": {"__name__": "unknown"}}])
    );
    assert_eq!(
        (&delta["refs"], &delta["values"]),
        (&json!([1]), &json!([3.0]))
    );
    let at_ms = delta["times_ms"][0].as_i64().unwrap();
    assert!(
        (server.operations.metrics.now_ms() - at_ms).abs() < 60_000,
        "{at_ms}"
    );

    let recorder = server.operations.recorder();
    assert_eq!(recorder.live.subscribers(), 1);
    let counted = |server: &Server| server.operations.recorder().live.frames() == 3;
    server.eventually("the count of frames", counted).await;
    let exposed = server.call("GET", "/metrics", "").await.text;
    for line in [
        "# HELP paceline_live_subscribers Open connections of the live feed.",
        "paceline_live_subscribers 1",
        "paceline_live_frames_total 3",
        "paceline_live_cut_off_total{reason=\"slow_reader\"} 0",
    ] {
        assert!(exposed.contains(line), "{line}");
    }
    drop(feed);
    let gone = |server: &Server| server.operations.recorder().live.subscribers() == 0;
    server.eventually("the end of the subscriber", gone).await;
}

#[tokio::test]
async fn remote_write_arrives_bit_by_bit_whatever_the_value() {
    let server = Server::start();
    let listening = server.listen();
    let mut feed = listening.feed().await;
    feed.subscribe("x", &["odd{agent=~\"a|b\"}"]).await;
    let now_ms = server.operations.metrics.now_ms();
    let values = [
        0.1 + 0.2,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        stale_marker(),
    ];
    let samples: Vec<_> = (0..)
        .zip(values)
        .map(|(at, value)| (now_ms + at, value))
        .collect();
    let body = snappy(&one(&[Given::new(
        &[("__name__", "odd"), ("agent", "a")],
        &samples,
    )]));
    let request = Request::post("/prometheus/api/v1/write")
        .header(HOST, LISTEN)
        .header(CONTENT_TYPE, "application/x-protobuf")
        .header(CONTENT_ENCODING, "snappy");
    let answer = server.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    let (mut got, mut times) = (Vec::new(), Vec::new());
    while got.len() < values.len() {
        let delta = feed.frame().await;
        got.extend(delta["values"].as_array().unwrap().clone());
        times.extend(delta["times_ms"].as_array().unwrap().clone());
    }
    let expected = json!([0.30000000000000004, "NaN", "+Inf", "-Inf", "stale"]);
    assert_eq!(Value::from(got), expected);
    assert_eq!(
        Value::from(times),
        json!((0..5).map(|at| now_ms + at).collect::<Vec<_>>())
    );
    // Ended, it is not in a new snapshot.
    assert_eq!(feed.subscribe("y", &["odd"]).await["series"], json!([]));
}

/// Seen to fail when what was in the snapshot was not left out of the deltas.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn between_snapshot_and_deltas_nothing_is_missing_and_nothing_comes_twice() {
    const WRITERS: usize = 3;
    const ROWS: usize = 60;
    let server = Server::start();
    let listening = server.listen();
    let begun_ms = server.operations.metrics.now_ms() - 10_000;
    let push = async |writer: usize, row: usize| {
        let at = paceline_api::Timestamp(begun_ms + row as i64);
        let labels = json!({"writer": writer.to_string()});
        let values = json!({"count_a": row, "count_b": row});
        let row = json!({"labels": labels, "at": at, "values": values});
        server.push(json!({"rows": [row]})).await;
    };
    let writing = async |writer: usize| {
        for row in 1..=ROWS {
            push(writer, row).await;
        }
    };
    let reading = async |subscriber: usize| {
        let mut feed = listening.feed().await;
        // Each joins at another time.
        let joined = move |server: &Server| {
            let samples = server.operations.metrics.stats().samples_total as usize;
            subscriber * 2 * WRITERS * 6 <= samples
        };
        server.eventually("the load", joined).await;
        let snapshot = feed.subscribe("x", &["{__name__=~\"count_.\"}"]).await;
        check_counts(&mut feed, &snapshot, 2 * WRITERS, ROWS as f64).await;
    };
    tokio::join!(
        writing(0),
        writing(1),
        writing(2),
        reading(0),
        reading(1),
        reading(4),
        reading(8)
    );
}

/// Every series counts up by one from its snapshot, or from 1, to the end.
async fn check_counts(feed: &mut Feed, snapshot: &Value, series: usize, end: f64) {
    let mut newest: BTreeMap<u64, f64> = BTreeMap::new();
    for one in snapshot["series"].as_array().unwrap() {
        newest.insert(one["ref"].as_u64().unwrap(), one["value"].as_f64().unwrap());
    }
    let done = |newest: &BTreeMap<u64, f64>| {
        newest.len() == series && newest.values().all(|value| *value == end)
    };
    while !done(&newest) {
        let delta = feed.frame().await;
        for one in delta["new"].as_array().into_iter().flatten() {
            newest.insert(one["ref"].as_u64().unwrap(), 0.0);
        }
        let refs = delta["refs"].as_array().unwrap().iter();
        for (reference, value) in refs.zip(delta["values"].as_array().unwrap()) {
            let last = newest.get_mut(&reference.as_u64().unwrap()).unwrap();
            assert_eq!(value.as_f64().unwrap(), *last + 1.0, "{delta}");
            *last += 1.0;
        }
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_and_the_connection_goes_on() {
    let server = Server::start();
    let listening = server.listen();
    let mut feed = listening.feed().await;
    let many: Vec<_> = (0..65).map(|at| format!("m{at}")).collect();
    let long_id = "x".repeat(300);
    for (message, code, words) in [
        ("".to_owned(), "invalid_argument", "the message is empty"),
        ("{".to_owned(), "invalid_argument", "not valid JSON"),
        ("[]".to_owned(), "invalid_argument", "the message"),
        (
            r#"{"type":"shout","id":"x"}"#.to_owned(),
            "invalid_argument",
            "type",
        ),
        (
            r#"{"type":"subscribe"}"#.to_owned(),
            "invalid_argument",
            "id",
        ),
        (
            r#"{"type":"subscribe","id":"x"}"#.to_owned(),
            "invalid_argument",
            "`series`",
        ),
        (
            r#"{"type":"subscribe","id":"x","series":[7]}"#.to_owned(),
            "invalid_argument",
            "series[0]",
        ),
        (
            r#"{"type":"subscribe","id":"x","series":["up"],"fps":1}"#.to_owned(),
            "invalid_argument",
            "fps",
        ),
        (
            r#"{"type":"subscribe","id":"","series":["up"]}"#.to_owned(),
            "invalid_argument",
            "`id`",
        ),
        (
            json!({"type": "subscribe", "id": long_id, "series": ["up"]}).to_string(),
            "invalid_argument",
            "`id`",
        ),
        (
            r#"{"type":"subscribe","id":"x","series":["up"],"frames_per_second":0}"#.to_owned(),
            "invalid_argument",
            "1 to 50",
        ),
        (
            r#"{"type":"subscribe","id":"x","series":["up"],"frames_per_second":51}"#.to_owned(),
            "invalid_argument",
            "1 to 50",
        ),
        (
            r#"{"type":"subscribe","id":"x","series":["up","rate(up[5m])"]}"#.to_owned(),
            "invalid_argument",
            "`series[1]` `rate(up[5m])` is no selector: 1:1: parse error",
        ),
        (
            json!({"type": "subscribe", "id": "x", "series": many}).to_string(),
            "limit_exceeded",
            "65 selectors",
        ),
        (
            r#"{"type":"unsubscribe","id":"x"}"#.to_owned(),
            "not_found",
            "no subscription `x`",
        ),
        (
            r#"{"type":"unsubscribe","id":"x","series":["up"]}"#.to_owned(),
            "invalid_argument",
            "nothing else",
        ),
        (
            format!(
                "{{\"type\":\"subscribe\",\"id\":\"{}\"}}",
                "x".repeat(70_000)
            ),
            "limit_exceeded",
            "64 KiB",
        ),
    ] {
        let shown = message.chars().take(80).collect::<String>();
        feed.send_text(message).await;
        let (got, said) = feed.error().await;
        assert_eq!(got, code, "{shown}: {said}");
        assert!(said.contains(words), "{shown}: {said}");
    }
    feed.socket.send(Message::binary(vec![1, 2])).await.unwrap();
    assert!(feed.error().await.1.contains("binary"));
    for at in 0..32 {
        feed.subscribe(&format!("s{at}"), &["up"]).await;
    }
    feed.send(json!({"type": "subscribe", "id": "one more", "series": ["up"]}))
        .await;
    assert!(feed.error().await.1.contains("33 subscriptions"));
    // The same id again is not one more.
    feed.subscribe("s7", &["up"]).await;
}

#[tokio::test]
async fn a_message_without_end_ends_the_connection() {
    let server = Server::start();
    let mut feed = server.listen().feed().await;
    let sent = feed.socket.send(Message::text("x".repeat(2 << 20))).await;
    // The server closes without reading it to its end; the close frame may be lost with the rest.
    let close = feed.close().await;
    assert!(sent.is_err() || close.is_none_or(|close| u16::from(close.code) == 1009));
    let gone = |server: &Server| server.operations.recorder().live.subscribers() == 0;
    server.eventually("the end of the connection", gone).await;
}

#[tokio::test]
async fn after_unsubscribing_nothing_comes() {
    let server = Server::start();
    let listening = server.listen();
    let mut feed = listening.feed().await;
    feed.subscribe("x", &["up"]).await;
    feed.subscribe("y", &["up"]).await;
    feed.send(json!({"type": "unsubscribe", "id": "x"})).await;
    // Messages are taken in their order: with this answer the other one is done.
    feed.subscribe("z", &["down"]).await;
    server.sample("up", 1.0).await;
    assert_eq!(feed.frame().await["id"], "y");
    server.sample("down", 1.0).await;
    assert_eq!(feed.frame().await["id"], "z");
}

#[tokio::test]
async fn a_subscription_under_a_taken_id_replaces_the_other() {
    let server = Server::start();
    let listening = server.listen();
    let mut feed = listening.feed().await;
    server.sample("down", 4.0).await;
    feed.subscribe("x", &["up"]).await;
    let snapshot = feed.subscribe("x", &["down"]).await;
    assert_eq!(snapshot["series"][0]["value"], 4.0);
    server.sample("up", 1.0).await;
    server.sample("down", 2.0).await;
    let delta = feed.frame().await;
    assert_eq!(
        (&delta["values"], &delta["refs"]),
        (&json!([2.0]), &json!([0]))
    );
}

/// Rows whose series have 4 KiB of labels: a snapshot of 20 MB.
async fn push_wide(server: &Server) {
    for row in 0..5 {
        let values: serde_json::Map<_, _> = (0..1_000)
            .map(|at| (format!("wide_{at}"), json!(1)))
            .collect();
        let labels = json!({"pad": "x".repeat(1_000), "pad_b": "x".repeat(1_000),
            "pad_c": "x".repeat(1_000), "pad_d": "x".repeat(1_000), "row": row.to_string()});
        server
            .push(json!({"rows": [{"labels": labels, "values": values}]}))
            .await;
    }
}

/// Seen to fail when the line of frames had no bound: nobody was cut off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_is_cut_off_with_a_reason_and_the_others_go_on() {
    let server = Server::start();
    let listening = server.listen();
    push_wide(&server).await;
    let (mut slow, mut other) = (listening.feed().await, listening.feed().await);
    other.subscribe("x", &["wide_7{row=\"1\"}"]).await;
    let message = json!({"type": "subscribe", "id": "all", "series": ["{pad!=\"\"}"]});
    slow.send(message).await;
    let cut_off = |server: &Server| {
        0 < server
            .operations
            .recorder()
            .live
            .cut_offs(CutOff::SlowReader)
    };
    let mut at = 0.0;
    while !cut_off(&server) && at < 1_000.0 {
        at += 1.0;
        let labels = json!({"pad": "x", "row": "1"});
        server
            .push(json!({"rows": [{"labels": labels, "values": {"wide_7": at}}]}))
            .await;
        let delta = other.frame().await;
        assert_eq!(delta["values"], json!([at]), "the others get everything");
    }
    assert!(cut_off(&server), "nobody was cut off");
    let close = slow.close().await.expect("a close frame");
    assert_eq!(u16::from(close.code), 1008);
    assert!(close.reason.contains("not read"), "{}", close.reason);
    let left = |server: &Server| server.operations.recorder().live.subscribers() == 1;
    server.eventually("the slow reader's end", left).await;
}

#[tokio::test]
async fn too_many_series_are_refused_by_name_and_leave_the_connection() {
    let server = Server::start();
    let listening = server.listen();
    for row in 0..11 {
        let values: serde_json::Map<_, _> = (0..1_000)
            .map(|at| (format!("many_{at}"), json!(1)))
            .collect();
        let row = json!({"labels": {"row": row.to_string()}, "values": values});
        server.push(json!({"rows": [row]})).await;
    }
    let mut feed = listening.feed().await;
    feed.send(json!({"type": "subscribe", "id": "x", "series": ["{__name__=~\"many_.*\"}"]}))
        .await;
    let (code, said) = feed.error().await;
    assert_eq!(code, "limit_exceeded");
    assert!(said.contains("10000 series"), "{said}");
    let snapshot = feed
        .subscribe("x", &["{__name__=~\"many_.*\",row!=\"3\"}"])
        .await;
    assert_eq!(snapshot["series"].as_array().unwrap().len(), 10_000);
}

#[tokio::test]
async fn switched_off_nothing_is_sent() {
    let server = Server::start();
    let listening = server.listen();
    let flag = "/api/features/enable-agent-metrics";
    let mut feed = listening.feed().await;
    feed.subscribe("x", &["up"]).await;
    server.sample("up", 1.0).await;
    assert_eq!(feed.frame().await["values"], json!([1.0]));
    server.ok("PUT", flag, json!({"enabled": false})).await;
    // The server's own series are stored all the same; one of them is what is noticed here.
    let own = paceline_metrics::Row {
        labels: paceline_metrics::Labels::default(),
        at_ms: server.operations.metrics.now_ms() + 1,
        values: vec![paceline_metrics::RowValue {
            key: paceline_metrics::Labels::from_pairs([("__name__", "up")]),
            value: 2.0,
        }],
    };
    server
        .operations
        .metrics
        .append_own(vec![own])
        .await
        .unwrap();
    let frame = feed.frame().await;
    assert_eq!(
        (&frame["type"], &frame["id"]),
        (&json!("error"), &json!("x"))
    );
    assert_eq!(frame["error"]["code"], "feature_disabled");
    feed.send(json!({"type": "subscribe", "id": "y", "series": ["up"]}))
        .await;
    assert_eq!(feed.error().await.0, "feature_disabled");
    server.ok("PUT", flag, json!({"enabled": true})).await;
    assert_eq!(
        feed.subscribe("x", &["up"]).await["series"][0]["value"],
        2.0
    );
}

#[tokio::test]
async fn strangers_get_no_connection() {
    let server = Server::start();
    let listening = server.listen();
    for headers in [
        [("origin", "https://evil.example")],
        [("host", "evil.example:7717")],
    ] {
        let (status, _) = listening.refusal(&headers).await;
        assert_eq!(status, 403, "{headers:?}");
    }
    let own = format!("http://{LISTEN}");
    assert!(listening.connect(&[("origin", &own)]).await.is_ok());
    let plain = server.call("GET", "/api/live", "").await;
    assert_eq!(
        (plain.status.as_u16(), plain.code()),
        (400, "invalid_argument")
    );
    assert!(plain.message().contains("WebSocket"), "{}", plain.text);

    let guarded = Server::with_tokens(true);
    let listening = guarded.listen();
    assert_eq!(listening.refusal(&[]).await.0, 401);
    assert_eq!(
        listening
            .refusal(&[("authorization", "Bearer made-up")])
            .await
            .0,
        401
    );
    let caller = crate::operations::Caller::internal();
    let agent = guarded.operations.agent_register(&caller, <_>::default());
    let bearer = format!("Bearer {}", agent.await.unwrap().token);
    assert!(
        listening
            .connect(&[("authorization", &bearer)])
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn one_connection_too_many_is_sent_back_and_a_place_is_free_again() {
    let server = Server::start();
    let listening = server.listen();
    let mut all = Vec::new();
    for _ in 0..256 {
        all.push(listening.feed().await);
    }
    assert_eq!(listening.refusal(&[]).await.0, 503);
    all.pop();
    let free = |server: &Server| server.operations.recorder().live.subscribers() < 256;
    server.eventually("a free place", free).await;
    listening.feed().await;
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let server = Server::start();
    let listening = server.listen();
    let mut feed = listening.feed().await;
    feed.subscribe("x", &["up"]).await;
    server.live.stop();
    let close = feed.close().await.expect("a close frame");
    assert_eq!(u16::from(close.code), 1001);
    assert!(close.reason.contains("stopping"), "{}", close.reason);
    drop(feed);
    server.live.stopped().await;
    assert_eq!(server.operations.recorder().live.subscribers(), 0);
}
