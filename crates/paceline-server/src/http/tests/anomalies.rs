//! Anomalies over HTTP: what was planted in a custom metric from its beginning to its end, what a
//! person calls none, what a restart keeps. Owns a clock that is turned by hand; refuses to wait.

use paceline_metrics::{Label, Labels, Row, RowValue};
use serde_json::json;

use super::*;
use crate::anomalies::{Anomalies, SERIES_MAX};

const MINUTE_MS: i64 = 60_000;

struct World {
    server: Server,
    clock: Arc<Turned>,
    anomalies: Arc<Anomalies>,
    noise: u64,
}

impl World {
    async fn new() -> Self {
        let clock = Turned::new();
        let server = Server::at(&clock);
        let anomalies = Arc::clone(&server.operations.anomalies);
        anomalies.begin().await.unwrap();
        // Since here rows are shown.
        anomalies.turn().await.unwrap();
        Self {
            server,
            clock,
            anomalies,
            noise: 7,
        }
    }

    /// What a server has that starts anew on the same directory.
    async fn restart(&mut self) {
        let clock = || Arc::clone(&self.clock) as Arc<dyn Clock>;
        self.anomalies = Arc::new(Anomalies::new(
            Arc::clone(&self.server.store) as Arc<dyn Store>,
            clock(),
            Arc::new(Recorder::new(clock())),
            Arc::clone(&self.server.operations.metrics),
            self.server.directory.path().to_owned(),
        ));
        self.anomalies.begin().await.unwrap();
        self.anomalies.turn().await.unwrap();
    }

    /// About zero, between minus two and two; the same in every run.
    fn noise(&mut self) -> f64 {
        let mut sum = 0.0;
        for _ in 0..4 {
            self.noise = self
                .noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            sum += (self.noise >> 40) as f64 / (1_u64 << 24) as f64;
        }
        sum - 2.0
    }

    /// Minutes in which each metric has a value about its own.
    async fn minutes(&mut self, minutes: usize, metrics: &[(&str, f64)]) {
        for _ in 0..minutes {
            self.clock.turn(MINUTE_MS);
            let mut samples = Vec::new();
            for (name, value) in metrics {
                samples.push(json!({"name": name, "value": value + self.noise()}));
            }
            let body = json!({"samples": samples});
            let answer = self.server.ok("POST", "/api/metrics/samples", body).await;
            assert_eq!(answer["accepted"], metrics.len(), "{answer}");
            self.anomalies.turn().await.unwrap();
        }
    }

    async fn list(&self, query: &str) -> Value {
        let path = format!("/api/anomalies{query}");
        self.server.ok("GET", &path, Value::Null).await
    }

    async fn items(&self, query: &str) -> Vec<Value> {
        self.list(query).await["items"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_planted_shift_is_told_in_a_sentence_from_its_start_to_its_end() {
    let mut world = World::new().await;
    world.minutes(120, &[("heat", 20.0), ("calm", 50.0)]).await;
    assert_eq!(world.items("").await, Vec::<Value>::new());
    let before_ms = world.clock.now().wall.0;
    world.minutes(15, &[("heat", 60.0), ("calm", 50.0)]).await;
    let items = world.items("").await;
    assert_eq!(items.len(), 1, "{items:?}");
    let anomaly = &items[0];
    assert_eq!(anomaly["subject"], "heat");
    assert_eq!(anomaly["expr"], "heat");
    assert_eq!(anomaly["link"], "/explore?q=heat");
    assert_eq!(anomaly["kind"], "level_shift");
    assert_eq!(anomaly["resolution_seconds"], 60.0);
    assert_eq!(anomaly.get("ended_at"), None);
    let sentence = text(&anomaly["sentence"]);
    assert!(
        sentence.starts_with("heat is 6") || sentence.starts_with("heat is 5"),
        "{sentence}"
    );
    assert!(sentence.contains(", normally 1"), "{sentence}");
    assert!(sentence.contains(", since "), "{sentence}");
    let started: paceline_api::Timestamp =
        serde_json::from_value(anomaly["started_at"].clone()).unwrap();
    assert!(
        (0..=3 * MINUTE_MS).contains(&(started.0 - before_ms)),
        "{anomaly}"
    );
    let rate = &world.list("").await["rate"];
    assert_eq!(
        (&rate["watched"], &rate["anomalous"]),
        (&json!(2), &json!(1))
    );
    assert!(0 < rate["state_bytes"].as_u64().unwrap());
    world.minutes(20, &[("heat", 20.0), ("calm", 50.0)]).await;
    let items = world.items("?about=heat").await;
    assert!(items[0]["ended_at"].is_string(), "{items:?}");
    assert_eq!(world.items("?about=calm").await, Vec::<Value>::new());
    assert_eq!(world.list("").await["rate"]["anomalous"], 0);
}

#[tokio::test]
async fn what_a_person_calls_none_is_not_told_again_until_it_is_larger() {
    let mut world = World::new().await;
    world.minutes(120, &[("heat", 20.0), ("cold", 20.0)]).await;
    world.minutes(3, &[("heat", 60.0), ("cold", 60.0)]).await;
    let items = world.items("?about=heat").await;
    assert_eq!(items[0]["together_with"], json!(["cold"]));
    let sentence = text(&items[0]["sentence"]);
    assert!(
        sentence.ends_with("; cold moved at the same moment"),
        "{sentence}"
    );
    let path = format!("/api/anomalies/{}/dismiss", text(&items[0]["anomaly_id"]));
    let dismissed = world.server.ok("POST", &path, Value::Null).await;
    assert_eq!(dismissed["is_dismissed"], true);
    assert!(dismissed["ended_at"].is_string(), "{dismissed}");
    let again = world.server.ok("POST", &path, Value::Null).await;
    assert_eq!(again, dismissed);
    world.minutes(60, &[("heat", 20.0), ("cold", 20.0)]).await;
    world.minutes(3, &[("heat", 60.0), ("cold", 60.0)]).await;
    assert_eq!(world.items("?about=heat").await, [dismissed]);
    assert_eq!(world.items("?about=cold").await.len(), 2);
    world.minutes(60, &[("heat", 20.0)]).await;
    world.minutes(3, &[("heat", 400.0)]).await;
    assert_eq!(world.items("?about=heat").await.len(), 2);
    let unknown = world
        .server
        .call("POST", "/api/anomalies/anm_x/dismiss", "")
        .await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.code()),
        (404, "not_found")
    );
}

#[tokio::test]
async fn a_restart_keeps_what_was_learnt_and_tells_nothing_of_itself() {
    let mut world = World::new().await;
    world.minutes(120, &[("heat", 20.0), ("lost", 20.0)]).await;
    world.minutes(2, &[("heat", 60.0), ("lost", 60.0)]).await;
    let before = world.items("").await;
    assert_eq!(before.len(), 2);
    let path = format!("/api/anomalies/{}/dismiss", text(&before[0]["anomaly_id"]));
    let dismissed = world.server.ok("POST", &path, Value::Null).await;
    let is_heat = dismissed["subject"] == "heat";
    world.anomalies.save().await;
    world.clock.turn(3 * MINUTE_MS);
    world.restart().await;
    let goes_on = |one: &&Value| one.get("ended_at").is_none();
    let items = world.items("").await;
    assert_eq!(items.iter().filter(goes_on).count(), 1, "{items:?}");
    // One of the two never comes back, which is not told, and what went on of it ends.
    world.minutes(40, &[("heat", 20.0)]).await;
    let items = world.items("").await;
    assert_eq!(items.len(), 2, "{items:?}");
    assert!(
        items.iter().all(|one| one["ended_at"].is_string()),
        "{items:?}"
    );
    // Without an hour of learning anew; and the thumb down was kept.
    world.minutes(3, &[("heat", 60.0)]).await;
    assert_eq!(world.items("").await.len(), if is_heat { 2 } else { 3 });
    world.minutes(20, &[("heat", 20.0)]).await;
    world.minutes(3, &[("heat", 400.0)]).await;
    assert_eq!(world.items("").await.len(), if is_heat { 3 } else { 4 });
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_begun_anew() {
    let mut world = World::new().await;
    world.minutes(30, &[("heat", 20.0)]).await;
    world.anomalies.save().await;
    let path = world.server.directory.path().join("anomalies.zst");
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    world.restart().await;
    world.minutes(3, &[("heat", 20.0)]).await;
    assert_eq!(
        world.anomalies.rate().watched,
        0,
        "its cadence is learnt anew"
    );
    world.anomalies.save().await;
    assert_ne!(std::fs::read(&path).unwrap(), bytes);
}

#[tokio::test]
async fn series_beyond_the_most_are_counted_and_not_watched() {
    let world = World::new().await;
    let name: Arc<str> = "n".into();
    let values = (0..SERIES_MAX + 7).map(|number| RowValue {
        key: Labels::new([
            Label {
                name: paceline_metrics::METRIC_NAME.into(),
                value: "many".into(),
            },
            Label {
                name: Arc::clone(&name),
                value: number.to_string().into(),
            },
        ]),
        value: 1.0,
    });
    let row = Row {
        labels: Labels::default(),
        at_ms: world.clock.now().wall.0,
        values: values.collect(),
    };
    world
        .server
        .operations
        .metrics
        .append(vec![row])
        .await
        .unwrap();
    world.clock.turn(MINUTE_MS);
    world.anomalies.turn().await.unwrap();
    let sentence = text(&world.list("").await["rate"]["sentence"]);
    assert!(sentence.contains("; 7 more are not watched"), "{sentence}");
    let families = world.anomalies.families();
    let named = |name: &str| families.iter().find(|family| family.about.name == name);
    let refused = named("paceline_anomaly_series_refused").unwrap();
    assert_eq!(refused.points[0].value, 7.0);
}

#[tokio::test]
async fn with_agent_metrics_off_custom_series_are_not_watched() {
    let mut world = World::new().await;
    world.minutes(120, &[("heat", 20.0)]).await;
    world.minutes(3, &[("heat", 60.0)]).await;
    assert_eq!(world.list("").await["rate"]["anomalous"], 1);
    let switch = |enabled: bool| json!({ "enabled": enabled });
    let feature = "/api/features/enable-agent-metrics";
    world.server.ok("PUT", feature, switch(false)).await;
    world.clock.turn(MINUTE_MS);
    world.anomalies.turn().await.unwrap();
    let rate = &world.list("").await["rate"];
    assert_eq!(
        (&rate["watched"], &rate["anomalous"]),
        (&json!(0), &json!(0))
    );
    assert!(world.items("").await[0]["ended_at"].is_string());
    // Rows that the engine takes all the same are nobody's.
    let labels = Labels::from_pairs([(paceline_metrics::METRIC_NAME, "heat")]);
    let row = |at_ms| Row {
        labels: Labels::default(),
        at_ms,
        values: vec![RowValue {
            key: labels.clone(),
            value: 400.0,
        }],
    };
    for _ in 0..10 {
        world.clock.turn(MINUTE_MS);
        let at_ms = world.clock.now().wall.0;
        let metrics = &world.server.operations.metrics;
        metrics.append_own(vec![row(at_ms)]).await.unwrap();
        world.anomalies.turn().await.unwrap();
    }
    assert_eq!(world.items("").await.len(), 1);
    world.server.ok("PUT", feature, switch(true)).await;
    world.anomalies.turn().await.unwrap();
    world.minutes(30, &[("heat", 20.0)]).await;
    assert_eq!(world.items("").await.len(), 1);
    world.minutes(3, &[("heat", 60.0)]).await;
    assert_eq!(
        world.items("").await.len(),
        2,
        "what was learnt before is still known"
    );
}

#[tokio::test]
async fn an_agent_whose_tasks_take_longer_than_its_peers_is_told_on_its_page() {
    let world = World::new().await;
    let mut agents = Vec::new();
    for _ in 0..6 {
        agents.push(world.server.agent().await);
    }
    world.clock.turn(3 * MINUTE_MS);
    round(&world, &agents, 10_000, 15).await;
    assert_eq!(world.items("").await, Vec::<Value>::new());
    round(&world, &agents, 50_000, 20).await;
    let path = format!("?agent_id={}", agents[0]);
    let items = world.items(&path).await;
    assert_eq!(items.len(), 1, "{items:?}");
    assert_eq!(items[0]["kind"], "peer_out_of_line");
    assert_eq!(items[0]["link"], format!("/agents/{}", agents[0]));
    let sentence = text(&items[0]["sentence"]);
    let expected = "above the other 5 agents of its type, which are at ";
    assert!(sentence.contains(expected), "{sentence}");
    assert_eq!(world.items("").await, items, "nobody else is");
}

#[tokio::test]
async fn the_past_is_judged_although_nobody_watched_it() {
    let mut world = World::new().await;
    let now_ms = world.clock.now().wall.0;
    let begun_ms = now_ms - 12 * 3_600_000;
    // An hour of 60 instead of 20, two hours ago; the counter rises ten times as fast in it.
    let high = now_ms - 2 * 3_600_000..now_ms - 3_600_000;
    let (mut rows, mut total) = (Vec::new(), 0.0);
    for at_ms in (begun_ms..=now_ms).step_by(30_000) {
        let is_high = high.contains(&at_ms);
        let heat = world.noise() + if is_high { 60.0 } else { 20.0 };
        total += (world.noise() + 3.0) * if is_high { 10.0 } else { 1.0 };
        let value = |name: &str, value| RowValue {
            key: Labels::from_pairs([(paceline_metrics::METRIC_NAME, name)]),
            value,
        };
        let calm = world.noise() + 50.0;
        rows.push(Row {
            labels: Labels::default(),
            at_ms,
            values: vec![
                value("heat", heat),
                value("work_total", total),
                value("calm", calm),
            ],
        });
    }
    let metrics = &world.server.operations.metrics;
    metrics.append(rows).await.unwrap();
    let preview = async |expr: &str| {
        let from = paceline_api::Timestamp(now_ms - 6 * 3_600_000);
        let body = json!({"expr": expr, "from": from, "step_seconds": 60});
        let path = "/api/anomalies/preview";
        world.server.ok("POST", path, body).await
    };
    for (expr, subject) in [("heat", "heat"), ("work_total", "work_total a second")] {
        let found = preview(expr).await;
        let items = found["items"].as_array().unwrap();
        assert_eq!((items.len(), &found["unjudged"]), (1, &json!(0)), "{found}");
        assert_eq!(items[0]["subject"], subject);
        assert_eq!(items[0]["kind"], "level_shift");
        let time = |field: &str| -> i64 {
            let at: paceline_api::Timestamp =
                serde_json::from_value(items[0][field].clone()).unwrap();
            at.0
        };
        for (told_ms, planted_ms) in [
            (time("started_at"), high.start),
            (time("ended_at"), high.end),
        ] {
            let apart_ms = (told_ms - planted_ms).abs();
            assert!(apart_ms <= 8 * MINUTE_MS, "{apart_ms} ms apart: {found}");
        }
        let sentence = text(&found["sentence"]);
        assert!(sentence.starts_with("1 anomaly, since "), "{sentence}");
    }
    let found = preview("heat + 1").await;
    assert_eq!(found["items"][0]["subject"], "`heat + 1`");
    assert_eq!(preview("calm").await["sentence"], "no anomaly in 1 series");
    let found = preview("nothing").await;
    assert_eq!(found["sentence"], "the question has no answer in this time");
    assert_eq!(
        world.items("").await,
        Vec::<Value>::new(),
        "nothing is kept"
    );
}

/// Twelve hours of values about 20, each series as often as it says.
async fn a_past(world: &mut World, series: &[(&str, i64)]) {
    let now_ms = world.clock.now().wall.0;
    let mut rows = Vec::new();
    for at_ms in (now_ms - 12 * 3_600_000..now_ms).step_by(10_000) {
        let due = series
            .iter()
            .filter(|(_, step_ms)| (now_ms - at_ms) % step_ms == 0);
        let values = due.map(|(name, _)| RowValue {
            key: Labels::from_pairs([(paceline_metrics::METRIC_NAME, *name)]),
            value: 20.0 + world.noise(),
        });
        rows.push(Row {
            labels: Labels::default(),
            at_ms,
            values: values.collect(),
        });
    }
    rows.retain(|row| !row.values.is_empty());
    let metrics = &world.server.operations.metrics;
    metrics.append(rows).await.unwrap();
}

#[tokio::test]
async fn a_preview_looks_as_often_as_values_come() {
    let mut world = World::new().await;
    a_past(&mut world, &[("fast", 10_000), ("slow", 5 * MINUTE_MS)]).await;
    for (name, seconds) in [("fast", 60.0), ("slow", 300.0)] {
        let body = json!({ "expr": name });
        let path = "/api/anomalies/preview";
        let found = world.server.ok("POST", path, body).await;
        assert_eq!(found["step_seconds"], seconds, "{found}");
        assert_eq!(found["unjudged"], 0, "{found}");
    }
}

#[tokio::test]
async fn what_was_stored_before_it_was_watched_is_learnt_at_once() {
    let mut world = World::new().await;
    a_past(&mut world, &[("heat", MINUTE_MS)]).await;
    world.minutes(12, &[("heat", 20.0), ("new", 20.0)]).await;
    world.minutes(3, &[("heat", 60.0), ("new", 60.0)]).await;
    let items = world.items("").await;
    assert_eq!(items.len(), 1, "{items:?}");
    assert_eq!(items[0]["subject"], "heat");
}

#[tokio::test]
async fn a_preview_that_makes_no_sense_is_refused_by_name() {
    let world = World::new().await;
    let check = async |body: Value, expected: &str| {
        let body = body.to_string();
        let path = "/api/anomalies/preview";
        let answer = world.server.call("POST", path, &body).await;
        assert_eq!(answer.status.as_u16(), 400, "{body}");
        let said = answer.body.to_string();
        assert!(said.contains(expected), "{said}");
    };
    check(json!({"expr": "heat{"}), "`expr`").await;
    check(json!({"expr": "\"text\""}), "`expr`").await;
    let late = "2999-01-01T00:00:00Z";
    check(
        json!({"expr": "heat", "from": late}),
        "`from` must be before",
    )
    .await;
    check(
        json!({"expr": "heat", "step_seconds": 1}),
        "`step_seconds` must be 35 to 3600",
    )
    .await;
    check(
        json!({"expr": "heat", "step_seconds": -1}),
        "`step_seconds`",
    )
    .await;
    let seconds = u64::MAX;
    check(
        json!({"expr": "heat", "learn_seconds": seconds}),
        "at most 833",
    )
    .await;
    check(
        json!({"expr": "heat", "learn_seconds": 1e30}),
        "learn_seconds",
    )
    .await;
}

/// Every minute each agent finishes a task after ten seconds, the first one after its own time.
async fn round(world: &World, agents: &[String], slow_ms: i64, rounds: usize) {
    for _ in 0..rounds {
        let mut claimed = Vec::new();
        for agent in agents {
            world.server.task().await;
            let said = json!({"agent_id": agent, "lease_seconds": 300});
            claimed.push(world.server.ok("POST", "/api/tasks/claim", said).await);
        }
        let turns = [(10_000, 1..agents.len()), (slow_ms - 10_000, 0..1)];
        for (wait_ms, which) in turns {
            world.clock.turn(wait_ms);
            for at in which {
                let task = text(&claimed[at]["task"]["task_id"]);
                let said = json!({"agent_id": agents[at], "fence": claimed[at]["fence"]});
                let path = format!("/api/tasks/{task}/complete");
                world.server.ok("POST", &path, said).await;
            }
        }
        world.anomalies.turn().await.unwrap();
        world.clock.turn(MINUTE_MS);
        world.anomalies.turn().await.unwrap();
    }
}

/// Less than two hours of values say nothing to a question over the last day.
#[tokio::test]
async fn an_alert_has_the_normal_range_of_its_series_detector() {
    let mut world = World::new().await;
    for (name, threshold) in [
        ("Hot", json!({"metric": "heat", "above": 30})),
        ("Both", json!({"metric": "twin", "above": 30})),
    ] {
        let rule = json!({"name": name, "threshold": threshold});
        world.server.ok("POST", "/api/alert-rules", rule).await;
    }
    let labelled = json!({"samples": [{"name": "twin", "value": 50, "labels": {"a": "b"}}]});
    let path = "/api/metrics/samples";
    world.server.ok("POST", path, labelled).await;
    world.minutes(90, &[("heat", 20.0), ("twin", 20.0)]).await;
    world.minutes(1, &[("heat", 60.0), ("twin", 60.0)]).await;
    world.server.operations.alerts.turn().await.unwrap();
    let alerts = world.server.ok("GET", "/api/alerts", Value::Null).await;
    let find = |name: &str| {
        let mut all = alerts["items"].as_array().unwrap().iter();
        all.find(|one| one["name"] == name).unwrap()
    };
    let hot = find("Hot");
    let (low, high) = (hot["normal_low"].as_f64(), hot["normal_high"].as_f64());
    let (low, high) = (low.unwrap(), high.unwrap());
    assert!((17.0..20.0).contains(&low), "{hot}");
    assert!((20.0..23.0).contains(&high), "{hot}");
    assert!(text(&hot["sentence"]).contains(", normally 1"), "{hot}");
    // Of two series none is the one that their average is of.
    assert_eq!(find("Both").get("normal_low"), None);
}
