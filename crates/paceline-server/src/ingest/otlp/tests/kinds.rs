//! Every kind of metric, in both temporalities where it has them. Owns the expectations on names,
//! labels and values; the arithmetic of buckets has its own tests.

use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use prost::Message;
use serde_json::{Value, json};

use super::Server;

/// A request of one resource with these metrics.
pub fn request(metrics: &[Value]) -> String {
    let attributes = json!([
        {"key": "paceline.agent_id", "value": {"stringValue": "a"}},
        {"key": "service.name", "value": {"stringValue": "j"}},
        {"key": "service.instance.id", "value": {"stringValue": "i"}}
    ]);
    json!({"resourceMetrics": [{"resource": {"attributes": attributes},
        "scopeMetrics": [{"metrics": metrics}]}]})
    .to_string()
}

pub fn nanoseconds(milliseconds: i64) -> String {
    format!("{milliseconds}000000")
}

const WHO: &str = r#"agent="a", instance="i", job="j""#;

fn with(labels: &str) -> String {
    // Sorted among the resource's.
    let mut all: Vec<&str> = WHO.split(", ").chain(labels.split(", ")).collect();
    all.retain(|label| !label.is_empty());
    all.sort_unstable();
    format!("{{{}}}", all.join(", "))
}

#[tokio::test]
async fn gauges_and_sums_keep_their_values_and_times() {
    let server = Server::start();
    let at = nanoseconds(server.now_ms() - 5_000);
    let point = |value: Value| json!({"timeUnixNano": at, "asDouble": value});
    let body = request(&[
        json!({"name": "cpu.load", "unit": "1", "gauge": {"dataPoints": [point(json!(0.5))]}}),
        json!({"name": "queue.wait", "unit": "ms", "gauge": {"dataPoints": [point(json!(1500))]}}),
        json!({"name": "jobs", "sum": {"aggregationTemporality": 2, "isMonotonic": true,
            "dataPoints": [{"timeUnixNano": at, "asInt": "7",
                "attributes": [{"key": "http.route", "value": {"stringValue": "/x"}},
                               {"key": "http_route", "value": {"stringValue": "y"}},
                               {"key": "agent", "value": {"stringValue": "z"}}]}]}}),
        json!({"name": "open", "sum": {"aggregationTemporality": 2, "dataPoints": [point(json!(-3))]}}),
        json!({"name": "gone", "gauge": {"dataPoints": [{"timeUnixNano": at, "flags": 1}]}}),
    ]);
    Server::taken(&server.json("/v1/metrics", &body).await);
    server.has("cpu_load_ratio", &[(&with(""), 0.5)]);
    server.has("queue_wait_seconds", &[(&with(""), 1.5)]);
    let labels = with(r#"exported_agent="z", http_route="/x;y""#);
    server.has("jobs_total", &[(&labels, 7.0)]);
    server.has("open", &[(&with(""), -3.0)]);
    assert_eq!(server.samples("gone").len(), 1, "a stale marker");
    assert!(server.newest("gone").is_empty());
    let samples = server.samples("jobs_total");
    assert_eq!(samples[&labels], [(server.now_ms() - 5_000, 7.0)]);
}

#[tokio::test]
async fn histograms_and_summaries_become_classic_series() {
    let server = Server::start();
    let at = nanoseconds(server.now_ms());
    let body = request(&[
        json!({"name": "took", "unit": "ms", "histogram": {"aggregationTemporality": 2, "dataPoints":
            [{"timeUnixNano": at, "count": "6", "sum": 1500.0, "bucketCounts": ["1", "2", "3"],
              "explicitBounds": [5.0, 250.0]}]}}),
        json!({"name": "size", "unit": "By", "exponentialHistogram": {"aggregationTemporality": 2,
            "dataPoints": [{"timeUnixNano": at, "count": "4", "sum": 9.0, "scale": 0, "zeroCount": "1",
              "positive": {"offset": 0, "bucketCounts": ["1", "2"]}}]}}),
        json!({"name": "rtt", "unit": "s", "summary": {"dataPoints": [{"timeUnixNano": at, "count": "2",
            "sum": 0.5, "quantileValues": [{"quantile": 0.5, "value": 0.2}, {"quantile": 1, "value": "NaN"}]}]}}),
    ]);
    Server::taken(&server.json("/v1/metrics", &body).await);
    let le = |bound| with(&format!(r#"le="{bound}""#));
    server.has(
        "took_seconds_bucket",
        &[(&le("0.005"), 1.0), (&le("0.25"), 3.0), (&le("+Inf"), 6.0)],
    );
    server.has("took_seconds_sum", &[(&with(""), 1.5)]);
    server.has("took_seconds_count", &[(&with(""), 6.0)]);
    server.has(
        "size_bytes_bucket",
        &[
            (&le("0"), 1.0),
            (&le("1"), 1.0),
            (&le("2"), 2.0),
            (&le("4"), 4.0),
            (&le("+Inf"), 4.0),
        ],
    );
    let quantiles = server.newest("rtt_seconds");
    assert_eq!(quantiles[&with(r#"quantile="0.5""#)], 0.2);
    assert!(quantiles[&with(r#"quantile="1""#)].is_nan());
    server.has("rtt_seconds_count", &[(&with(""), 2.0)]);
}

#[tokio::test]
async fn protobuf_is_answered_in_protobuf_plain_or_packed() {
    let server = Server::start();
    for encoding in ["identity", "gzip", "zstd"] {
        let at = nanoseconds(server.now_ms());
        let body = request(&[
            json!({"name": "fine", "gauge": {"dataPoints": [{"timeUnixNano": at, "asInt": "1"}]}}),
            json!({"name": "paceline.own", "gauge": {"dataPoints": [{"timeUnixNano": at, "asInt": "1"}]}}),
            json!({"name": "empty"}),
        ]);
        let request: ExportMetricsServiceRequest = serde_json::from_str(&body).unwrap();
        let plain = request.encode_to_vec();
        let packed = match encoding {
            "gzip" => super::bad::gzip(&plain),
            "zstd" => zstd::bulk::compress(&plain, 3).unwrap(),
            _ => plain,
        };
        let answer = server.protobuf("/v1/metrics", packed, encoding).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["content-type"], "application/x-protobuf");
        let answer = ExportMetricsServiceResponse::decode(&answer.bytes[..]).unwrap();
        let partial = answer.partial_success.unwrap();
        assert_eq!(partial.rejected_data_points, 2);
        assert_eq!(
            partial.error_message,
            "not taken: no_data: 1, reserved_name: 1; first: reserved_name `paceline.own`"
        );
        server.turn(1_000);
    }
    assert_eq!(server.samples("fine")[&with("")].len(), 3);
}

#[tokio::test]
async fn names_that_collide_after_translation_are_refused_and_told() {
    let server = Server::start();
    let send = async |name: &str| {
        let at = nanoseconds(server.now_ms());
        let point = json!({"timeUnixNano": at, "asInt": "1"});
        let body = request(&[json!({"name": name, "gauge": {"dataPoints": [point]}})]);
        let answer = server.json("/v1/metrics", &body).await.json();
        server.turn(1_000);
        answer["partialSuccess"]["errorMessage"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(send("a.b").await, "");
    assert_eq!(
        send("a_b").await,
        "not taken: name_collision: 1; first: name_collision `a_b`"
    );
    assert_eq!(send("a.b").await, "");
    // A renamed metric may take the name over once the old one stopped.
    server.turn(2 * 3_600_000);
    assert_eq!(send("a_b").await, "");
}

#[tokio::test]
async fn one_series_cannot_have_two_values_at_a_time() {
    let server = Server::start();
    let at = nanoseconds(server.now_ms());
    let point = |value: &str| json!({"timeUnixNano": at, "asInt": value});
    let body = request(&[json!({"name": "m", "gauge": {"dataPoints": [point("1"), point("2")]}})]);
    let answer = server.json("/v1/metrics", &body).await.json();
    let said = answer["partialSuccess"]["errorMessage"]
        .as_str()
        .unwrap_or_default();
    assert_eq!(
        said,
        "not taken: same_series_twice: 1; first: same_series_twice `m`"
    );
    server.has("m", &[(&with(""), 1.0)]);
}

#[tokio::test]
async fn a_metrics_description_is_kept() {
    let server = Server::start();
    let at = nanoseconds(server.now_ms());
    let point = json!({"timeUnixNano": at, "asInt": "1"});
    let body = request(&[
        json!({"name": "wait", "unit": "ms", "description": "Time in the queue.",
        "gauge": {"dataPoints": [point]}}),
    ]);
    Server::taken(&server.json("/v1/metrics", &body).await);
    let known = server
        .operations
        .metrics
        .definition("wait_seconds")
        .unwrap();
    assert_eq!(
        (&*known.unit, &*known.description),
        ("seconds", "Time in the queue.")
    );
    assert!(
        server
            .operations
            .metrics
            .definition("paceline_agent_tokens_total")
            .is_some()
    );
}
