//! Callers that should not be there: foreign agents, pages of other sites, rebound names.

use serde_json::{Value, json};

use crate::call::{Caller, Expect as _, Refusal, enqueue, text};
use crate::server::{Server, paceline};

const TOKENS: &[&str] = &["--require-tokens"];

/// Registers with an operator's token; the agent gets its own.
fn agent(operator: &mut Caller, server: &Server, name: &str) -> (String, Caller) {
    let agent = operator
        .call("agent_register", json!({"name": name}))
        .granted();
    let caller = server.over_http().with_token(&text(&agent, "token"));
    (text(&agent, "agent_id"), caller)
}

/// A server that requires tokens, and its operator, whose token is made beside it.
fn guarded() -> (Server, Caller) {
    let server = Server::start_with(TOKENS);
    let data = server.data().to_str().expect("a path in UTF-8");
    let made = paceline(&[
        "token", "create", "tests", "--format", "json", "--data", data,
    ]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let made: Value = serde_json::from_slice(&made.stdout).expect("a token as JSON");
    let operator = server.over_http().with_token(&text(&made, "token"));
    (server, operator)
}

#[test]
fn without_a_token_or_with_a_wrong_one_nothing_is_answered() {
    let server = Server::start_with(TOKENS);
    let callers = [server.over_http(), server.over_http().with_token("made-up")];
    for mut caller in callers {
        for operation in ["task_list", "agent_register", "task_queue_status"] {
            let refusal = caller.call(operation, json!({})).refused();
            assert_eq!(refusal.code, "unauthenticated", "{operation}: {refusal:?}");
            assert!(refusal.hint.is_some(), "{operation}: {refusal:?}");
        }
    }
}

/// Seen to fail without the comparison of token and agent (`acting_as`): the claim was granted.
#[test]
fn an_agent_cannot_act_for_another() {
    let (server, mut operator) = guarded();
    let (_, mut own) = agent(&mut operator, &server, "own");
    let (victim, _) = agent(&mut operator, &server, "victim");
    let task = enqueue(&mut operator, "work");

    let acts = [
        ("task_claim", json!({"agent_id": victim, "task_id": task})),
        ("agent_heartbeat", json!({"agent_id": victim})),
        ("agent_deregister", json!({"agent_id": victim})),
        (
            "agent_update_status",
            json!({"agent_id": victim, "status": "idle"}),
        ),
        ("message_read", json!({"agent_id": victim})),
        ("message_ack", json!({"agent_id": victim, "through": 1})),
        (
            "leader_campaign",
            json!({"agent_id": victim, "election": "chief"}),
        ),
        (
            "message_send",
            json!({"agent_id": victim, "to": {"all": true}, "type": "lie"}),
        ),
        (
            "memory_set",
            json!({"agent_id": victim, "namespace": "n", "key": "k", "value": 1}),
        ),
    ];
    for (operation, arguments) in acts {
        let refusal = own.call(operation, arguments).refused();
        assert_eq!(refusal.code, "forbidden", "{operation}: {refusal:?}");
        assert!(refusal.hint.is_some(), "{operation}: {refusal:?}");
    }
    let kept = operator
        .call("task_get", json!({"task_id": task}))
        .granted();
    assert_eq!(kept["status"], "ready");
}

/// Seen to fail without the check of hosts: the foreign page was answered with 200.
#[test]
fn foreign_hosts_and_origins_are_refused_on_every_surface() {
    let server = Server::start();
    let port = server.url.rsplit(':').next().expect("a port");
    let rebound = format!("evil.example:{port}");
    let foreign = [
        ("host", rebound.as_str()),
        ("origin", "http://evil.example"),
    ];
    let paths = [
        "/api/tasks",
        "/api/live",
        "/mcp",
        "/metrics",
        "/readyz",
        "/api/openapi.json",
        "/",
    ];
    for header in foreign {
        for path in paths {
            for method in ["GET", "POST"] {
                let answer = server.connect().send(method, path, &[header], b"{}");
                let answer = answer.expect("an answer");
                assert_eq!(
                    answer.status,
                    403,
                    "{method} {path} {header:?}: {}",
                    answer.text()
                );
                let refusal = Refusal::read(&answer.json());
                assert_eq!(refusal.code, "forbidden");
                assert!(refusal.hint.is_some(), "{refusal:?}");
            }
        }
    }
    let own = ("origin", server.url.as_str());
    let answer = server
        .connect()
        .send("GET", "/api/tasks", &[own], b"")
        .expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.text());
}
