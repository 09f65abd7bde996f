//! Definitions and samples of custom metrics, as far as the surface decides.

use paceline_metrics::{MatchOp, Matcher, Select, SeriesSource, TimeRange};
use serde_json::json;

use super::*;

impl Server {
    /// Every series of a metric with its newest value, sorted.
    fn stored(&self, name: &str) -> Vec<(String, f64)> {
        let select = Select {
            matchers: vec![Matcher::new("__name__", MatchOp::Equal, name).unwrap()],
            range: TimeRange {
                from_ms: 0,
                to_ms: i64::MAX,
            },
            step_ms: 0,
            window_ms: 0,
            function: None,
            is_newest_enough: false,
        };
        let selection = self.operations.metrics.engine().select(&select).unwrap();
        let newest = selection.series.map(|series| {
            let series = series.unwrap();
            (series.labels.to_string(), *series.values.last().unwrap())
        });
        let mut all: Vec<_> = newest.collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all
    }

    async fn record(&self, body: Value) -> Value {
        self.ok("POST", "/api/metrics/samples", body).await
    }
}

#[tokio::test]
async fn a_metric_that_was_never_defined_starts_with_its_first_sample() {
    let server = Server::start();
    let agent = server.agent().await;
    let answer = server
        .record(json!({"samples": [
            {"agent_id": agent, "name": "builds_total", "value": 3, "labels": {"kind": "nightly"}},
            {"name": "queue_seconds", "value": 0.5},
        ]}))
        .await;
    assert_eq!(answer, json!({"accepted": 2, "rejected": []}));
    let series = format!(r#"builds_total{{agent="{agent}", kind="nightly"}}"#);
    assert_eq!(server.stored("builds_total"), [(series, 3.0)]);
    assert_eq!(
        server.stored("queue_seconds"),
        [("queue_seconds".to_owned(), 0.5)]
    );
}

#[tokio::test]
async fn a_row_has_one_time_and_many_values() {
    let server = Server::start();
    let at = paceline_api::Timestamp::from_millis(server.operations.metrics.now_ms() - 5_000);
    let row = json!({"labels": {"host": "a"}, "at": at, "values": {"x": 1, "y": 2.5}});
    let answer = server.record(json!({"rows": [row]})).await;
    assert_eq!(answer["accepted"], 2);
    assert_eq!(server.stored("y"), [(r#"y{host="a"}"#.to_owned(), 2.5)]);
    // A retry is not a second sample, and no conflict.
    let row = json!({"labels": {"host": "a"}, "at": at, "values": {"x": 1}});
    assert_eq!(server.record(json!({"rows": [row]})).await["accepted"], 1);
}

#[tokio::test]
async fn a_bad_sample_is_told_by_its_place_and_the_rest_are_kept() {
    let server = Server::start();
    let answer = server
        .record(json!({
            "samples": [
                {"name": "ok", "value": 1},
                {"name": "not ok", "value": 1},
                {"name": "paceline_tasks", "value": 1},
                {"name": "ok2", "value": 1, "labels": {"agent": "somebody"}},
                {"name": "ok3", "value": 1, "labels": {"a-b": "x"}},
                {"name": "ok4", "value": 1, "labels": {"a": "\u{0}"}},
                {"name": "ok5", "value": 1, "agent_id": ""},
            ],
            "rows": [{"values": {"fine": 1, "1wrong": 2}}],
        }))
        .await;
    assert_eq!(answer["accepted"], 2);
    let rejected = answer["rejected"].as_array().unwrap();
    let told: Vec<_> = rejected
        .iter()
        .map(|one| {
            (
                one["index"].as_u64().unwrap(),
                one["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, "invalid_argument"),
            (2, "forbidden"),
            (3, "invalid_argument"),
            (4, "invalid_argument"),
            (5, "invalid_argument"),
            (6, "invalid_argument"),
            (7, "invalid_argument"),
        ]
    );
    assert!(
        rejected[2]["message"]
            .as_str()
            .unwrap()
            .contains("agent_id")
    );
    assert_eq!(
        server.operations.metrics.stats().refused_total["invalid"],
        7
    );
}

#[tokio::test]
async fn bodies_that_cannot_be_samples_are_refused_whole() {
    let server = Server::start();
    let check = async |body: String, status: u16, words: &str| {
        let answer = server.call("POST", "/api/metrics/samples", &body).await;
        let shown = &body[..body.len().min(80)];
        assert_eq!(answer.status.as_u16(), status, "{shown}: {}", answer.text);
        assert!(answer.message().contains(words), "{shown}: {}", answer.text);
    };
    let sample = |value: &str| format!(r#"{{"samples":[{{"name":"a","value":{value}}}]}}"#);
    check(String::new(), 400, "empty").await;
    check("{}".to_owned(), 400, "must hold something").await;
    check(r#"{"samples":[]}"#.to_owned(), 400, "must hold something").await;
    check(sample("NaN"), 400, "JSON").await;
    check(sample("Infinity"), 400, "JSON").await;
    check(sample("1e999"), 400, "out of range").await;
    check(sample("null"), 400, "samples[0].value").await;
    check(sample(r#""NaN""#), 400, "samples[0].value").await;
    check(sample("[1]"), 400, "samples[0].value").await;
    let many = [r#"{"name":"a","value":1}"#; 20_001].join(",");
    check(format!(r#"{{"samples":[{many}]}}"#), 413, "20001 values").await;
    let enormous = " ".repeat(5 * 1024 * 1024);
    check(enormous, 413, "larger than").await;
}

#[tokio::test]
async fn a_definition_is_kept_and_its_kind_stays() {
    let server = Server::start();
    let define = |body: Value| server.call_json("POST", "/api/metrics/definitions", body);
    let body = json!({"name": "a_seconds", "kind": "gauge", "unit": "seconds"});
    let made = define(body.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(
        made.body,
        json!({"name": "a_seconds", "kind": "gauge", "unit": "seconds", "description": ""})
    );
    assert_eq!(define(body).await.status, StatusCode::CREATED);
    let other = define(json!({"name": "a_seconds", "kind": "counter"})).await;
    assert_eq!((other.status.as_u16(), other.code()), (409, "conflict"));
    for (body, words) in [
        (json!({"name": "b", "kind": "dial"}), "kind"),
        (json!({"name": "b b", "kind": "gauge"}), "`name`"),
        (
            json!({"name": "b", "kind": "gauge", "unit": "x".repeat(65)}),
            "`unit`",
        ),
        (
            json!({"name": "b", "kind": "gauge", "description": "\u{7}"}),
            "`description`",
        ),
    ] {
        let refused = define(body).await;
        assert_eq!(refused.code(), "invalid_argument", "{}", refused.text);
        assert!(refused.message().contains(words), "{}", refused.text);
    }
    let own = define(json!({"name": "paceline_x", "kind": "gauge"})).await;
    assert_eq!(own.code(), "forbidden");
}

#[tokio::test]
async fn definitions_are_listed_by_name_in_pages() {
    let server = Server::start();
    for name in ["b_total", "a_total", "b_seconds", "c"] {
        let body = json!({"name": name, "kind": "gauge"});
        server.ok("POST", "/api/metrics/definitions", body).await;
    }
    let list = async |query: &str| {
        let path = format!("/api/metrics/definitions?{query}");
        server.ok("GET", &path, Value::Null).await
    };
    let names = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|one| text(&one["name"])).collect()
    };
    let first = list("limit=1&prefix=b_").await;
    assert_eq!(names(&first), ["b_seconds"]);
    let next = list("limit=1&prefix=b_&cursor=b_seconds").await;
    assert_eq!(
        (names(&next), &next["next_cursor"]),
        (vec!["b_total".to_owned()], &Value::Null)
    );
    assert_eq!(
        names(&list("").await),
        ["a_total", "b_seconds", "b_total", "c"]
    );
}

#[tokio::test]
async fn an_agents_token_writes_as_that_agent_only() {
    let server = Server::with_tokens(true);
    let register = |name: &str| {
        let caller = crate::operations::Caller::internal();
        let request = paceline_api::AgentRegisterRequest {
            name: Some(name.to_owned()),
            ..<_>::default()
        };
        let operations = Arc::clone(&server.operations);
        async move { operations.agent_register(&caller, request).await.unwrap() }
    };
    let (mine, other) = (register("mine").await, register("other").await);
    let body = json!({"samples": [
        {"name": "a", "value": 1},
        {"name": "b", "value": 1, "agent_id": other.agent_id},
        {"name": "c", "value": 1, "agent_id": mine.agent_id},
    ]});
    let mut request = request("POST", "/api/metrics/samples", &body.to_string());
    let bearer = format!("Bearer {}", mine.token).parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    let answer = server.send(request).await;
    assert_eq!(answer.body["accepted"], 2, "{}", answer.text);
    assert_eq!(answer.body["rejected"][0]["index"], 1);
    assert_eq!(answer.body["rejected"][0]["code"], "forbidden");
    let series = format!(r#"a{{agent="{}"}}"#, mine.agent_id);
    assert_eq!(server.stored("a"), [(series, 1.0)]);
    assert!(server.stored("b").is_empty());
}

#[tokio::test]
async fn switched_off_it_takes_nothing_and_coordination_goes_on() {
    let server = Server::start();
    let flag = "/api/features/enable-agent-metrics";
    server.ok("PUT", flag, json!({"enabled": false})).await;
    let body = r#"{"samples":[{"name":"a","value":1}]}"#;
    for (method, path, body) in [
        ("POST", "/api/metrics/samples", body),
        (
            "POST",
            "/api/metrics/definitions",
            r#"{"name":"a","kind":"gauge"}"#,
        ),
        ("GET", "/api/metrics/definitions", ""),
    ] {
        let answer = server.call(method, path, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (404, "feature_disabled"),
            "{path}"
        );
    }
    assert!(server.stored("a").is_empty());
    server.task().await;
    server.ok("PUT", flag, json!({"enabled": true})).await;
    let body = serde_json::from_str(body).unwrap();
    assert_eq!(server.record(body).await["accepted"], 1);
}
