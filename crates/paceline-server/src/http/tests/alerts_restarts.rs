//! What a start finds that an earlier run left: channels that are gone, rules that are gone, messages that nobody
//! took yet.

use paceline_core::alert::Kind;
use serde_json::json;

use super::alerts_told::{World, channel, endpoint, hook};
use super::*;
use crate::notify::Target;
use crate::notify::tests::receiver::{Receiver, status};

const OK: &str = "200 OK";
const BUSY: &str = "503 Service Unavailable";

const RULE: &str = r"groups:
- name: g
  rules:
  - alert: Hot
    expr: heat > 20
    labels: {zone: kitchen}
";

impl World {
    async fn hot_alert(&self) -> Value {
        let alerts = self.get("/api/alerts?name=Hot").await;
        alerts["items"][0].clone()
    }

    async fn kinds(&self) -> Vec<String> {
        let history = self.get("/api/alerts/history").await;
        let all = history["items"].as_array().unwrap().iter();
        all.map(|one| text(&one["kind"])).collect()
    }
}

/// It is hot, and the receiver knows.
async fn told(receiver: &mut Receiver) -> World {
    let world = World::telling(receiver, 0).await;
    world.hot().await;
    world.push(41.0).await;
    world.turn(1_000).await;
    receiver.next().await;
    world.settled("delivered").await;
    world
}

#[tokio::test]
async fn told_is_when_the_channel_took_it_and_not_when_it_was_decided() {
    let mut receiver = Receiver::start(vec![status(BUSY), status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    world.hot().await;
    world.push(41.0).await;
    world.turn(1_000).await;
    receiver.next().await;
    while world.deliveries().await[0]["attempts"] != 1 {
        tokio::task::yield_now().await;
    }
    // Decided, and in no hand yet.
    assert_eq!(world.hot_alert().await.get("told_at"), None);
    assert_eq!(world.kinds().await, ["fired"]);
    let rules = world.get("/api/alert-rules?name=Hot").await;
    assert_eq!(rules["items"][0]["noise"]["told"], 0);
    world.push(41.0).await;
    world.turn(7_000).await;
    receiver.next().await;
    world.settled("delivered").await;
    let alert = world.hot_alert().await;
    let delivery = world.deliveries().await.remove(0);
    assert_eq!(alert["told_at"], delivery["settled_at"]);
    assert_ne!(alert["told_at"], alert["fired_at"]);
    assert_eq!(world.kinds().await, ["told", "fired"]);
    let history = world.get("/api/alerts/history").await;
    assert_eq!(history["items"][0]["at"], alert["told_at"]);
    assert_eq!(history["items"][0]["detail"], "told to hook");
    let rules = world.get("/api/alert-rules?name=Hot").await;
    assert_eq!(rules["items"][0]["noise"]["told"], 1);
}

/// Nobody heard of it, so nobody ignored it.
#[tokio::test]
async fn an_alert_that_reached_nobody_was_not_ignored() {
    let mut receiver = Receiver::start(vec![status(BUSY)]).await;
    let world = World::telling(&receiver, 0).await;
    world.hot().await;
    world.push(41.0).await;
    world.turn(1_000).await;
    receiver.next().await;
    world.push(1.0).await;
    world.turn(1_000).await;
    let rules = world.get("/api/alert-rules?name=Hot").await;
    let noise = json!({"fired": 1, "told": 0, "acknowledged": 0, "ignored": 0});
    assert_eq!(rules["items"][0]["noise"], noise);
}

#[tokio::test]
async fn an_alert_that_was_told_and_not_acknowledged_was_ignored_also_after_a_restart() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = told(&mut receiver).await;
    let hook = hook(&receiver, 0);
    let alerts = world.restarted_with(vec![hook], Vec::new()).await;
    world.push(1.0).await;
    world.clock.turn(61_000);
    alerts.turn().await.unwrap();
    let rules = world.get("/api/alert-rules?name=Hot").await;
    let noise = json!({"fired": 1, "told": 1, "acknowledged": 0, "ignored": 1});
    assert_eq!(rules["items"][0]["noise"], noise);
}

/// Agents have to push first.
#[tokio::test]
async fn what_fired_before_a_restart_is_waited_for() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = told(&mut receiver).await;
    // Nothing is left of the value by then.
    world.clock.turn(400_000);
    let hook = hook(&receiver, 0);
    let alerts = world.restarted_with(vec![hook], Vec::new()).await;
    alerts.turn().await.unwrap();
    assert_eq!(alerts.summary().firing, 1);
    world.clock.turn(61_000);
    alerts.turn().await.unwrap();
    assert_eq!(alerts.summary().firing, 0);
    assert_eq!(receiver.next().await.json()["status"], "resolved");
}

#[tokio::test]
async fn what_waits_for_a_channel_that_is_gone_is_given_up_and_the_others_get_theirs() {
    let mut dead = Receiver::start(vec![status(BUSY)]).await;
    let old = channel("old", Target::Webhook(endpoint(&dead)), 0);
    let world = World::with(vec![old, hook(&dead, 0)]).await;
    world.hot().await;
    world.push(41.0).await;
    world.turn(1_000).await;
    dead.next().await;
    dead.next().await;
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let hook = hook(&receiver, 0);
    world.restarted_with(vec![hook], Vec::new()).await;
    receiver.next().await;
    let of = |name: &'static str| {
        let world = &world;
        async move {
            let all = world.deliveries().await;
            let mut all = all.into_iter().filter(|one| one["channel"] == name);
            all.next().unwrap()
        }
    };
    let old = of("old").await;
    assert_eq!(old["state"], "given_up");
    let why = "the channel `old` is no longer configured";
    assert_eq!(old["last_error"], why);
    assert!(old["settled_at"].is_string(), "{old}");
    while of("hook").await["state"] != "delivered" {
        tokio::task::yield_now().await;
    }
    assert!(receiver.is_quiet());
    let told = world.server.store.alert_documents(Kind::Told).await;
    let told: Vec<String> = told.unwrap().value.into_iter().map(|one| one.key).collect();
    assert!(told.iter().all(|key| key.starts_with("hook\n")), "{told:?}");
    assert_eq!(told.len(), 1);
}

#[tokio::test]
async fn the_end_of_a_rule_that_went_while_the_server_was_down_is_told() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    let file = world.server.directory.path().join("hot.yml");
    std::fs::write(&file, RULE).unwrap();
    let channels = || vec![hook(&receiver, 0)];
    let alerts = world.restarted_with(channels(), vec![file.clone()]).await;
    world.push(41.0).await;
    alerts.turn().await.unwrap();
    let channels = channels();
    assert_eq!(receiver.next().await.json()["status"], "firing");
    world.settled("delivered").await;
    std::fs::remove_file(&file).unwrap();
    let alerts = world.restarted_with(channels, vec![file]).await;
    alerts.turn().await.unwrap();
    let told = receiver.next().await.json();
    assert_eq!(told["status"], "resolved");
    let alert = &told["alerts"][0];
    assert_eq!(alert["labels"]["zone"], "kitchen");
    let summary = text(&alert["annotations"]["summary"]);
    assert!(summary.ends_with("; its rule is gone"), "{summary}");
    world.settled("delivered").await;
    assert_eq!(world.kinds().await, ["resolved", "told", "fired"]);
    assert_eq!(alerts.summary().firing, 0);
    world.clock.turn(1_000);
    alerts.turn().await.unwrap();
    assert!(receiver.is_quiet());
}

/// Nobody knows which rules a file had that cannot be read at the start.
#[tokio::test]
async fn alerts_of_a_file_with_a_mistake_wait_until_it_is_mended() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    let file = world.server.directory.path().join("hot.yml");
    std::fs::write(&file, RULE).unwrap();
    let hooks = || vec![hook(&receiver, 0)];
    let (before, after) = (hooks(), hooks());
    let alerts = world.restarted_with(before, vec![file.clone()]).await;
    world.push(41.0).await;
    alerts.turn().await.unwrap();
    receiver.next().await;
    world.settled("delivered").await;
    std::fs::write(&file, RULE.replace("heat > 20", "heat >")).unwrap();
    let alerts = world.restarted_with(after, vec![file.clone()]).await;
    alerts.turn().await.unwrap();
    assert_eq!(world.deliveries().await.len(), 1);
    std::fs::write(&file, RULE).unwrap();
    world.push(41.0).await;
    world.clock.turn(1_000);
    alerts.turn().await.unwrap();
    assert_eq!(alerts.summary().firing, 1);
    // The same firing goes on.
    assert_eq!(world.deliveries().await.len(), 1);
    assert_eq!(world.kinds().await, ["told", "fired"]);
}
