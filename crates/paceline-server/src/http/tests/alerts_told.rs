//! Who is told of alerts: a receiver on loopback, from the alert's beginning to its end, over failures and
//! restarts. Owns a clock that is turned by hand; refuses a receiver that is not there.

use std::path::PathBuf;

use paceline_api::AlertSeverity;
use parking_lot::Mutex;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::*;
use crate::alerts::{Alerts, Settings};
use crate::forward::Credentials;
use crate::notify::tests::receiver::{Receiver, status};
use crate::notify::{Address, AllowedHosts, Authorities, Channel, Endpoint, Notifier, Target};

const OK: &str = "200 OK";

pub(super) struct World {
    pub(super) server: Server,
    pub(super) clock: Arc<Turned>,
    delivering: Mutex<Option<(watch::Sender<bool>, JoinHandle<()>)>>,
}

impl World {
    /// One webhook, to the receiver.
    pub(super) async fn telling(receiver: &Receiver, after_seconds: u64) -> Self {
        Self::with(vec![hook(receiver, after_seconds)]).await
    }

    pub(super) async fn with(channels: Vec<Channel>) -> Self {
        let clock = Turned::new();
        let server = Server::at(&clock);
        let world = Self {
            server,
            clock,
            delivering: Mutex::default(),
        };
        let alerts = Arc::clone(&world.server.operations.alerts);
        world.serve(alerts, channels, Vec::new()).await;
        world
    }

    async fn serve(&self, alerts: Arc<Alerts>, channels: Vec<Channel>, rules: Vec<PathBuf>) {
        let allowed = AllowedHosts::parse(&["127.0.0.1".to_owned()]).unwrap();
        let notifier = Notifier::new(channels, allowed, None).unwrap();
        alerts.configure(Settings {
            notifier: Some(Arc::new(notifier)),
            rules,
            ..Settings::default()
        });
        alerts.restore().await.unwrap();
        let stop = watch::Sender::new(false);
        let delivering = tokio::spawn(alerts.deliver(stop.subscribe()));
        *self.delivering.lock() = Some((stop, delivering));
    }

    /// Another process on the same data, after a minute.
    async fn restarted(&self, receiver: &Receiver) -> Arc<Alerts> {
        self.restarted_with(vec![hook(receiver, 0)], Vec::new())
            .await
    }

    pub(super) async fn restarted_with(
        &self,
        channels: Vec<Channel>,
        rules: Vec<PathBuf>,
    ) -> Arc<Alerts> {
        let delivering = self.delivering.lock().take();
        let (stop, ended) = delivering.unwrap();
        stop.send_replace(true);
        ended.await.unwrap();
        self.clock.turn(60_000);
        let operations = &self.server.operations;
        let clock = || Arc::clone(&self.clock) as Arc<dyn Clock>;
        let alerts = Arc::new(Alerts::new(
            Arc::clone(&self.server.store) as Arc<dyn Store>,
            clock(),
            Arc::new(Recorder::new(clock())),
            Arc::clone(&operations.metrics),
        ));
        self.serve(Arc::clone(&alerts), channels, rules).await;
        alerts
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Value {
        self.server.ok("POST", path, body).await
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        self.server.ok("GET", path, Value::Null).await
    }

    pub(super) async fn hot(&self) {
        let rule = json!({"name": "Hot", "threshold": {"metric": "heat", "above": 20}});
        self.post("/api/alert-rules", rule).await;
    }

    pub(super) async fn push(&self, value: f64) {
        let sample = json!({"samples": [{"name": "heat", "value": value}]});
        self.post("/api/metrics/samples", sample).await;
    }

    pub(super) async fn turn(&self, ms: i64) {
        self.clock.turn(ms);
        self.server.operations.alerts.turn().await.unwrap();
    }

    pub(super) async fn deliveries(&self) -> Vec<Value> {
        let all = self.get("/api/alert-deliveries").await;
        all["items"].as_array().unwrap().clone()
    }

    /// Until the newest delivery is in that state.
    pub(super) async fn settled(&self, state: &str) {
        while self.deliveries().await[0]["state"] != state {
            tokio::task::yield_now().await;
        }
    }
}

pub(super) fn endpoint(receiver: &Receiver) -> Endpoint {
    Endpoint {
        address: Address::parse(&receiver.url("127.0.0.1", "/hook")).unwrap(),
        credentials: Credentials::None,
    }
}

pub(super) fn channel(name: &str, target: Target, after_seconds: u64) -> Channel {
    Channel {
        name: name.to_owned(),
        target,
        severity: AlertSeverity::Warning,
        after_seconds,
        send_resolved: true,
        authorities: Authorities::default(),
    }
}

pub(super) fn hook(receiver: &Receiver, after_seconds: u64) -> Channel {
    channel("hook", Target::Webhook(endpoint(receiver)), after_seconds)
}

#[tokio::test]
async fn an_alert_is_told_when_it_fires_and_when_it_is_over() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    world.hot().await;
    world.push(41.0).await;
    world.turn(1_000).await;
    let told = receiver.next().await.json();
    assert_eq!(told["version"], "4");
    assert_eq!(told["status"], "firing");
    assert_eq!(told["alerts"][0]["labels"]["alertname"], "Hot");
    let summary = text(&told["alerts"][0]["annotations"]["summary"]);
    assert!(summary.starts_with("heat is 41, above 20"), "{summary}");
    // It still fires.
    world.turn(1_000).await;
    world.push(1.0).await;
    world.turn(1_000).await;
    let told = receiver.next().await.json();
    assert_eq!(told["status"], "resolved");
    world.settled("delivered").await;
    assert!(receiver.is_quiet());
    assert_eq!(world.deliveries().await.len(), 2);
}

#[tokio::test]
async fn what_flaps_is_told_once_and_what_is_silenced_when_it_is_no_longer() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    world.hot().await;
    for _ in 0..5 {
        world.push(41.0).await;
        world.turn(1_000).await;
        world.push(1.0).await;
        world.turn(1_000).await;
    }
    assert_eq!(receiver.next().await.json()["status"], "firing");
    assert_eq!(receiver.next().await.json()["status"], "resolved");
    world.settled("delivered").await;
    assert_eq!(world.deliveries().await.len(), 2);
    let silence = json!({"matchers": [{"name": "alertname", "value": "Cold"}],
        "duration_seconds": 600});
    world.post("/api/silences", silence).await;
    let rule = json!({"name": "Cold", "threshold": {"metric": "heat", "below": 20}});
    world.post("/api/alert-rules", rule).await;
    world.turn(1_000).await;
    assert_eq!(world.deliveries().await.len(), 2);
    world.clock.turn(600_000);
    world.push(1.0).await;
    world.turn(1_000).await;
    let told = receiver.next().await.json();
    assert_eq!(told["alerts"][0]["labels"]["alertname"], "Cold");
}

#[tokio::test]
async fn consequences_are_told_with_their_cause() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    let cause = json!({"name": "Cause", "expr": "heat > 20"});
    world.post("/api/alert-rules", cause).await;
    let rule = json!({"name": "Effect", "expr": "slow > 1", "caused_by": ["Cause"]});
    world.post("/api/alert-rules", rule).await;
    let slow: Vec<_> = (0..20)
        .map(|at| json!({"name": "slow", "value": 2, "labels": {"number": at.to_string()}}))
        .collect();
    world
        .post("/api/metrics/samples", json!({"samples": slow}))
        .await;
    world.push(41.0).await;
    world.turn(1_000).await;
    let told = receiver.next().await.json();
    assert_eq!(told["alerts"].as_array().unwrap().len(), 1);
    world.settled("delivered").await;
    let deliveries = world.deliveries().await;
    assert_eq!(deliveries.len(), 1);
    let summary = text(&deliveries[0]["summary"]);
    assert!(
        summary.ends_with("it explains 20 alerts of Effect"),
        "{summary}"
    );
}

#[tokio::test]
async fn a_receiver_that_fails_gets_each_alert_once_it_is_back() {
    let answers = ["503 Service Unavailable", "500 Broken", OK];
    let mut receiver = Receiver::start(answers.into_iter().map(status).collect()).await;
    let world = World::telling(&receiver, 0).await;
    world.hot().await;
    world.push(41.0).await;
    world.turn(1_000).await;
    for attempts in 1..3 {
        receiver.next().await;
        while world.deliveries().await[0]["attempts"] != attempts {
            tokio::task::yield_now().await;
        }
        let channels = world.get("/api/alert-channels").await;
        assert_eq!(channels["items"][0]["is_failing"], true);
        world.push(41.0).await;
        world.turn(3_000).await;
    }
    let told = receiver.next().await.json();
    assert_eq!(told["alerts"].as_array().unwrap().len(), 1);
    world.settled("delivered").await;
    let deliveries = world.deliveries().await;
    assert_eq!(
        (deliveries.len(), &deliveries[0]["attempts"]),
        (1, &json!(3))
    );
    assert!(receiver.is_quiet());
    let channels = world.get("/api/alert-channels").await;
    assert_eq!(channels["items"][0]["is_failing"], false);
}

#[tokio::test]
async fn what_was_decided_before_a_crash_is_told_after_it_and_only_once() {
    let mut dead = Receiver::start(vec![status("503 Service Unavailable")]).await;
    let world = World::telling(&dead, 0).await;
    world.hot().await;
    world.push(41.0).await;
    world.turn(1_000).await;
    dead.next().await;
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let alerts = world.restarted(&receiver).await;
    let told = receiver.next().await.json();
    assert_eq!(told["alerts"][0]["labels"]["alertname"], "Hot");
    world.settled("delivered").await;
    world.push(41.0).await;
    world.clock.turn(1_000);
    alerts.turn().await.unwrap();
    // It fired before, and was told: the same alert is not another one now.
    assert_eq!(alerts.summary().firing, 1);
    assert_eq!(world.deliveries().await.len(), 1);
    assert!(receiver.is_quiet());
}

#[tokio::test]
async fn an_escalation_is_told_when_nobody_acknowledges() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 60).await;
    world.hot().await;
    world.push(41.0).await;
    world.turn(1_000).await;
    world.push(41.0).await;
    world.turn(30_000).await;
    assert_eq!(world.deliveries().await.len(), 0);
    world.push(41.0).await;
    world.turn(31_000).await;
    assert_eq!(receiver.next().await.json()["status"], "firing");
}

#[tokio::test]
async fn a_channel_can_be_tested() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    world
        .post("/api/alert-channels/hook/test", Value::Null)
        .await;
    let told = receiver.next().await.json();
    assert_eq!(told["alerts"][0]["labels"]["alertname"], "Test");
    let path = "/api/alert-channels/none/test";
    let answer = world.server.call("POST", path, "").await;
    assert_eq!(answer.code(), "not_found");
}

#[tokio::test]
async fn rule_files_are_read_again_and_a_mistake_keeps_the_old_rules() {
    let receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    let folder = world.server.directory.path().join("rules");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("heat.yml");
    world.server.operations.alerts.configure(Settings {
        rules: vec![folder],
        ..Settings::default()
    });
    let good = r"groups:
- name: g
  interval: 1s
  rules:
  - record: heat:double
    expr: heat * 2
  - alert: Double
    expr: heat:double > 50
    labels: {severity: critical}
";
    std::fs::write(&file, good).unwrap();
    world.push(41.0).await;
    world.turn(1_000).await;
    let alerts = world.get("/api/alerts").await;
    assert_eq!(alerts["items"][0]["name"], "Double", "{alerts}");
    assert_eq!(alerts["items"][0]["value"], 82.0);
    for (query, expected) in [
        ("heat:double", "82"),
        ("ALERTS{alertstate=\"firing\"}", "1"),
    ] {
        let query = crate::alerts::encoded(query);
        let path = format!("/prometheus/api/v1/query?query={query}");
        let found = world.get(&path).await;
        assert_eq!(found["data"]["result"][0]["value"][1], expected, "{found}");
    }
    std::fs::write(&file, good.replace("heat * 2", "heat *")).unwrap();
    world.turn(1_000).await;
    let rules = world.get("/api/alert-rules?source=file").await;
    assert_eq!(rules["items"].as_array().unwrap().len(), 2);
    assert_eq!(rules["file_errors"][0]["line"], 6, "{rules}");
    std::fs::remove_file(&file).unwrap();
    world.turn(1_000).await;
    let rules = world.get("/api/alert-rules?source=file").await;
    assert_eq!(rules["items"], json!([]));
    assert_eq!(rules["file_errors"], json!([]));
}

#[tokio::test]
async fn the_end_of_a_rule_that_is_taken_away_is_told() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    let rule = json!({"name": "Hot", "threshold": {"metric": "heat", "above": 20}});
    let rule_id = text(&world.post("/api/alert-rules", rule).await["rule_id"]);
    world.push(41.0).await;
    world.turn(1_000).await;
    assert_eq!(receiver.next().await.json()["status"], "firing");
    let path = format!("/api/alert-rules/{rule_id}");
    world.server.ok("DELETE", &path, Value::Null).await;
    world.turn(1_000).await;
    assert_eq!(receiver.next().await.json()["status"], "resolved");
}

/// JSON has no number for it.
#[tokio::test]
async fn an_alert_on_a_division_by_zero_is_told_and_outlives_a_restart() {
    let mut dead = Receiver::start(vec![status("503 Service Unavailable")]).await;
    let world = World::telling(&dead, 0).await;
    let rule = json!({"name": "Endless", "expr": "heat / 0 > 1"});
    world.post("/api/alert-rules", rule).await;
    world.push(41.0).await;
    world.turn(1_000).await;
    dead.next().await;
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let alerts = world.restarted(&receiver).await;
    let told = receiver.next().await.json();
    assert_eq!(told["alerts"][0]["labels"]["alertname"], "Endless");
    assert_eq!(alerts.summary().firing, 1);
}
