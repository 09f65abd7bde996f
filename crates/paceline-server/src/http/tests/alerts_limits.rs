//! What alerts do under rules that take too long, alerts that flap, and a store that takes nothing.

use std::time::Duration;

use serde_json::json;

use super::alerts_told::World;
use super::*;
use crate::notify::tests::receiver::{Receiver, status};

const OK: &str = "200 OK";

/// Sorts six hours of values for each second of a day.
const ENDLESS: &str = "count_over_time(quantile_over_time(0.5, vector(time())[6h:1s])[1d:1s]) > 0";

/// Turns red (after many minutes) when the turn waits for the question without an end.
#[tokio::test]
async fn a_rule_that_takes_too_long_is_stopped_and_says_so() {
    let world = World::with(Vec::new()).await;
    let rule = json!({"name": "Endless", "expr": ENDLESS});
    world.post("/api/alert-rules", rule).await;
    world.clock.turn(1_000);
    let alerts = Arc::clone(&world.server.operations.alerts);
    tokio::time::pause();
    let turn = tokio::spawn(async move { alerts.turn().await });
    while !turn.is_finished() {
        tokio::time::advance(Duration::from_secs(1)).await;
        tokio::task::yield_now().await;
    }
    tokio::time::resume();
    turn.await.unwrap().unwrap();
    let rules = world.get("/api/alert-rules?name=Endless").await;
    let rule = &rules["items"][0];
    assert_eq!(rule["health"], "err", "{rule}");
    let error = text(&rule["last_error"]);
    assert!(error.contains("timed out"), "{error}");
}

#[tokio::test]
async fn what_flaps_is_counted_and_not_all_of_it_is_listed() {
    let receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    world.hot().await;
    for _ in 0..40 {
        world.push(41.0).await;
        world.turn(1_000).await;
        world.push(1.0).await;
        world.turn(1_000).await;
    }
    let history = world.get("/api/alerts/history?limit=500").await;
    let count = |kind: &str| {
        let all = history["items"].as_array().unwrap().iter();
        all.filter(|one| one["kind"] == kind).count()
    };
    assert_eq!((count("fired"), count("resolved")), (30, 30));
    let rules = world.get("/api/alert-rules?name=Hot").await;
    assert_eq!(rules["items"][0]["noise"]["fired"], 40);
    let alert = world.get("/api/alerts?state=resolved").await;
    assert_eq!(alert["items"][0]["fired_today"], 40);
}

/// That the disk is full is one of the things to tell.
#[tokio::test]
async fn a_store_that_takes_nothing_holds_up_no_notice() {
    let mut receiver = Receiver::start(vec![status(OK)]).await;
    let world = World::telling(&receiver, 0).await;
    world.hot().await;
    world.server.store.close().await;
    world.push(41.0).await;
    world.clock.turn(1_000);
    let alerts = &world.server.operations.alerts;
    alerts.turn().await.unwrap_err();
    assert_eq!(receiver.next().await.json()["status"], "firing");
    assert_eq!(alerts.summary().firing, 1);
}
