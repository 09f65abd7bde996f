//! Tokens, idempotency keys and sessions, by their headers.

use super::*;

fn with_header(method: &str, path: &str, body: &str, name: &str, value: &str) -> Request<Body> {
    let mut request = request(method, path, body);
    let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

#[tokio::test]
async fn a_retry_with_the_same_key_gets_the_first_answer() {
    let server = Server::start();
    let body = task("once").to_string();
    let send = || {
        server.send(with_header(
            "POST",
            "/api/tasks",
            &body,
            "idempotency-key",
            "k1",
        ))
    };
    let (first, again) = (send().await, send().await);
    assert_eq!(
        first.body["task_id"], again.body["task_id"],
        "{}",
        again.text
    );
    let other = task("another").to_string();
    let answer = server
        .send(with_header(
            "POST",
            "/api/tasks",
            &other,
            "idempotency-key",
            "k1",
        ))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (409, "conflict"),
        "{}",
        answer.text
    );
    let queue = server.ok("GET", "/api/tasks/queue", Value::Null).await;
    assert_eq!(queue["total_tasks"], 1);
}

#[tokio::test]
async fn a_header_that_cannot_be_right_is_refused() {
    let server = Server::start();
    let long = "x".repeat(256);
    for (name, value, status, code) in [
        ("idempotency-key", long.as_str(), 400, "invalid_argument"),
        ("idempotency-key", "", 400, "invalid_argument"),
        (
            "paceline-session-id",
            long.as_str(),
            400,
            "invalid_argument",
        ),
        (
            "authorization",
            "Basic dXNlcjpwYXNz",
            401,
            "unauthenticated",
        ),
        ("authorization", "Bearer ", 401, "unauthenticated"),
        (
            "authorization",
            "Bearer plt_unknown",
            401,
            "unauthenticated",
        ),
    ] {
        let body = task("x").to_string();
        let answer = server
            .send(with_header("POST", "/api/tasks", &body, name, value))
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{name}: {value}"
        );
    }
}

#[tokio::test]
async fn without_a_token_only_public_routes_answer_where_tokens_are_required() {
    let server = Server::with_tokens(true);
    for (path, expected) in [
        ("/", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/api/docs", 200),
        ("/api/docs.css", 200),
        ("/api/openapi.json", 200),
        ("/metrics", 401),
        ("/api/tasks", 401),
        ("/api/tasks/queue", 401),
        ("/api/features", 401),
        ("/api/report", 401),
        ("/api/report/html", 401),
        ("/api/reports/2026-10/csv", 401),
        ("/api/benchmark-history", 401),
    ] {
        let answer = server.call("GET", path, "").await;
        assert_eq!(answer.status.as_u16(), expected, "{path}: {}", answer.text);
        if expected == 401 {
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
    }
}

#[tokio::test]
async fn an_agents_token_acts_for_that_agent_only() {
    let server = Server::start();
    let registered = server.ok("POST", "/api/agents", Value::Null).await;
    let other = server.agent().await;
    let bearer = format!("Bearer {}", registered["token"].as_str().unwrap());
    let own = text(&registered["agent_id"]);
    for (agent, status) in [(own, 204), (other, 403)] {
        let body = serde_json::json!({"agent_id": agent}).to_string();
        let path = "/api/tasks/claim";
        let answer = server
            .send(with_header("POST", path, &body, "authorization", &bearer))
            .await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    }
}

/// The body may still be on its way then: a client that is not told loses its next request.
#[tokio::test]
async fn a_refusal_before_the_body_was_read_ends_the_connection_and_says_so() {
    let server = Server::with_tokens(true);
    let body = task("a").to_string();
    let closes = |answer: &Answer| answer.headers.get("connection").is_some();
    let unread = server.call("POST", "/api/tasks", &body).await;
    assert_eq!((unread.status.as_u16(), closes(&unread)), (401, true));
    let bodiless = server.call("GET", "/api/tasks", "").await;
    assert_eq!((bodiless.status.as_u16(), closes(&bodiless)), (401, false));
    let foreign = with_header("POST", "/api/tasks", &body, "origin", "http://evil.example");
    let foreign = server.send(foreign).await;
    assert_eq!((foreign.status.as_u16(), closes(&foreign)), (403, true));

    let server = Server::start();
    let read = server.call("POST", "/api/tasks", "{").await;
    assert_eq!((read.status.as_u16(), closes(&read)), (400, false));
}
