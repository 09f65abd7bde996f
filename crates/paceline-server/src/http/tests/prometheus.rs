//! The Prometheus API: its shapes, sentences, status codes and the switch that hides it.

use paceline_metrics::{Labels, Row, RowValue};
use serde_json::{Value, json};

use super::*;

const API: &str = "/prometheus/api/v1";
/// 2023-11-14, far from now, so that the time asked for decides.
const AT: i64 = 1_700_000_000;

impl Server {
    /// `m{agent="a\"<1>"}`, values 0 to 9 every 10 s, the last at `AT`, some minutes ago.
    async fn with_samples() -> (Self, i64) {
        let server = Self::start();
        let now = server.operations.metrics.now_ms() / 1_000;
        let rows = (0..10).map(|at: i32| Row {
            labels: Labels::from_pairs([("agent", "a\"<1>")]),
            at_ms: (now - 90 + 10 * i64::from(at)) * 1_000,
            values: vec![RowValue {
                key: Labels::from_pairs([("__name__", "m")]),
                value: f64::from(at),
            }],
        });
        let appended = server.operations.metrics.append(rows.collect()).await;
        assert_eq!(appended.unwrap().accepted, 10);
        (server, now)
    }

    async fn prometheus(&self, path: &str) -> Value {
        let answer = self.call("GET", &format!("{API}/{path}"), "").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        assert_eq!(answer.body["status"], "success", "{path}");
        answer.body["data"].clone()
    }

    #[track_caller]
    fn refused(answer: &Answer, status: u16, kind: &str) -> String {
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        assert_eq!(answer.body["status"], "error");
        assert_eq!(answer.body["errorType"], kind);
        text(&answer.body["error"])
    }
}

#[tokio::test]
async fn every_kind_of_value_has_prometheus_shape() {
    let (server, now) = Server::with_samples().await;
    let check = async |query: &str, expected: Value| {
        let path = format!("query?time={now}&query={query}");
        assert_eq!(server.prometheus(&path).await, expected, "{query}");
    };
    let labels = json!({"__name__": "m", "agent": "a\"<1>"});
    check(
        "1%2F0",
        json!({"resultType": "scalar", "result": [now, "+Inf"]}),
    )
    .await;
    check(
        "%22a%22",
        json!({"resultType": "string", "result": [now, "a"]}),
    )
    .await;
    let result = json!([{"metric": labels, "value": [now, "9"]}]);
    check("m", json!({"resultType": "vector", "result": result})).await;
    let values = json!([[now - 10, "8"], [now, "9"]]);
    let result = json!([{"metric": labels, "values": values}]);
    check("m[15s]", json!({"resultType": "matrix", "result": result})).await;
    check("nothing", json!({"resultType": "vector", "result": []})).await;
    let path = format!(
        "query_range?query=m&start={}&end={now}.5&step=10s",
        now - 10
    );
    assert_eq!(
        server.prometheus(&path).await,
        json!({"resultType": "matrix", "result": result})
    );
}

#[tokio::test]
async fn statistics_and_limits_are_told_where_asked_for() {
    let (server, now) = Server::with_samples().await;
    let data = server
        .prometheus(&format!("query?query=m&time={now}&stats=all"))
        .await;
    assert_eq!(data["stats"]["samples"]["totalQueryableSamples"], 1);
    assert_eq!(data["stats"]["resolution"], "raw");
    assert!(data["stats"]["timings"]["execTotalTime"].is_f64());
    let lookback = format!("query?query=m&time={}&lookback_delta=5s", now + 60);
    assert_eq!(server.prometheus(&lookback).await["result"], json!([]));
    let path = format!("{API}/query?query=m+or+vector(1)&time={now}&limit=1");
    let answer = server.call("GET", &path, "").await;
    assert_eq!(
        answer.body["warnings"],
        json!(["results truncated due to limit"])
    );
    assert_eq!(answer.body["data"]["result"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn series_labels_and_values_are_listed() {
    let (server, now) = Server::with_samples().await;
    let labels = json!({"__name__": "m", "agent": "a\"<1>"});
    let check = async |path: &str, expected: Value| {
        assert_eq!(server.prometheus(path).await, expected, "{path}");
    };
    check("series?match%5B%5D=m", json!([labels])).await;
    check("labels?match[]=m", json!(["__name__", "agent"])).await;
    check("label/agent/values?match[]=m", json!(["a\"<1>"])).await;
    check("label/U__agent/values?match[]=m", json!(["a\"<1>"])).await;
    check("label/nope/values", json!([])).await;
    check(&format!("series?match[]=m&start={}", now + 100), json!([])).await;
    check("query_exemplars?query=m&start=1&end=2", json!([])).await;
    check("format_query?query=%20m%20", json!("m")).await;
    let rules = server
        .call("GET", "/prometheus/api/v1/rules", "")
        .await
        .body;
    assert_eq!(rules["data"]["groups"][0]["name"], "default");
    check("alerts", json!({"alerts": []})).await;
}

#[tokio::test]
async fn refusals_have_prometheus_types_and_sentences() {
    let (server, now) = Server::with_samples().await;
    let check = async |path: &str, status: u16, kind: &str, expected: &str| {
        let answer = server.call("GET", &format!("{API}/{path}"), "").await;
        let sentence = Server::refused(&answer, status, kind);
        assert!(sentence.contains(expected), "{path}: {sentence}");
    };
    check(
        "query?query=sum(",
        400,
        "bad_data",
        "invalid parameter \"query\": 1:5: parse error",
    )
    .await;
    check("query?query=1&time=x", 400, "bad_data", "valid timestamp").await;
    check(
        "query?query=%zz",
        400,
        "bad_data",
        "invalid URL escape \"%zz\"",
    )
    .await;
    check("series", 400, "bad_data", "no match[] parameter provided").await;
    let range = format!("query_range?query=m[5m]&start={AT}&end={AT}&step=1");
    check(&range, 400, "bad_data", "invalid expression type").await;
    let clash = format!(
        "query?query=label_replace(m,%22agent%22,%22%22,%22%22,%22%22)%2Bon()+(m+or+label_replace(m,%22agent%22,%22b%22,%22%22,%22%22))&time={now}"
    );
    check(&clash, 422, "execution", "many-to-").await;
}

#[tokio::test]
async fn a_form_asks_as_a_query_does() {
    let (server, now) = Server::with_samples().await;
    let post = async |content_type: &str, body: &str| {
        let mut request = request("POST", &format!("{API}/query?query=never"), body);
        let value = content_type.parse().unwrap();
        request
            .headers_mut()
            .insert(http::header::CONTENT_TYPE, value);
        server.send(request).await
    };
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let answer = post(form, &format!("query=m+%2B+1&time={now}")).await;
    assert_eq!(answer.body["data"]["result"][0]["value"][1], "10");
    let refused = post("application/json", r#"{"query": "m"}"#).await;
    let sentence = Server::refused(&refused, 400, "bad_data");
    assert!(sentence.contains("x-www-form-urlencoded"), "{sentence}");
}

#[tokio::test]
async fn a_switched_off_feature_hides_every_metric() {
    let (server, _) = Server::with_samples().await;
    let off = json!({"enabled": false});
    server
        .ok("PUT", "/api/features/enable-agent-metrics", off)
        .await;
    for path in [
        "query?query=m",
        "query_range?query=m&start=1&end=2&step=1",
        "series?match[]=m",
        "labels",
        "label/agent/values",
        "metadata",
    ] {
        let answer = server.call("GET", &format!("{API}/{path}"), "").await;
        let sentence = Server::refused(&answer, 404, "feature_disabled");
        assert!(sentence.contains("enable-agent-metrics"), "{sentence}");
    }
    let info = server.prometheus("status/buildinfo").await;
    assert_eq!(info["application"], "Paceline");
}

#[tokio::test]
async fn queries_are_counted_and_timed() {
    let (server, _) = Server::with_samples().await;
    server.prometheus("query?query=m").await;
    server.prometheus("labels").await;
    let bad = "query_range?query=m+%2B+on()+group_left()+m&start=1&end=2&step=1";
    server.call("GET", &format!("{API}/{bad}"), "").await;
    let text = server.call("GET", "/metrics", "").await.text;
    for kind in ["instant", "labels"] {
        let line =
            format!("paceline_query_duration_seconds_count{{kind=\"{kind}\",outcome=\"ok\"}} 1\n");
        assert!(text.contains(&line), "{line}");
    }
}

#[tokio::test]
async fn tokens_are_asked_for_as_elsewhere() {
    let server = Server::with_tokens(true);
    for path in ["query?query=1", "status/buildinfo", "labels"] {
        let answer = server.call("GET", &format!("{API}/{path}"), "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn a_long_answer_leaves_in_pieces_and_compressed_where_accepted() {
    let (server, now) = Server::with_samples().await;
    let path = format!(
        "{API}/query_range?query=m&start={}&end={now}&step=0.009",
        now - 90
    );
    let plain = server.call("GET", &path, "").await;
    assert!(100_000 < plain.text.len());
    assert_eq!(
        plain.body["data"]["result"][0]["values"]
            .as_array()
            .unwrap()
            .len(),
        10_001
    );
    let mut zipped = request("GET", &path, "");
    let gzip = "br, gzip;q=0.8".parse().unwrap();
    zipped
        .headers_mut()
        .insert(http::header::ACCEPT_ENCODING, gzip);
    let answer = server.router.clone().oneshot(zipped).await.unwrap();
    assert_eq!(answer.headers()[http::header::CONTENT_ENCODING], "gzip");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    let mut text = String::new();
    let mut decoder = flate2::read::GzDecoder::new(&bytes[..]);
    std::io::Read::read_to_string(&mut decoder, &mut text).unwrap();
    assert_eq!(text, plain.text);
}
