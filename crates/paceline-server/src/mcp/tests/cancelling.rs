//! Long polls end when nobody wants their answer: by name in 2025-11-25, by leaving in both.

use std::time::Duration;

use axum::body::Body;
use http::Request;
use serde_json::json;

use super::{Protocol, Server, post, post_text};

/// Far below the minute that the call would wait, far above what a cancellation takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn waiting_claim(protocol: Protocol, agent_id: &str) -> Request<Body> {
    let arguments = json!({"agent_id": agent_id, "wait_seconds": 60});
    post(
        protocol,
        "tools/call",
        json!({"name": "task_claim", "arguments": arguments}),
    )
}

fn in_session(mut request: Request<Body>, session: &str) -> Request<Body> {
    request
        .headers_mut()
        .insert("mcp-session-id", session.parse().unwrap());
    request
}

#[tokio::test]
async fn a_waiting_call_ends_when_its_client_takes_it_back() {
    let server = Server::start();
    let agent_id = server.register("a").await;
    let claim = server.send(in_session(
        waiting_claim(Protocol::Legacy, &agent_id),
        "s-1",
    ));
    let cancel = async {
        let params = json!({"requestId": 1, "reason": "enough"});
        let cancel =
            json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params});
        // Sent until the call is under way; each before that names nothing.
        loop {
            let request = post_text(Protocol::Legacy, "", None, cancel.to_string());
            server.send(in_session(request, "s-1")).await;
            tokio::task::yield_now().await;
        }
    };
    let reply = tokio::select! {
        reply = tokio::time::timeout(PATIENCE, claim) => reply.unwrap(),
        () = cancel => unreachable!("it never ends"),
    };
    assert_eq!(reply.body["error"]["code"], -32800, "{}", reply.body);
}

#[tokio::test]
async fn a_client_that_left_takes_no_task() {
    let server = Server::start();
    let agent_id = server.register("a").await;
    for protocol in [Protocol::Legacy, Protocol::Modern] {
        let left = server.send(waiting_claim(protocol, &agent_id));
        let gone = tokio::time::timeout(Duration::from_millis(200), left).await;
        assert!(gone.is_err(), "there was nothing to claim");
        server
            .call("task_enqueue", json!({"description": "d"}))
            .await;
        let claimed = server
            .call("task_claim", json!({"agent_id": agent_id}))
            .await;
        assert_eq!(
            claimed["task"]["status"], "running",
            "{protocol:?}: {claimed}"
        );
    }
}

#[tokio::test]
async fn a_waiting_call_gets_the_task_that_comes() {
    let server = Server::start();
    let agent_id = server.register("a").await;
    let claim = server.send(waiting_claim(Protocol::Modern, &agent_id));
    let enqueue = server.call("task_enqueue", json!({"description": "d"}));
    let (reply, task) = tokio::join!(claim, enqueue);
    let claimed = &reply.body["result"]["structuredContent"];
    assert_eq!(claimed["task"]["task_id"], task["task_id"]);
    assert_eq!(claimed["fence"], 1);
}
