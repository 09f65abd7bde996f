//! Remote write through the whole surface: what is taken, what is told, what is found again.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST};
use paceline_metrics::{
    MatchOp, Matcher, STALE_BITS, Select, SeriesSource, TimeRange, stale_marker,
};
use prost::Message;
use serde_json::json;

use super::*;
use crate::ingest::remote_write::proto::{
    Given, Metadata2, MetricMetadata, WriteRequest, one, snappy, two,
};

const PATH: &str = "/prometheus/api/v1/write";
const ONE: &str = "application/x-protobuf";
const TWO: &str = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
const WRITTEN: &str = "x-prometheus-remote-write-samples-written";

fn write(content_type: &str, body: Vec<u8>) -> Request<Body> {
    let request = Request::post(PATH)
        .header(HOST, LISTEN)
        .header(CONTENT_TYPE, content_type)
        .header(CONTENT_ENCODING, "snappy");
    request.body(Body::from(body)).unwrap()
}

impl Server {
    async fn write_one(&self, message: &WriteRequest) -> Answer {
        self.send(write(ONE, snappy(message))).await
    }

    fn now_ms(&self) -> i64 {
        self.operations.metrics.now_ms()
    }

    /// Series of one name as `labels@milliseconds ago=bits`.
    fn samples_of(&self, name: &str, now_ms: i64) -> Vec<String> {
        let select = Select {
            matchers: vec![Matcher::new("__name__", MatchOp::Equal, name).unwrap()],
            range: TimeRange {
                from_ms: now_ms - 3_600_000,
                to_ms: now_ms + 3_600_000,
            },
            step_ms: 0,
            window_ms: 0,
            function: None,
            is_newest_enough: false,
        };
        let selection = self.operations.metrics.engine().select(&select).unwrap();
        let mut all: Vec<String> = selection
            .series
            .flat_map(|series| {
                let series = series.unwrap();
                let labels = series.labels.to_string();
                let samples = series.timestamps.iter().zip(&series.values);
                let shown = samples
                    .map(|(at, value)| format!("{labels}@{}={:x}", now_ms - at, value.to_bits()));
                shown.collect::<Vec<_>>()
            })
            .collect();
        all.sort();
        all
    }
}

#[tokio::test]
async fn samples_of_both_versions_are_kept_bit_by_bit() {
    let server = Server::start();
    let now_ms = server.now_ms();
    let odd_nan = f64::from_bits(0x7ff8_0000_0000_dead);
    for (name, content_type) in [("one", ONE), ("two", TWO)] {
        let series = [
            Given::new(
                &[("__name__", name), ("agent", "a"), ("le", "+Inf")],
                &[
                    (now_ms - 20, 1.5),
                    (now_ms - 10, f64::NEG_INFINITY),
                    (now_ms, stale_marker()),
                ],
            ),
            Given::new(
                &[("__name__", name), ("agent", "b")],
                &[(now_ms - 5, odd_nan)],
            ),
        ];
        let body = match content_type {
            ONE => snappy(&one(&series)),
            _ => snappy(&two(&series)),
        };
        // The second time every series is known already, and every sample is the same again.
        for _ in 0..2 {
            let answer = server.send(write(content_type, body.clone())).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
            assert_eq!(answer.headers[WRITTEN], "4");
            assert_eq!(answer.text, "");
        }
        let stored = server.samples_of(name, now_ms);
        let a = format!("{name}{{agent=\"a\", le=\"+Inf\"}}");
        let mut expected = vec![
            format!("{a}@20=3ff8000000000000"),
            format!("{a}@10=fff0000000000000"),
            format!("{a}@0={STALE_BITS:x}"),
            format!("{name}{{agent=\"b\"}}@5=7ff800000000dead"),
        ];
        expected.sort();
        assert_eq!(stored, expected);
    }
}

#[tokio::test]
async fn what_cannot_be_kept_is_named_and_the_rest_is_kept() {
    let server = Server::start();
    let now_ms = server.now_ms();
    let late = [Given::new(&[("__name__", "late")], &[(now_ms, 1.0)])];
    assert_eq!(
        server.write_one(&one(&late)).await.status,
        StatusCode::NO_CONTENT
    );
    let series = [
        Given::new(&[("__name__", "kept"), ("agent", "a")], &[(now_ms, 1.0)]),
        Given::new(
            &[("agent", "nameless")],
            &[(now_ms, 1.0), (now_ms - 1, 2.0)],
        ),
        Given::new(&[("__name__", "late")], &[(now_ms - 90 * 86_400_000, 1.0)]),
        Given::new(&[("__name__", "early")], &[(now_ms + 86_400_000, 1.0)]),
        Given {
            histograms: 3,
            exemplars: 2,
            ..Given::new(&[("__name__", "native")], &[])
        },
        Given::new(&[("__name__", "kept"), ("agent", "b")], &[(now_ms, 2.0)]),
    ];
    let answer = server.write_one(&one(&series)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.headers[WRITTEN], "2");
    assert_eq!(answer.code(), "invalid_argument");
    assert!(
        answer.message().starts_with("7 samples were refused: "),
        "{}",
        answer.text
    );
    for part in [
        "2 because the label `__name__` is missing, such as `{agent=\"nameless\"}`",
        "1 because the sample is older than the out-of-order window, such as `late{}`",
        "1 because the sample lies too far in the future, such as `early{}`",
        "3 because native histograms are not kept",
    ] {
        assert!(answer.message().contains(part), "{part}: {}", answer.text);
    }
    assert_eq!(answer.hint(), "the other 2 were kept");
    assert_eq!(answer.body["error"]["details"]["written"], 2);
    assert_eq!(server.samples_of("kept", now_ms).len(), 2);
    let refused = server.operations.metrics.stats().refused_total;
    let count = |reason| refused.get(reason).copied().unwrap_or(0);
    let counted = [
        "no_name",
        "native_histogram",
        "exemplar",
        "too_old",
        "too_far_ahead",
    ]
    .map(count);
    assert_eq!(counted, [2, 3, 2, 1, 1]);
}

#[tokio::test]
async fn what_is_no_push_is_refused_as_a_whole() {
    let server = Server::start();
    let check = async |request: Request<Body>, status: u16, expected: &str| {
        let answer = server.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        assert!(
            answer.message().contains(expected),
            "{expected}: {}",
            answer.text
        );
        assert!(!answer.hint().is_empty());
    };
    let compress = |bytes: &[u8]| snap::raw::Encoder::new().compress_vec(bytes).unwrap();
    check(
        write("text/plain", vec![]),
        415,
        "`text/plain` is not protobuf",
    )
    .await;
    let mut gzip = write(ONE, vec![]);
    gzip.headers_mut()
        .insert(CONTENT_ENCODING, "gzip".parse().unwrap());
    check(gzip, 415, "`gzip` is not snappy").await;
    check(write(ONE, vec![]), 400, "not a snappy block").await;
    check(
        write(ONE, b"not snappy at all".to_vec()),
        400,
        "not a snappy block",
    )
    .await;
    check(
        write(ONE, compress(&vec![0; 33 << 20])),
        413,
        "at most 33554432 are taken",
    )
    .await;
    check(
        write(ONE, vec![7; (8 << 20) + 1]),
        413,
        "larger than 8192 KiB",
    )
    .await;
    check(
        write(ONE, compress(&[0x0a, 9])),
        400,
        "read `prometheus.WriteRequest` at byte 1",
    )
    .await;
    check(
        write(TWO, compress(&[0x22, 1, b'x'])),
        400,
        "the first symbol must be",
    )
    .await;
    // A good series before the broken one is not kept either.
    let now_ms = server.now_ms();
    let mut body = one(&[Given::new(&[("__name__", "m")], &[(now_ms, 1.0)])]).encode_to_vec();
    body.extend([0x0a, 5, 0x0a, 1, 0xff, 0x12, 0]);
    check(
        write(ONE, compress(&body)),
        400,
        "read `prometheus.Label` at byte",
    )
    .await;
    assert_eq!(server.samples_of("m", now_ms), [""; 0]);
    let empty = server.write_one(&WriteRequest::default()).await;
    assert_eq!(empty.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn metadata_of_both_versions_describes_metrics() {
    let server = Server::start();
    let now_ms = server.now_ms();
    let message = WriteRequest {
        metadata: vec![MetricMetadata {
            kind: 1,
            metric_family_name: "requests_total".to_owned(),
            help: "Requests so far.".to_owned(),
            unit: String::new(),
        }],
        ..WriteRequest::default()
    };
    let answer = server.write_one(&message).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    let labels = [
        ("__name__", "latency_seconds_bucket"),
        ("le", "1"),
        ("help", "How long."),
    ];
    let mut message = two(&[Given::new(&labels, &[(now_ms, 1.0)])]);
    let help_ref = message
        .symbols
        .iter()
        .position(|one| one == b"How long.")
        .unwrap();
    message.timeseries[0].metadata = Some(Metadata2 {
        kind: 3,
        help_ref: u32::try_from(help_ref).unwrap(),
        unit_ref: 0,
    });
    let answer = server.send(write(TWO, snappy(&message))).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    let described = |name: &str| {
        let metadata = server.operations.metrics.definition(name).unwrap();
        format!("{:?} {}", metadata.kind, metadata.description)
    };
    assert_eq!(described("requests_total"), "Counter Requests so far.");
    assert_eq!(described("latency_seconds"), "Histogram How long.");
}

#[tokio::test]
async fn switched_off_it_is_not_there() {
    let server = Server::start();
    let feature = "/api/features/enable-agent-metrics";
    server.ok("PUT", feature, json!({"enabled": false})).await;
    let answer = server.write_one(&WriteRequest::default()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.code(), "feature_disabled");
}

#[tokio::test]
async fn ten_thousand_labels_and_markup_are_refused_or_kept_as_they_are() {
    let server = Server::start();
    let now_ms = server.now_ms();
    let names: Vec<String> = (0..10_000).map(|n| format!("l{n:05}")).collect();
    let mut labels: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    labels.insert(0, ("__name__", "many"));
    let markup = [
        ("__name__", "shown"),
        ("agent", "<script>\u{7}alert(1)</script>"),
    ];
    let long = "v".repeat(1 << 20);
    let series = [
        Given::new(&labels, &[(now_ms, 1.0)]),
        Given::new(&markup, &[(now_ms, 1.0)]),
        Given::new(&[("__name__", "long"), ("a", &long)], &[(now_ms, 1.0)]),
        Given::new(
            &[("__name__", "twice"), ("a", "1"), ("a", "2")],
            &[(now_ms, 1.0)],
        ),
    ];
    let answer = server.write_one(&one(&series)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.headers[WRITTEN], "1", "{}", answer.text);
    assert!(answer.text.len() < 4_096, "{} bytes", answer.text.len());
    let refused = &answer.body["error"]["details"]["refused"];
    assert_eq!(
        *refused,
        json!({"duplicate_label": 1, "label_too_long": 1, "too_many_labels": 1})
    );
    assert_eq!(server.samples_of("shown", now_ms).len(), 1);
}
