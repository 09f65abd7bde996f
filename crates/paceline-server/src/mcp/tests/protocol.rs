//! Both protocols: handshake, stateless calls, what is not offered, what is no message.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::json;

use super::{Protocol, Server, post, post_text, refused};

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;

#[tokio::test]
async fn a_client_of_2025_11_25_shakes_hands_and_calls() {
    let server = Server::start();
    let hello = post_text(Protocol::Legacy, "initialize", None, INITIALIZE.to_owned());
    let hello = server.send(hello).await;
    let result = &hello.body["result"];
    assert_eq!(result["protocolVersion"], "2025-11-25");
    assert_eq!(result["serverInfo"]["name"], "paceline");
    assert_eq!(result["capabilities"], json!({"tools": {}}));
    assert!(
        result["instructions"]
            .as_str()
            .unwrap()
            .contains("task_claim")
    );
    assert!(hello.session.unwrap().is_ascii());
    let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let request = post_text(Protocol::Legacy, "", None, initialized.to_string());
    assert_eq!(server.send(request).await.status, StatusCode::ACCEPTED);
    let task = server
        .call("task_enqueue", json!({"description": "d"}))
        .await;
    assert_eq!(task["status"], "ready");
}

#[tokio::test]
async fn a_client_of_2026_07_28_calls_at_once() {
    let server = Server::start();
    let params = json!({"name": "task_enqueue", "arguments": {"description": "d"}});
    let request = post(Protocol::Modern, "tools/call", params);
    let reply = server.send(request).await;
    assert_eq!(reply.session, None);
    assert_eq!(reply.body["result"]["structuredContent"]["status"], "ready");
    assert_eq!(reply.body["result"]["resultType"], "complete");
    let discovered = server
        .ask(Protocol::Modern, "server/discover", json!({}))
        .await;
    let versions = discovered["result"]["supportedVersions"]
        .as_array()
        .unwrap();
    assert!(versions.contains(&json!("2026-07-28")) && versions.contains(&json!("2025-11-25")));
}

#[tokio::test]
async fn a_header_that_contradicts_the_body_is_refused() {
    let server = Server::start();
    let params = json!({"name": "task_queue_status", "arguments": {}});
    let mut request = post(Protocol::Modern, "tools/call", params);
    request
        .headers_mut()
        .insert("mcp-name", "task_list".parse().unwrap());
    let reply = server.send(request).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(reply.body["error"]["code"], -32020);
}

#[tokio::test]
async fn what_is_not_declared_is_not_answered() {
    let server = Server::start();
    for method in ["prompts/list", "resources/list", "resources/templates/list"] {
        let reply = server.ask(Protocol::Legacy, method, json!({})).await;
        assert_eq!(reply["error"]["code"], -32601, "{method}");
    }
}

#[tokio::test]
async fn an_unknown_tool_is_an_error_of_the_protocol_that_lists_the_known() {
    let server = Server::start();
    for name in ["task_steal", "task_renew", ""] {
        let params = json!({"name": name, "arguments": {}});
        let reply = server.ask(Protocol::Legacy, "tools/call", params).await;
        assert_eq!(reply["error"]["code"], -32602, "{reply}");
        assert!(
            reply["error"]["data"]["known"]
                .as_array()
                .unwrap()
                .contains(&json!("task_get"))
        );
    }
}

#[tokio::test]
async fn what_is_no_message_gets_the_protocols_error() {
    let server = Server::start();
    let call = |params: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#)
    };
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (body, code) in [
        ("{".to_owned(), -32700),
        ("[]".to_owned(), -32600),
        (
            call(&format!(
                r#"{{"name":"task_get","arguments":{{"task_id":{nested}}}}}"#
            )),
            -32600,
        ),
        (
            call(r#"{"name":"task_get","arguments":{"task_id":"\ud800"}}"#),
            -32600,
        ),
    ] {
        let shown: String = body.chars().take(100).collect();
        let reply = server
            .send(post_text(Protocol::Legacy, "", None, body))
            .await;
        assert_eq!(
            reply.status,
            StatusCode::BAD_REQUEST,
            "{shown}: {}",
            reply.body
        );
        assert_eq!(reply.body["error"]["code"], code, "{shown}: {}", reply.body);
    }
}

#[tokio::test]
async fn a_call_of_the_wrong_shape_is_told_what_a_call_is() {
    let server = Server::start();
    for (params, expected) in [
        (json!({"name": 7}), "names its tool"),
        (json!({}), "names its tool"),
        (
            json!({"name": "task_get", "arguments": []}),
            "`task_get` must be an object",
        ),
    ] {
        let reply = server.ask(Protocol::Legacy, "tools/call", params).await;
        assert_eq!(reply["error"]["code"], -32602, "{reply}");
        let message = reply["error"]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{message}");
    }
}

#[tokio::test]
async fn there_is_no_stream_to_get_and_no_session_to_delete() {
    let server = Server::start();
    for method in ["GET", "DELETE"] {
        let request = Request::builder()
            .method(method)
            .uri("/")
            .header("host", "localhost");
        let request = request
            .header("accept", "text/event-stream")
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            server.send(request).await.status,
            StatusCode::METHOD_NOT_ALLOWED
        );
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_wherever_it_is() {
    let server = Server::start();
    let arguments = json!({"description": "d", "token": "plt_wrong"});
    let refusal = server.call_refused("task_enqueue", arguments).await;
    assert_eq!(refusal["code"], "unauthenticated");
    let params = json!({"name": "task_queue_status", "arguments": {}});
    let mut request = post(Protocol::Modern, "tools/call", params);
    request
        .headers_mut()
        .insert("authorization", "Bearer plt_wrong".parse().unwrap());
    let reply = server.send(request).await;
    assert_eq!(refused(&reply.body)["code"], "unauthenticated");
}
