//! The gate around routes that misbehave.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use tokio::sync::Notify;
use tower::ServiceExt;

use super::super::gate::Gate;
use super::*;

fn gated(routes: Router, requests_max: usize) -> Router {
    routes.layer(Gate::new(
        Hosts::new(LISTEN.parse().unwrap(), false, &[]),
        requests_max,
    ))
}

#[tokio::test]
async fn a_panic_is_an_internal_error_and_the_next_request_is_served() {
    async fn boom() -> &'static str {
        tokio::task::yield_now().await;
        panic!("this panic is the test's own")
    }
    let routes = Router::new()
        .route("/boom", get(boom))
        .route("/fine", get(async || "fine"));
    let router = gated(routes, 1);
    for _ in 0..3 {
        let answer = router
            .clone()
            .oneshot(request("GET", "/boom", ""))
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["error"]["code"], "internal");
        assert!(
            !body.to_string().contains("test's own"),
            "the cause is the log's"
        );
    }
    let answer = router.oneshot(request("GET", "/fine", "")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn one_request_too_many_is_sent_back_and_a_place_is_free_again_after_an_answer() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (entering, leaving) = (Arc::clone(&entered), Arc::clone(&leave));
    let wait = move || {
        let (entering, leaving) = (Arc::clone(&entering), Arc::clone(&leaving));
        async move {
            entering.notify_one();
            leaving.notified().await;
            "done"
        }
    };
    let router = gated(Router::new().route("/wait", get(wait)), 1);
    let first = tokio::spawn(router.clone().oneshot(request("GET", "/wait", "")));
    entered.notified().await;
    let second = router
        .clone()
        .oneshot(request("GET", "/wait", ""))
        .await
        .unwrap();
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(second.headers()[http::header::RETRY_AFTER], "1");
    leave.notify_one();
    assert_eq!(first.await.unwrap().unwrap().status(), StatusCode::OK);
    leave.notify_one();
    let third = router.oneshot(request("GET", "/wait", "")).await.unwrap();
    assert_eq!(third.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_foreign_host_or_origin_is_refused_on_every_route() {
    let server = Server::start();
    for path in [
        "/",
        "/healthz",
        "/metrics",
        "/api/docs",
        "/api/tasks",
        "/nope",
    ] {
        let mut foreign = request("GET", path, "");
        foreign
            .headers_mut()
            .insert(HOST, "evil.example:7717".parse().unwrap());
        let mut page = request("GET", path, "");
        page.headers_mut()
            .insert("origin", "https://evil.example".parse().unwrap());
        for request in [foreign, page] {
            let answer = server.send(request).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code()),
                (403, "forbidden"),
                "{path}"
            );
        }
    }
}
