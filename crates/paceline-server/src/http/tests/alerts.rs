//! Alerts over HTTP: a threshold from its making to its end, what holds it back, what it would have
//! done. Owns a clock that is turned by hand; refuses to wait.

use paceline_metrics::{Label, Labels, METRIC_NAME, Row, RowValue};
use serde_json::json;

use super::*;

struct World {
    server: Server,
    clock: Arc<Turned>,
}

impl World {
    fn new() -> Self {
        let clock = Turned::new();
        let server = Server::at(&clock);
        Self { server, clock }
    }

    async fn push(&self, name: &str, value: f64) {
        let sample = json!({"samples": [{"name": name, "value": value}]});
        let answer = self.post("/api/metrics/samples", sample).await;
        assert_eq!(answer["accepted"], 1, "{answer}");
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.server.ok("POST", path, body).await
    }

    async fn get(&self, path: &str) -> Value {
        self.server.ok("GET", path, Value::Null).await
    }

    /// A second later.
    async fn turn(&self) {
        self.clock.turn(1_000);
        self.server.operations.alerts.turn().await.unwrap();
    }

    async fn hot(&self) -> Value {
        let rule = json!({"name": "Hot", "severity": "critical",
            "threshold": {"metric": "heat", "above": 20}});
        self.post("/api/alert-rules", rule).await
    }

    async fn alerts(&self) -> Vec<Value> {
        let listed = self.get("/api/alerts").await;
        listed["items"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_threshold_fires_with_the_next_turn_and_is_over_with_the_one_after() {
    let world = World::new();
    let rule = world.hot().await;
    assert_eq!(rule["expr"], "avg(heat) > 20");
    assert_eq!(rule["enabled"], true);
    world.push("heat", 41.0).await;
    world.turn().await;
    let alert = world.alerts().await.remove(0);
    assert_eq!(alert["state"], "firing");
    assert_eq!(
        alert["labels"],
        json!({"alertname": "Hot", "severity": "critical"})
    );
    let sentence = text(&alert["sentence"]);
    assert!(
        sentence.starts_with("heat is 41, above 20, since "),
        "{sentence}"
    );
    assert_eq!(alert["link"], "/explore?q=avg%28heat%29");
    let listed = world.get("/prometheus/api/v1/alerts").await;
    assert_eq!(listed["data"]["alerts"][0]["value"], "41");
    world.push("heat", 4.0).await;
    world.turn().await;
    assert_eq!(world.alerts().await, Vec::<Value>::new());
    let over = world.get("/api/alerts?state=resolved").await;
    assert_eq!(over["items"][0]["fingerprint"], alert["fingerprint"]);
    let history = world.get("/api/alerts/history").await;
    let kinds: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["kind"])
        .collect();
    assert_eq!(kinds, ["resolved", "fired"]);
    let rules = world.get("/api/alert-rules?source=api").await;
    assert_eq!(rules["items"][0]["noise"]["fired"], 1);
}

#[tokio::test]
async fn with_for_it_is_pending_first_and_prometheus_sees_it_too() {
    let world = World::new();
    let rule = json!({"name": "Hot", "expr": "heat > 20", "for_seconds": 2,
        "annotations": {"summary": "{{ $value }} degrees"}});
    world.post("/api/alert-rules", rule).await;
    world.push("heat", 30.0).await;
    world.turn().await;
    assert_eq!(world.alerts().await[0]["state"], "pending");
    world.turn().await;
    world.turn().await;
    let alert = world.alerts().await.remove(0);
    assert_eq!(alert["state"], "firing");
    assert!(
        text(&alert["sentence"]).starts_with("30 degrees, since"),
        "{alert}"
    );
    let groups = world.get("/prometheus/api/v1/rules").await;
    let groups = groups["data"]["groups"].as_array().unwrap().clone();
    let api = groups.iter().find(|group| group["name"] == "api").unwrap();
    assert_eq!(api["rules"][0]["state"], "firing");
    assert_eq!(api["rules"][0]["duration"], 2.0);
}

#[tokio::test]
async fn what_is_switched_off_or_deleted_is_over() {
    let world = World::new();
    let rule_id = text(&world.hot().await["rule_id"]);
    world.push("heat", 41.0).await;
    world.turn().await;
    let path = format!("/api/alert-rules/{rule_id}");
    world
        .server
        .ok("PATCH", &path, json!({"enabled": false}))
        .await;
    world.turn().await;
    assert_eq!(world.alerts().await, Vec::<Value>::new());
    world
        .server
        .ok("PATCH", &path, json!({"enabled": true}))
        .await;
    world.turn().await;
    assert_eq!(world.alerts().await.len(), 1);
    world.server.ok("DELETE", &path, Value::Null).await;
    world.turn().await;
    assert_eq!(world.alerts().await, Vec::<Value>::new());
    let switch = json!({"enabled": false});
    let default = "/api/alert-rules/default.NoLeader";
    let off = world.server.ok("PATCH", default, switch).await;
    assert_eq!(off["enabled"], false);
    let answer = world.server.call("DELETE", default, "").await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (409, "invalid_state")
    );
    assert!(answer.hint().contains("switch it off"), "{}", answer.text);
}

#[tokio::test]
async fn an_acknowledgement_and_a_silence_are_shown_and_end() {
    let world = World::new();
    world.hot().await;
    world.push("heat", 41.0).await;
    world.turn().await;
    let fingerprint = text(&world.alerts().await[0]["fingerprint"]);
    let path = format!("/api/alerts/{fingerprint}/acknowledge");
    let seen = world
        .post(&path, json!({"by": "ada", "note": "on it"}))
        .await;
    assert_eq!(seen["acknowledged"]["by"], "ada");
    world.server.ok("DELETE", &path, Value::Null).await;
    assert_eq!(world.alerts().await[0].get("acknowledged"), None);
    let silence = json!({"matchers": [{"name": "alertname", "value": "H.*", "is_regex": true}],
        "duration_seconds": 60, "comment": "known"});
    let silence = world.post("/api/silences", silence).await;
    assert_eq!(
        (&silence["state"], &silence["silences"]),
        (&json!("active"), &json!(1))
    );
    assert_eq!(
        world.alerts().await[0]["silenced_by"][0],
        silence["silence_id"]
    );
    let path = format!("/api/silences/{}", text(&silence["silence_id"]));
    assert_eq!(
        world.server.ok("DELETE", &path, Value::Null).await["state"],
        "expired"
    );
    assert_eq!(world.alerts().await[0]["silenced_by"], json!([]));
    let again = world.server.call("DELETE", &path, "").await;
    assert_eq!(again.code(), "invalid_state");
}

#[tokio::test]
async fn a_preview_says_how_often_it_would_have_fired() {
    let world = World::new();
    for value in [1.0, 30.0, 1.0, 1.0, 40.0, 40.0, 1.0] {
        world.push("heat", value).await;
        world.clock.turn(60_000);
    }
    let preview =
        json!({"hours": 1, "rule": {"name": "", "threshold": {"metric": "heat", "above": 20}}});
    let answer = world.post("/api/alert-rules/preview", preview).await;
    assert_eq!(answer["times"], 2, "{answer}");
    assert_eq!(answer["limit"], 20.0);
    assert_eq!(answer["firings"].as_array().unwrap().len(), 2);
    let sentence = text(&answer["sentence"]);
    assert!(
        sentence.starts_with("would have fired 2 times in the last hour"),
        "{sentence}"
    );
    assert!(7 <= answer["series"][0]["values"].as_array().unwrap().len());
    let longer = json!({"hours": 1, "rule": {"name": "", "for_seconds": 90,
        "threshold": {"metric": "heat", "above": 20}}});
    let answer = world.post("/api/alert-rules/preview", longer).await;
    assert_eq!(answer["times"], 1, "{answer}");
}

#[tokio::test]
async fn a_rule_that_makes_no_sense_is_refused_by_field() {
    let world = World::new();
    let threshold = json!({"metric": "heat", "above": 1});
    for (rule, expected) in [
        (
            json!({"name": "", "threshold": threshold}),
            "`name` must be 1 to 200",
        ),
        (json!({"name": "a"}), "`threshold` or `expr`"),
        (
            json!({"name": "a", "threshold": threshold, "expr": "b"}),
            "not both",
        ),
        (json!({"name": "a", "expr": "rate(b)"}), "`expr`:"),
        (
            json!({"name": "a", "expr": "b[5m]"}),
            "needs an instant vector",
        ),
        (
            json!({"name": "a", "expr": "b", "annotations": {"x": "{{ range }}"}}),
            "`annotations` cannot be read",
        ),
        (
            json!({"name": "a", "expr": "b", "labels": {"severity": "x"}}),
            "`labels` must not hold `severity`",
        ),
        (
            json!({"name": "a", "expr": "b", "labels": {"a-b": "x"}}),
            "has the name `a-b`",
        ),
        (
            json!({"name": "a", "expr": "b", "for_seconds": 1e9 as u64}),
            "`for_seconds`",
        ),
        (json!({"name": "a", "expr": "b", "colour": 1}), "colour"),
    ] {
        let answer = world
            .server
            .call_json("POST", "/api/alert-rules", rule.clone())
            .await;
        assert_eq!(answer.status.as_u16(), 400, "{rule}");
        assert!(
            answer.message().contains(expected),
            "{rule}: {}",
            answer.text
        );
    }
    for (silence, expected) in [
        (
            json!({"matchers": [], "duration_seconds": 1}),
            "`matchers` must be 1 to",
        ),
        (
            json!({"matchers": [{"name": "a", "value": ".*", "is_regex": true}], "duration_seconds": 1}),
            "every alert",
        ),
        (
            json!({"matchers": [{"name": "a", "value": "(", "is_regex": true}], "duration_seconds": 1}),
            "cannot be read",
        ),
        (
            json!({"matchers": [{"name": "a", "value": "b"}]}),
            "`ends_at` or `duration_seconds`",
        ),
        (
            json!({"matchers": [{"name": "a", "value": "b"}], "ends_at": "2020-01-01T00:00:00Z"}),
            "not past",
        ),
    ] {
        let answer = world
            .server
            .call_json("POST", "/api/silences", silence.clone())
            .await;
        assert_eq!(answer.status.as_u16(), 400, "{silence}");
        assert!(
            answer.message().contains(expected),
            "{silence}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_rule_that_matches_a_hundred_thousand_series_says_so_and_changes_nothing() {
    let world = World::new();
    let rule = json!({"name": "All", "expr": "many"});
    world.post("/api/alert-rules", rule).await;
    let push = async |count: usize| {
        let at: Arc<str> = "at".into();
        let name = Label {
            name: METRIC_NAME.into(),
            value: "many".into(),
        };
        let label = |number: usize| Label {
            name: Arc::clone(&at),
            value: number.to_string().into(),
        };
        let values = (0..count).map(|number| RowValue {
            key: Labels::new([name.clone(), label(number)]),
            value: 1.0,
        });
        let row = Row {
            labels: Labels::default(),
            at_ms: world.clock.now().wall.0,
            values: values.collect(),
        };
        let metrics = &world.server.operations.metrics;
        metrics.append(vec![row]).await.unwrap();
    };
    push(2).await;
    world.turn().await;
    assert_eq!(world.alerts().await.len(), 2);
    push(100_000).await;
    world.turn().await;
    let rules = world.get("/api/alert-rules?name=All").await;
    let rule = &rules["items"][0];
    assert_eq!(rule["health"], "err");
    let error = text(&rule["last_error"]);
    assert!(error.contains("100000 alerts, at most 1000"), "{rule}");
    assert_eq!(world.alerts().await.len(), 2);
}

#[tokio::test]
async fn a_retried_creation_makes_one_rule() {
    let world = World::new();
    let body = json!({"name": "Hot", "expr": "heat > 1"}).to_string();
    let mut made = Vec::new();
    for _ in 0..2 {
        let mut request = request("POST", "/api/alert-rules", &body);
        let headers = request.headers_mut();
        headers.insert("idempotency-key", "once".parse().unwrap());
        let answer = world.server.send(request).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
        made.push(text(&answer.body["rule_id"]));
    }
    assert_eq!(made[0], made[1]);
    let rules = world.get("/api/alert-rules?source=api").await;
    assert_eq!(rules["items"].as_array().unwrap().len(), 1);
}

/// The name says nothing, or something else.
#[tokio::test]
async fn a_limit_has_the_unit_of_the_metrics_definition_whenever_that_comes() {
    let world = World::new();
    let define = |unit: &str| json!({"name": "heat", "kind": "gauge", "unit": unit});
    world.hot().await;
    world.push("heat", 4_000.0).await;
    world.turn().await;
    assert_eq!(world.alerts().await[0]["unit"], "plain");
    world
        .post("/api/metrics/definitions", define("bytes"))
        .await;
    world.turn().await;
    let alert = world.alerts().await.remove(0);
    assert_eq!(alert["unit"], "bytes");
    let sentence = text(&alert["sentence"]);
    assert!(
        sentence.starts_with("heat is 4 kB, above 20 B"),
        "{sentence}"
    );
    let rule = json!({"name": "", "threshold": {"metric": "heat", "above": 20}});
    let preview = json!({"hours": 1, "rule": rule});
    let preview = world.post("/api/alert-rules/preview", preview).await;
    assert_eq!(preview["unit"], "bytes");
    // Said anew, and of a rule that is made after the definition.
    world.post("/api/metrics/definitions", define("ms")).await;
    let cold = json!({"name": "Cold", "threshold": {"metric": "heat", "below": 20_000}});
    world.post("/api/alert-rules", cold).await;
    world.turn().await;
    for alert in world.alerts().await {
        assert_eq!(alert["unit"], "milliseconds", "{alert}");
    }
}

#[tokio::test]
async fn a_counters_rate_has_no_unit_but_bytes() {
    let world = World::new();
    for (name, unit, expected) in [("read", "bytes", "bytes"), ("busy", "seconds", "plain")] {
        let define = json!({"name": name, "kind": "counter", "unit": unit});
        world.post("/api/metrics/definitions", define).await;
        let rule = json!({"name": "", "threshold": {"metric": name, "statistic": "rate_per_second", "above": 1}});
        let preview = json!({"hours": 1, "rule": rule});
        let preview = world.post("/api/alert-rules/preview", preview).await;
        assert_eq!(preview["unit"], expected, "{name}");
    }
}
