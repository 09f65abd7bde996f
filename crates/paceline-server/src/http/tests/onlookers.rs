//! What people look at and agents do not: the fleet's messages, its elections, memory's namespaces.

use http::StatusCode;
use http::header::AUTHORIZATION;
use paceline_core::Now;
use paceline_store::{Context, NewToken, Store};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::*;

const LISTS: [&str; 3] = ["/api/messages", "/api/elections", "/api/memory/namespaces"];

impl Server {
    async fn sent(&self, body: Value) -> Value {
        self.ok("POST", "/api/messages", body).await
    }

    async fn read(&self, path: &str) -> Value {
        self.ok("GET", path, Value::Null).await
    }
}

fn types(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| one["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn messages_of_the_fleet_are_listed_with_who_has_them() {
    let server = Server::start();
    let (sender, reader) = (server.agent().await, server.agent().await);
    let to_reader =
        json!({"to": {"agent": reader}, "type": "ask", "payload": {"n": 1}, "agent_id": sender});
    let sent = server.sent(to_reader).await;
    server
        .sent(json!({"to": {"topic": "builds"}, "type": "built", "agent_id": reader}))
        .await;
    server
        .sent(json!({"to": {"all": true}, "type": "note"}))
        .await;
    let all = server.read("/api/messages").await;
    assert_eq!(types(&all), ["note", "built", "ask"]);
    assert_eq!(
        all["items"][0]["audience"],
        json!({"listeners": 2, "delivered": 0, "acked": 0})
    );
    assert_eq!(all["items"][2]["delivered_at"], Value::Null);
    let inbox = format!("/api/agents/{reader}/messages");
    server.read(&inbox).await;
    let through = json!({"through": sent["position"]});
    server.ok("POST", &format!("{inbox}/ack"), through).await;
    let mine = server
        .read(&format!("/api/messages?agent_id={sender}"))
        .await;
    let ask = &mine["items"][0];
    assert_eq!(
        (types(&mine), &ask["payload"]),
        (vec!["ask"], &json!({"n": 1}))
    );
    assert!(
        ask["delivered_at"].is_string() && ask["acked_at"].is_string(),
        "{ask}"
    );
    let path = format!("/api/messages/{}", text(&sent["message_id"]));
    assert_eq!(server.read(&path).await, *ask);
    let unknown = server
        .call("GET", "/api/messages/msg_nobody_sent", "")
        .await;
    assert_eq!(
        (unknown.status, unknown.code()),
        (StatusCode::NOT_FOUND, "not_found")
    );
    let first = server.read("/api/messages?limit=2").await;
    let cursor = text(&first["next_cursor"]);
    let rest = server
        .read(&format!("/api/messages?limit=2&cursor={cursor}"))
        .await;
    assert_eq!(
        (types(&rest), &rest["next_cursor"]),
        (vec!["ask"], &Value::Null)
    );
    for (narrowed, expected) in [("topic=builds", "built"), ("type=note", "note")] {
        let page = server.read(&format!("/api/messages?{narrowed}")).await;
        assert_eq!(types(&page), [expected], "{narrowed}");
    }
}

#[tokio::test]
async fn a_list_of_messages_refuses_what_makes_no_sense() {
    let server = Server::start();
    let long = format!("type={}", "x".repeat(201));
    for query in ["topic=a&role=b", "limit=0", "cursor=x", "sender=a", &long] {
        let answer = server
            .call("GET", &format!("/api/messages?{query}"), "")
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(
            answer.code(),
            "invalid_argument",
            "{query}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn elections_are_listed_with_leader_epoch_and_vacancy() {
    let server = Server::start();
    let agent = server.agent().await;
    for election in ["beta", "alpha"] {
        let path = format!("/api/elections/{election}/campaign");
        server
            .ok("POST", &path, json!({"agent_id": agent, "ttl_ms": 60_000}))
            .await;
    }
    server
        .ok(
            "POST",
            "/api/elections/beta/resign",
            json!({"agent_id": agent}),
        )
        .await;
    let list = server.read("/api/elections").await;
    let (alpha, beta) = (&list["items"][0], &list["items"][1]);
    assert_eq!(
        (&alpha["election"], &beta["election"]),
        (&json!("alpha"), &json!("beta"))
    );
    assert_eq!(
        (&alpha["leader"], &alpha["epoch"]),
        (&json!(agent), &json!(1))
    );
    assert!(
        alpha["since"].is_string() && alpha["expires_at"].is_string(),
        "{alpha}"
    );
    assert_eq!(
        (&alpha["vacant_since"], &alpha["ttl_ms"]),
        (&Value::Null, &json!(60_000))
    );
    assert_eq!(
        (&beta["leader"], &beta["since"]),
        (&Value::Null, &Value::Null)
    );
    assert!(beta["vacant_since"].is_string(), "{beta}");
    let first = server.read("/api/elections?limit=1").await;
    assert_eq!(first["next_cursor"], "alpha");
}

#[tokio::test]
async fn namespaces_are_listed_beside_their_entries() {
    let server = Server::start();
    for path in ["plans/a", "plans/namespaces", "notes/a"] {
        server
            .ok("PUT", &format!("/api/memory/{path}"), json!({"value": 1}))
            .await;
    }
    let list = server.read("/api/memory/namespaces").await;
    let rows = list["items"].as_array().unwrap().iter();
    let rows: Vec<_> = rows
        .map(|row| (text(&row["namespace"]), row["entries"].as_u64()))
        .collect();
    assert_eq!(
        rows,
        [("notes".to_owned(), Some(1)), ("plans".to_owned(), Some(2))]
    );
}

#[tokio::test]
async fn where_tokens_are_on_only_operators_look() {
    let server = Server::with_tokens(true);
    let operator = "operators-token";
    let token = NewToken {
        token_id: "tok_1".to_owned(),
        name: "ops".to_owned(),
        hash: Sha256::digest(operator.as_bytes()).into(),
    };
    let ctx = Context::at(Now::default());
    server.store.create_token(ctx, token).await.unwrap();
    let with = |method: &str, path: &str, token: &str| {
        let mut request = request(method, path, "");
        let bearer = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert(AUTHORIZATION, bearer);
        request
    };
    let registered = server.send(with("POST", "/api/agents", operator)).await;
    let agents = text(&registered.body["token"]);
    for path in LISTS {
        assert_eq!(
            server.send(with("GET", path, operator)).await.status,
            StatusCode::OK,
            "{path}"
        );
        let refused = server.send(with("GET", path, &agents)).await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::FORBIDDEN, "forbidden"),
            "{path}"
        );
        assert!(refused.hint().contains("token create"), "{path}");
        let nobody = server.call("GET", path, "").await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}
