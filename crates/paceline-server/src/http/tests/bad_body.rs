//! Bodies that are too large, of another type, or do not come.

use axum::body::{Body, Bytes};
use http::header::{CONTENT_TYPE, HOST};
use http::{Request, StatusCode};

use super::super::limits::{BATCH_BODY_BYTES_MAX, BODY_BYTES_MAX};
use super::refusal::{check, row, task_text};
use super::*;

#[tokio::test]
async fn a_body_over_its_limit_is_refused() {
    let server = Server::start();
    let pad = |bytes: usize| format!("{}{}", " ".repeat(bytes), task_text());
    let batch = |bytes: usize| format!("{}{{\"tasks\":[{}]}}", " ".repeat(bytes), task_text());
    let over = "larger than";
    let rows = vec![
        row(
            "POST",
            "/api/tasks",
            pad(BODY_BYTES_MAX),
            413,
            "limit_exceeded",
            over,
        ),
        row(
            "POST",
            "/api/tasks",
            batch(BATCH_BODY_BYTES_MAX),
            413,
            "limit_exceeded",
            over,
        ),
        row(
            "POST",
            "/api/messages",
            pad(BODY_BYTES_MAX),
            413,
            "limit_exceeded",
            over,
        ),
    ];
    check(&server, rows).await;
    let answer = server
        .call("POST", "/api/tasks", &batch(BODY_BYTES_MAX))
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
}

#[tokio::test]
async fn only_json_and_an_unnamed_type_are_taken() {
    let server = Server::start();
    for (content_type, status) in [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ("Application/JSON", 201),
        ("application/vnd.fleet+json", 201),
        ("application/x-www-form-urlencoded", 201),
        ("text/plain", 400),
        ("multipart/form-data; boundary=x", 400),
        ("text/json", 400),
        ("", 400),
    ] {
        let mut request = request("POST", "/api/tasks", &task_text());
        request
            .headers_mut()
            .insert(CONTENT_TYPE, content_type.parse().unwrap());
        let answer = server.send(request).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{content_type}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_browser_may_not_send_a_form() {
    let server = Server::start();
    let mut request = request("POST", "/api/tasks", &task_text());
    let form = "application/x-www-form-urlencoded".parse().unwrap();
    request.headers_mut().insert(CONTENT_TYPE, form);
    request
        .headers_mut()
        .insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(server.send(request).await.status, StatusCode::BAD_REQUEST);
}

/// Time is paused: it passes as soon as nothing else can happen.
#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let server = Server::start();
    let request = Request::post("/api/tasks")
        .header(HOST, LISTEN)
        .body(Body::new(Stalled))
        .unwrap();
    let answer = server.send(request).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert!(
        answer.message().contains("did not arrive within 30 s"),
        "{}",
        answer.text
    );
}

struct Stalled;

impl axum::body::HttpBody for Stalled {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}
