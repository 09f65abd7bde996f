//! Alerts with real processes around them: a real Alertmanager, a real Prometheus, a receiver that fails,
//! a server that is killed. Owns the receiver; refuses to skip: without the programs, which
//! `cargo xtask test` installs, these tests fail and say so.

mod alertmanager;
mod crash;
mod receiver;
mod semantics;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::Connection;

/// Debug builds on busy machines.
const WITHIN: Duration = Duration::from_secs(60);

pub fn post(connection: &mut Connection, path: &str, body: &Value) -> Value {
    let headers = [("content-type", "application/json")];
    let answer = connection
        .send("POST", path, &headers, body.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("no answer to {path}: {error}"));
    assert!(answer.status < 300, "{path}: {}", answer.text());
    answer.json()
}

pub fn get(connection: &mut Connection, path: &str) -> Value {
    let answer = connection.get(path);
    answer
        .unwrap_or_else(|error| panic!("no answer to {path}: {error}"))
        .json()
}

pub fn push(connection: &mut Connection, name: &str, agent: &str, value: f64) {
    let sample = json!({"name": name, "value": value, "labels": {"room": agent}});
    post(
        connection,
        "/api/metrics/samples",
        &json!({ "samples": [sample] }),
    );
}

/// Asks until it is so; answers what was found.
#[expect(clippy::disallowed_methods, reason = "a client outside of the server")]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < WITHIN, "it never came about: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
