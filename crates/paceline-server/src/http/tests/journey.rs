//! One fleet's way through the interface, by its published names.

use http::StatusCode;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_task_with_a_prerequisite_is_claimed_after_it() {
    let server = Server::start();
    let agent = server.agent().await;
    let batch = json!({"tasks": [
        {"ref": "a", "description": "first", "source": "human", "agent_type": "developer"},
        {"description": "second", "source": "human", "agent_type": "developer", "prerequisites": ["a"]},
    ]});
    let enqueued = server.ok("POST", "/api/tasks", batch).await;
    assert_eq!(enqueued["tasks"][0]["status"], "ready");
    assert_eq!(enqueued["tasks"][1]["status"], "blocked");
    let claim = json!({"agent_id": agent});
    let claimed = server.ok("POST", "/api/tasks/claim", claim.clone()).await;
    assert_eq!(claimed["task"]["task_id"], enqueued["tasks"][0]["task_id"]);
    let nothing = server
        .call("POST", "/api/tasks/claim", &claim.to_string())
        .await;
    assert_eq!(
        (nothing.status, nothing.text.as_str()),
        (StatusCode::NO_CONTENT, "")
    );
    let path = format!(
        "/api/tasks/{}/complete",
        claimed["task"]["task_id"].as_str().unwrap()
    );
    let done = json!({"agent_id": agent, "fence": claimed["fence"], "result": {"ok": true}});
    let completed = server.ok("POST", &path, done.clone()).await;
    assert_eq!(
        completed["unblocked_task_ids"][0],
        enqueued["tasks"][1]["task_id"]
    );
    let again = server.call("POST", &path, &done.to_string()).await;
    assert_eq!(
        (again.status.as_u16(), again.code()),
        (409, "invalid_state"),
        "{}",
        again.text
    );
    let next = server.ok("POST", "/api/tasks/claim", claim).await;
    assert_eq!(next["task"]["task_id"], enqueued["tasks"][1]["task_id"]);
}

#[tokio::test]
async fn a_task_that_another_holds_is_refused_with_its_holder() {
    let server = Server::start();
    let (task, one, two) = (
        server.task().await,
        server.agent().await,
        server.agent().await,
    );
    server
        .ok(
            "POST",
            "/api/tasks/claim",
            json!({"agent_id": one, "task_id": task}),
        )
        .await;
    let body = json!({"agent_id": two, "task_id": task}).to_string();
    let refused = server.call("POST", "/api/tasks/claim", &body).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (409, "conflict"),
        "{}",
        refused.text
    );
    assert_eq!(refused.body["error"]["details"]["holder"], one.as_str());
    let complete = json!({"agent_id": two, "fence": 1}).to_string();
    let foreign = server
        .call("POST", &format!("/api/tasks/{task}/complete"), &complete)
        .await;
    assert_eq!(foreign.status.as_u16(), 409, "{}", foreign.text);
}

#[tokio::test]
async fn a_waiting_claim_is_answered_by_an_enqueue() {
    let server = Arc::new(Server::start());
    let agent = server.agent().await;
    let waiting = Arc::clone(&server);
    let claim = json!({"agent_id": agent, "wait_seconds": 60});
    let claimed = tokio::spawn(async move { waiting.ok("POST", "/api/tasks/claim", claim).await });
    tokio::task::yield_now().await;
    let task = server.task().await;
    assert_eq!(claimed.await.unwrap()["task"]["task_id"], task.as_str());
}

#[tokio::test]
async fn a_stopping_server_lets_nobody_wait() {
    let server = Arc::new(Server::start());
    let agent = server.agent().await;
    let waiting = Arc::clone(&server);
    let reading = format!("/api/agents/{agent}/messages?wait_seconds=60");
    let claim = json!({"agent_id": agent, "wait_seconds": 60}).to_string();
    let claimed =
        tokio::spawn(async move { waiting.call("POST", "/api/tasks/claim", &claim).await });
    let waiting = Arc::clone(&server);
    let read = tokio::spawn(async move { waiting.call("GET", &reading, "").await });
    tokio::task::yield_now().await;
    server.operations.waiters.stop();
    assert_eq!(claimed.await.unwrap().status, StatusCode::NO_CONTENT);
    assert_eq!(read.await.unwrap().body["items"], json!([]));
}

#[tokio::test]
async fn messages_arrive_in_order_and_are_acknowledged() {
    let server = Server::start();
    let (sender, reader) = (server.agent().await, server.agent().await);
    for number in 0..3 {
        let to = json!({"agent": reader});
        let body = json!({"to": to, "type": "note", "payload": {"n": number}, "agent_id": sender});
        let path = "/api/messages";
        let sent = server.call("POST", path, &body.to_string()).await;
        assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    }
    let path = format!("/api/agents/{reader}/messages");
    let read = server
        .ok("GET", &format!("{path}?limit=2"), Value::Null)
        .await;
    assert_eq!(read["items"][0]["payload"]["n"], 0);
    assert_eq!(read["items"][1]["payload"]["n"], 1);
    let through = json!({"through": read["items"][1]["position"]});
    server.ok("POST", &format!("{path}/ack"), through).await;
    let rest = server.ok("GET", &path, Value::Null).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(rest["items"][0]["payload"]["n"], 2);
}

#[tokio::test]
async fn memory_keys_may_hold_any_character_of_a_path() {
    let server = Server::start();
    let path = "/api/memory/notes/a%2Fb%20%C3%A9";
    let set = server
        .ok(
            "PUT",
            path,
            json!({"value": {"x": 1}, "expected_version": 0}),
        )
        .await;
    assert_eq!(set["key"], "a/b é");
    assert_eq!(
        server.ok("GET", path, Value::Null).await["value"],
        json!({"x": 1})
    );
    let late = server
        .call("PUT", path, "{\"value\": 2, \"expected_version\": 0}")
        .await;
    assert_eq!(
        (late.status.as_u16(), late.code()),
        (409, "conflict"),
        "{}",
        late.text
    );
    server.ok("DELETE", path, Value::Null).await;
    assert_eq!(
        server.call("GET", path, "").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_election_has_one_leader_and_a_history() {
    let server = Server::start();
    let (one, two) = (server.agent().await, server.agent().await);
    let campaign = "/api/elections/main/campaign";
    let won = server.ok("POST", campaign, json!({"agent_id": one})).await;
    assert_eq!(
        (&won["leader"], &won["is_leader"]),
        (&json!(one), &json!(true))
    );
    let lost = server.ok("POST", campaign, json!({"agent_id": two})).await;
    assert_eq!(
        (&lost["leader"], &lost["is_leader"]),
        (&json!(one), &json!(false))
    );
    server
        .ok(
            "POST",
            "/api/elections/main/resign",
            json!({"agent_id": one}),
        )
        .await;
    let next = server.ok("POST", campaign, json!({"agent_id": two})).await;
    assert!(won["epoch"].as_u64() < next["epoch"].as_u64());
    let history = server.ok("GET", "/api/elections/main", Value::Null).await;
    assert_eq!(history["leader"], two.as_str());
    assert_eq!(history["history"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn bodies_of_only_optional_fields_may_be_left_out() {
    let server = Server::start();
    let agent = text(&server.ok("POST", "/api/agents", Value::Null).await["agent_id"]);
    server
        .ok(
            "POST",
            &format!("/api/agents/{agent}/heartbeat"),
            Value::Null,
        )
        .await;
    let task = server.task().await;
    let cancelled = server
        .ok("POST", &format!("/api/tasks/{task}/cancel"), Value::Null)
        .await;
    assert_eq!(cancelled["total_cancelled"], 1);
}

#[tokio::test]
async fn one_agent_is_answered_by_its_id() {
    let server = Server::start();
    let (_, wanted) = (server.agent().await, server.agent().await);
    let found = server
        .ok("GET", &format!("/api/agents/{wanted}"), Value::Null)
        .await;
    assert_eq!(found["agent_id"], wanted.as_str());
    let all = server.ok("GET", "/api/agents", Value::Null).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
}
