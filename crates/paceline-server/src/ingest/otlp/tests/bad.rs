//! Requests that are wrong, huge or built to explode. Owns the table of what each is answered;
//! after all of it what was stored before is still there.

use std::io::Write;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics,
};
use paceline_api::FeatureSetRequest;
use prost::Message;
use serde_json::{Value, json};

use super::kinds::{nanoseconds, request};
use super::{super::limits, super::wire::Status, Server};

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_wrong_body_is_answered_in_its_encoding_and_changes_nothing() {
    let server = Server::start();
    let at = nanoseconds(server.now_ms());
    let point = json!({"timeUnixNano": at, "asInt": "1"});
    let before = request(&[json!({"name": "before", "gauge": {"dataPoints": [point]}})]);
    Server::taken(&server.json("/v1/metrics", &before).await);
    let zeros = vec![0; limits::UNPACKED_BYTES_MAX + 1];
    let nested = |depth: usize| format!("{}1{}", r#"{"a":["#.repeat(depth), "]}".repeat(depth));
    let value = format!(
        "{}{{}}{}",
        r#"{"arrayValue":{"values":["#.repeat(500),
        "]}}".repeat(500)
    );
    let deep =
        format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{value}}}]}}]}}]}}"#);
    let table: Vec<(&str, &str, Vec<u8>, u16)> = vec![
        ("application/json", "", b"{".to_vec(), 400),
        ("application/json", "", b"[]".to_vec(), 400),
        ("application/json", "", b"null".to_vec(), 400),
        ("application/json", "", nested(5_000).into_bytes(), 200),
        ("application/json", "", deep.into_bytes(), 400),
        (
            "application/json",
            "",
            br#"{"resourceMetrics": 3}"#.to_vec(),
            400,
        ),
        (
            "application/json",
            "",
            "{}{".repeat(limits::MESSAGES_MAX).into_bytes(),
            413,
        ),
        (
            "application/json",
            "",
            vec![b' '; limits::BODY_BYTES_MAX + 1],
            413,
        ),
        ("application/json", "", Vec::new(), 200),
        ("application/json", "", b"{}".to_vec(), 200),
        (
            "application/json",
            "",
            br#"{"unknown": [1, {"a": null}]}"#.to_vec(),
            200,
        ),
        ("application/json; charset=utf-8", "", b"{}".to_vec(), 200),
        ("application/json", "br", b"{}".to_vec(), 415),
        ("text/plain", "", b"{}".to_vec(), 415),
        ("", "", b"{}".to_vec(), 415),
        ("application/x-protobuf", "", Vec::new(), 200),
        ("application/x-protobuf", "", vec![0xff; 40], 400),
        (
            "application/x-protobuf",
            "",
            vec![0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
            400,
        ),
        ("application/x-protobuf", "gzip", b"not gzip".to_vec(), 400),
        ("application/x-protobuf", "zstd", b"not zstd".to_vec(), 400),
        ("application/x-protobuf", "gzip", gzip(&zeros), 413),
        (
            "application/x-protobuf",
            "zstd",
            zstd::bulk::compress(&zeros, 3).unwrap(),
            413,
        ),
        ("application/x-protobuf", "gzip", gzip(b""), 200),
    ];
    for path in ["/v1/metrics", "/v1/logs", "/v1/traces"] {
        for (content_type, encoding, body, status) in &table {
            let headers = [
                ("content-type", *content_type),
                ("content-encoding", *encoding),
            ];
            let answer = server.post(path, &headers, body.clone()).await;
            let case = format!("{path} {content_type} {encoding} {} bytes", body.len());
            assert_eq!(
                answer.status,
                *status,
                "{case}: {}",
                String::from_utf8_lossy(&answer.bytes)
            );
            if *status == 200 {
                continue;
            }
            let (code, message) = match answer.headers["content-type"].to_str().unwrap() {
                "application/json" => {
                    let body = answer.json();
                    (
                        body["code"].clone(),
                        body["message"].as_str().unwrap().to_owned(),
                    )
                }
                _ => {
                    let body = Status::decode(&answer.bytes[..]).unwrap();
                    (Value::from(body.code), body.message)
                }
            };
            assert_eq!(code, 3, "{case}");
            assert!(
                !message.is_empty() && message.len() < 500,
                "{case}: {message}"
            );
        }
    }
    let bomb = gzip(&many_points(1_000_000));
    let answer = server.protobuf("/v1/metrics", bomb, "gzip").await;
    assert_eq!(answer.status, 413);
    assert_eq!(server.newest("before").len(), 1);
}

fn many_points(count: usize) -> Vec<u8> {
    let gauge = Gauge {
        data_points: vec![NumberDataPoint::default(); count],
    };
    let metric = Metric {
        name: "m".to_owned(),
        data: Some(Data::Gauge(gauge)),
        ..Metric::default()
    };
    let scope_metrics = vec![ScopeMetrics {
        metrics: vec![metric],
        ..ScopeMetrics::default()
    }];
    let resource_metrics = vec![ResourceMetrics {
        scope_metrics,
        ..ResourceMetrics::default()
    }];
    ExportMetricsServiceRequest { resource_metrics }.encode_to_vec()
}

#[tokio::test]
async fn a_wrong_point_is_refused_with_its_reason_and_its_neighbours_are_kept() {
    let server = Server::start();
    let now = server.now_ms();
    let at = nanoseconds(now);
    let number = |value: Value| json!({"timeUnixNano": at, "asDouble": value});
    let sum = |temporality: i32, value: Value| json!({"aggregationTemporality": temporality, "isMonotonic": true, "dataPoints": [number(value)]});
    let buckets = |bounds: Value, counts: Value| {
        json!({"aggregationTemporality": 2, "dataPoints":
            [{"timeUnixNano": at, "explicitBounds": bounds, "bucketCounts": counts}]})
    };
    let late = nanoseconds(now - 2 * 3_600_000);
    let early = nanoseconds(now + 3_600_000);
    let delta_at = |at: &str| {
        json!({"aggregationTemporality": 1, "isMonotonic": true,
            "dataPoints": [{"timeUnixNano": at, "asInt": "1"}]})
    };
    let table = [
        ("no_data", json!({"name": "x"})),
        ("no_data", json!({"name": "x", "gauge": {"dataPoints": 3}})),
        (
            "no_value",
            json!({"name": "x", "gauge": {"dataPoints": [{"timeUnixNano": at}]}}),
        ),
        (
            "no_value",
            json!({"name": "x", "gauge": {"dataPoints": [number(json!("twelve"))]}}),
        ),
        (
            "invalid_name",
            json!({"name": "", "gauge": {"dataPoints": [number(json!(1))]}}),
        ),
        (
            "invalid_name",
            json!({"name": "\u{7}<b>\u{202e}".replace('b', ""), "gauge": {"dataPoints": [number(json!(1))]}}),
        ),
        (
            "reserved_name",
            json!({"name": "paceline.tasks", "gauge": {"dataPoints": [number(json!(1))]}}),
        ),
        (
            "unknown_temporality",
            json!({"name": "x", "sum": sum(0, json!(1))}),
        ),
        (
            "unknown_temporality",
            json!({"name": "x", "sum": sum(77, json!(1))}),
        ),
        (
            "negative_increase",
            json!({"name": "x", "sum": sum(1, json!(-1))}),
        ),
        (
            "contradicting_buckets",
            json!({"name": "x", "histogram": buckets(json!([2.0, 1.0]), json!(["1", "1", "1"]))}),
        ),
        (
            "contradicting_buckets",
            json!({"name": "x", "histogram": buckets(json!([1.0]), json!(["1"]))}),
        ),
        ("too_old", json!({"name": "x", "sum": delta_at(&late)})),
        (
            "too_far_ahead",
            json!({"name": "x", "sum": delta_at(&early)}),
        ),
        (
            "too_far_ahead",
            json!({"name": "x", "sum": delta_at("18446744073709551615")}),
        ),
    ];
    for (count, (reason, metric)) in table.into_iter().enumerate() {
        let neighbour = json!({"name": "fine", "gauge": {"dataPoints":
            [{"timeUnixNano": nanoseconds(now - count as i64 * 10 - 10), "asInt": "1"}]}});
        let shown = metric.to_string();
        let answer = server
            .json("/v1/metrics", &request(&[metric, neighbour]))
            .await
            .json();
        let partial = &answer["partialSuccess"];
        assert_eq!(partial["rejectedDataPoints"], "1", "{shown}: {answer}");
        let said = partial["errorMessage"].as_str().unwrap();
        assert!(
            said.starts_with(&format!("not taken: {reason}: 1")),
            "{shown}: {said}"
        );
        let refused = server.operations.metrics.stats().refused_total;
        assert!(refused.contains_key(reason), "{reason}");
    }
    let fine = server.samples("fine");
    assert_eq!(fine.values().next().unwrap().len(), 15);
    assert!(server.samples("x").is_empty() && server.samples("x_total").is_empty());
}

#[tokio::test]
async fn hostile_labels_are_stored_as_text_or_refused_by_the_engine() {
    let server = Server::start();
    let at = nanoseconds(server.now_ms());
    let attributes: Vec<Value> = (0..10_000)
        .map(|n| json!({"key": format!("k{n}"), "value": {"intValue": n}}))
        .collect();
    let markup =
        json!([{"key": "<script>\u{0}", "value": {"stringValue": "<img onerror=x>\u{7}"}}]);
    let point =
        |attributes: Value| json!({"timeUnixNano": at, "asInt": "1", "attributes": attributes});
    let long = json!([{"key": "k", "value": {"stringValue": "x".repeat(100_000)}}]);
    let body = request(&[json!({"name": "m", "gauge": {"dataPoints":
        [point(json!(attributes)), point(markup), point(long)]}})]);
    let answer = server.json("/v1/metrics", &body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json()["partialSuccess"]["rejectedDataPoints"],
        "2",
        "{}",
        answer.json()
    );
    let labels = server.newest("m").into_keys().next().unwrap();
    assert!(
        labels.contains(r#"key_script__="<img onerror=x>\u{7}""#),
        "{labels}"
    );
}

#[tokio::test]
async fn the_feature_switched_off_refuses_all_three() {
    let server = Server::start();
    let caller = crate::operations::Caller::internal();
    let off = FeatureSetRequest { enabled: false };
    server
        .operations
        .feature_set(&caller, paceline_api::ENABLE_AGENT_METRICS, &off)
        .unwrap();
    for path in ["/v1/metrics", "/v1/logs", "/v1/traces"] {
        let answer = server.json(path, "{}").await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (404, &json!(5))
        );
    }
}

#[tokio::test]
async fn whoever_comes_when_there_is_no_room_is_told_to_come_again() {
    let server = Server::start();
    let room = &server.operations.otlp.room;
    let held = room
        .try_acquire_many(u32::try_from(room.available_permits()).unwrap())
        .unwrap();
    let answer = server.json("/v1/metrics", "{}").await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["retry-after"]),
        (503, &"1".parse().unwrap())
    );
    drop(held);
    Server::taken(&server.json("/v1/metrics", "{}").await);
}
