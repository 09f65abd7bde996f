//! What is told of a task and of a stretch of time.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_story_is_told_in_pages() {
    let server = Server::start();
    let (task, agent) = (server.task().await, server.agent().await);
    let claim = json!({"agent_id": agent, "task_id": task});
    let claimed = server.ok("POST", "/api/tasks/claim", claim).await;
    let done = json!({"agent_id": agent, "fence": claimed["fence"]});
    let complete = format!("/api/tasks/{task}/complete");
    server.ok("POST", &complete, done).await;

    let path = format!("/api/tasks/{task}/story?limit=2");
    let first = server.ok("GET", &path, Value::Null).await;
    let cursor = text(&first["next_cursor"]);
    let path = format!("{path}&cursor={cursor}");
    let last = server.ok("GET", &path, Value::Null).await;
    let told = [&first["items"][0], &first["items"][1], &last["items"][0]];
    let events = told.map(|told| told["event"].as_str().unwrap());
    assert_eq!(events, ["submitted", "claimed", "completed"]);
    assert_eq!(told[1]["agent_id"], agent.as_str());
    assert!(last["next_cursor"].is_null());
}

#[tokio::test]
async fn a_graph_has_edges_among_its_tasks() {
    let server = Server::start();
    let base = server.task().await;
    let mut waiting = task("build upon it");
    waiting["prerequisites"] = json!([base]);
    let waiting = server.ok("POST", "/api/tasks", waiting).await;
    let path = format!("/api/tasks/{base}/graph");
    let graph = server.ok("GET", &path, Value::Null).await;
    assert_eq!(graph["tasks"][0]["task_id"], base.as_str());
    assert_eq!(graph["tasks"][1]["task_id"], waiting["task_id"]);
    assert_eq!(graph["tasks"][1]["prerequisites"], json!([base]));
    assert_eq!(graph["tasks"][1]["summary"], "build upon it");
    assert_eq!(graph["truncated"], false);
    for (limit, status) in [("0", 400), ("501", 400), ("1", 200)] {
        let answer = server
            .call("GET", &format!("{path}?limit={limit}"), "")
            .await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    }
    for of in ["story", "graph"] {
        let unknown = server
            .call("GET", &format!("/api/tasks/tsk_none/{of}"), "")
            .await;
        assert_eq!(
            (unknown.status.as_u16(), unknown.code()),
            (404, "not_found")
        );
    }
}

#[tokio::test]
async fn tasks_are_found_by_their_text() {
    let server = Server::start();
    server.task().await;
    for (q, found) in [("BUILD", 1), ("paint", 0), ("", 1)] {
        let list = server
            .ok("GET", &format!("/api/tasks?q={q}"), Value::Null)
            .await;
        assert_eq!(list["items"].as_array().unwrap().len(), found, "{q}");
    }
    let long = format!("/api/tasks?q={}", "x".repeat(201));
    assert_eq!(
        server.call("GET", &long, "").await.code(),
        "invalid_argument"
    );
}

#[tokio::test]
async fn performance_is_asked_of_any_stretch_of_time() {
    let server = Server::start();
    let (from, to) = ("2026-10-05T14:00:00Z", "2026-10-05T15:00:00Z");
    let path = format!("/api/performance?from={from}&to={to}");
    let told = server.ok("GET", &path, Value::Null).await;
    assert_eq!(told["period"]["from"], "2026-10-05T14:00:00.000Z");
    assert_eq!(told["period"]["previous_from"], "2026-10-05T13:00:00.000Z");
    for (query, field) in [
        (format!("from={from}"), "`to`"),
        (format!("to={to}"), "`from`"),
        (format!("from={to}&to={from}"), "`to`"),
        (format!("from={from}&to={to}&days=1"), "`days`"),
    ] {
        let refused = server
            .call("GET", &format!("/api/performance?{query}"), "")
            .await;
        assert_eq!(refused.code(), "invalid_argument", "{query}");
        assert!(
            refused.message().starts_with(field),
            "{}",
            refused.message()
        );
    }
}
