//! `paceline top` as scripts use it: one picture, of a real server, and its refusals.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::call::Expect as _;
use crate::server::{Server, paceline};

#[test]
fn one_picture_shows_who_is_there_and_what_was_asked() {
    let server = Server::start();
    let mut http = server.over_http();
    http.call("agent_register", json!({"name": "the-only-one"}))
        .granted();
    http.call("task_enqueue", json!({"description": "count to ten"}))
        .granted();
    let shown = paceline(&["top", "--once", "--url", &server.url]);
    let text = String::from_utf8_lossy(&shown.stdout);
    assert!(
        shown.status.success(),
        "{}",
        String::from_utf8_lossy(&shown.stderr)
    );
    for part in [
        "All is well: 1 agent",
        "the-only-one",
        "task_enqueue",
        &server.url,
    ] {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no escape codes in\n{text}");

    let output = paceline(&["top", "--once", "--format", "json", "--url", &server.url]);
    let summary: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(summary["queue"]["ready"], 1, "{summary}");
    assert_eq!(summary["agents"][0]["name"], "the-only-one");
    assert_eq!(summary["is_well"], true);
}

#[test]
fn what_cannot_be_watched_is_said_in_one_sentence() {
    let check = |arguments: &[&str], code, expected: &str| {
        let output = paceline(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(
            said.contains(expected) && said.contains("\nhint: "),
            "{said}"
        );
    };
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", free.local_addr().expect("its address"));
    drop(free);
    check(&["top", "--once", "--url", &url], 1, &url);
    check(&["top", "--once", "--url", "localhost"], 2, "localhost");
    check(&["top"], 2, "needs a terminal");
    check(&["top", "--format", "json"], 2, "as JSON");

    let server = Server::start_with(&["--require-tokens"]);
    check(&["top", "--once", "--url", &server.url], 1, "token");
    let wrong = ["top", "--once", "--token", "nobody", "--url", &server.url];
    check(&wrong, 1, "token");
}
