//! Tool calls: wrong arguments are answers, right ones reach the store exactly as they were sent.

use serde_json::{Value, json};

use super::{Protocol, Server, post_text, refused};

#[tokio::test]
async fn a_wrong_argument_is_named_and_the_known_ones_are_listed() {
    let server = Server::start();
    for (tool, arguments, field) in [
        (
            "task_enqueue",
            json!({"description": "d", "base_prio": 1}),
            "base_prio",
        ),
        (
            "task_enqueue",
            json!({"description": "d", "base_priority": "x"}),
            "base_priority",
        ),
        (
            "task_enqueue",
            json!({"description": "d", "base_priority": 300}),
            "base_priority",
        ),
        (
            "task_enqueue",
            json!({"description": "d", "source": "robot"}),
            "source",
        ),
        (
            "task_enqueue",
            json!({"description": "d", "deadline": "soon"}),
            "deadline",
        ),
        (
            "task_enqueue",
            json!({"tasks": [{"description": 1}]}),
            "tasks[0].description",
        ),
        (
            "task_complete",
            json!({"agent_id": "a", "fence": 1}),
            "task_id",
        ),
        (
            "task_complete",
            json!({"task_id": 7, "agent_id": "a", "fence": 1}),
            "task_id",
        ),
        (
            "task_complete",
            json!({"task_id": "t", "agent_id": "a"}),
            "fence",
        ),
        ("memory_set", json!({"namespace": "n", "key": "k"}), "value"),
        ("memory_get", json!({"namespace": "n", "key": null}), "key"),
        ("task_list", json!({"status": "done"}), "status"),
        ("agent_register", json!({"token": 7}), "token"),
    ] {
        let refusal = server.call_refused(tool, arguments.clone()).await;
        assert_eq!(
            refusal["code"], "invalid_argument",
            "{arguments}: {refusal}"
        );
        assert_eq!(refusal["details"]["field"], field, "{arguments}: {refusal}");
        assert!(
            refusal["message"]
                .as_str()
                .unwrap()
                .contains(&format!("`{field}`")),
            "{refusal}"
        );
        let known = refusal["details"]["known"].as_array().unwrap();
        assert!(known.contains(&json!("token")), "{refusal}");
    }
}

#[tokio::test]
async fn a_heartbeat_renews_only_with_the_current_fence() {
    let server = Server::start();
    let agent_id = server.register("a").await;
    server
        .call("task_enqueue", json!({"description": "d"}))
        .await;
    let claimed = server
        .call("task_claim", json!({"agent_id": agent_id}))
        .await;
    let beat = json!({"agent_id": agent_id, "task_id": claimed["task"]["task_id"]});
    let refusal = server.call_refused("agent_heartbeat", beat.clone()).await;
    assert_eq!(refusal["details"]["field"], "fence");
    let mut stale = beat;
    stale["fence"] = json!(99);
    let refusal = server.call_refused("agent_heartbeat", stale).await;
    assert_eq!(refusal["code"], "stale_fence", "{refusal}");
}

#[tokio::test]
async fn a_task_without_a_description_is_refused_by_name() {
    let server = Server::start();
    let refusal = server.call_refused("task_enqueue", json!({})).await;
    assert_eq!(refusal["code"], "invalid_argument");
    assert!(
        refusal["message"].as_str().unwrap().contains("description"),
        "{refusal}"
    );
}

#[tokio::test]
async fn an_argument_or_a_key_twice_is_refused() {
    let server = Server::start();
    for (arguments, expected) in [
        (
            r#"{"namespace":"n","namespace":"m","key":"k","value":1}"#,
            "`namespace` is there twice",
        ),
        (
            r#"{"namespace":"n","key":"k","value":{"a":1,"a":2}}"#,
            "the key `a` appears twice",
        ),
        (r#"{"namespace":"n","key":"k","value":"\u0000"}"#, "NUL"),
    ] {
        let refusal = refused(&call_text(&server, "memory_set", arguments).await);
        assert_eq!(refusal["code"], "invalid_argument", "{refusal}");
        assert!(
            refusal["message"].as_str().unwrap().contains(expected),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn stored_json_keeps_its_digits_and_its_order() {
    let server = Server::start();
    let value = r#"{"b":123456789012345678901234567890,"a":1.50}"#;
    let arguments = format!(r#"{{"namespace":"n","key":"k","value":{value}}}"#);
    call_text(&server, "memory_set", &arguments).await;
    let got = call_text(&server, "memory_get", r#"{"namespace":"n","key":"k"}"#).await;
    let text = got["result"]["content"][0]["text"].as_str().unwrap();
    assert!(text.contains(value), "{text}");
}

async fn call_text(server: &Server, tool: &str, arguments: &str) -> Value {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}}}}}"#
    );
    server
        .send(post_text(Protocol::Legacy, "tools/call", Some(tool), body))
        .await
        .body
}

#[tokio::test]
async fn a_retry_with_its_key_gets_the_first_answer() {
    let server = Server::start();
    let task = json!({"description": "d", "idempotency_key": "once"});
    let first = server.call("task_enqueue", task.clone()).await;
    assert_eq!(
        server.call("task_enqueue", task).await["task_id"],
        first["task_id"]
    );
    let status = server.call("task_queue_status", json!({})).await;
    assert_eq!(status["total_tasks"], 1);
}

#[tokio::test]
async fn a_rule_that_was_broken_is_an_answer_with_code_and_hint() {
    let server = Server::start();
    let refusal = server
        .call_refused("task_get", json!({"task_id": "tsk_none"}))
        .await;
    assert_eq!(refusal["code"], "not_found");
    assert!(refusal["hint"].as_str().unwrap().contains("task_list"));
}
