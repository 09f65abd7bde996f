//! A server that is killed between decision and delivery, and one whose receiver fails for a while.

use std::collections::BTreeMap;

use serde_json::json;

use super::receiver::Receiver;
use super::{get, post, push, until};
use crate::server::Server;

const RULES: usize = 20;

/// How often each alert of ours was told to fire.
fn fired(receiver: &Receiver) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (name, status) in receiver.alerts() {
        if name.starts_with("Hot") && status == "firing" {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts
}

/// Turns red when a turn tells before it stores: swap `save` and `outbox.add` in `Alerts::turn`, and
/// let the outbox begin empty.
#[test]
fn kill_nine_between_decision_and_delivery_loses_no_alert_and_doubles_none() {
    let receiver = Receiver::start(true);
    let flags = [
        "--alert-webhook",
        receiver.url.as_str(),
        "--alert-allow-host",
        "127.0.0.1",
    ];
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut server = Server::on(home.path(), &flags);
    let mut connection = server.connect();
    for number in 0..RULES {
        let rule = json!({"name": format!("Hot{number:02}"), "expr": "heat > 20"});
        post(&mut connection, "/api/alert-rules", &rule);
    }
    push(&mut connection, "heat", "kitchen", 41.0);
    until("all are decided, and none is delivered", || {
        let waiting = get(&mut connection, "/api/alert-deliveries?limit=500");
        let items = waiting["items"].as_array()?;
        let ours = items
            .iter()
            .filter(|one| one["state"] == "waiting" && one["channel"] == "webhook");
        (RULES <= ours.count()).then_some(())
    });
    drop(connection);
    server.kill();
    assert_eq!(fired(&receiver).len(), 0);
    receiver.fail(false);
    let server = Server::on(home.path(), &flags);
    let mut connection = server.connect();
    push(&mut connection, "heat", "kitchen", 41.0);
    until("every alert is told", || {
        (fired(&receiver).len() == RULES).then_some(())
    });
    until("nothing waits any more", || {
        let channels = get(&mut connection, "/api/alert-channels");
        (channels["items"][0]["waiting"] == 0).then_some(())
    });
    for (name, times) in fired(&receiver) {
        assert_eq!(times, 1, "{name}");
    }
}

/// From a value over the limit to the receiver: under two seconds, of which the machine is given four here.
#[test]
fn a_breach_is_with_the_receiver_in_two_turns() {
    let receiver = Receiver::start(false);
    let flags = [
        "--alert-webhook",
        receiver.url.as_str(),
        "--alert-allow-host",
        "127.0.0.1",
    ];
    let server = Server::start_with(&flags);
    let mut connection = server.connect();
    let rule = json!({"name": "Hot", "threshold": {"metric": "heat", "above": 20}});
    post(&mut connection, "/api/alert-rules", &rule);
    push(&mut connection, "heat", "kitchen", 41.0);
    until("it is told", || (fired(&receiver).len() == 1).then_some(()));
    let alert = until("that it is told is recorded", || {
        let alerts = get(&mut connection, "/api/alerts?name=Hot");
        let alert = &alerts["items"][0];
        alert["told_at"].is_string().then(|| alert.clone())
    });
    // The turn that sees it is the one that fires it; it was told when the receiver took it.
    assert_eq!(alert["fired_at"], alert["active_at"]);
    let (fired, told) = (alert["fired_at"].as_str(), alert["told_at"].as_str());
    assert!(fired < told, "{alert}");
}
