//! What the server shows of itself.

use super::super::routes::routes;
use super::*;

#[tokio::test]
async fn pages_run_no_script_and_load_nothing_foreign() {
    let server = Server::start();
    for path in ["/", "/api/docs"] {
        let page = server.call("GET", path, "").await;
        assert_eq!(page.status, StatusCode::OK);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        // The dashboard's one script is a file of its own.
        let text = page
            .text
            .replace("<script type=\"module\" crossorigin src=\"/assets/", "");
        for forbidden in ["<script", " style=", "<style", " src=", "onclick"] {
            assert!(!text.contains(forbidden), "{path} has `{forbidden}`");
        }
    }
    let style = server.call("GET", "/api/docs.css", "").await;
    assert!(style.text.contains("prefers-color-scheme: dark"));
}

#[tokio::test]
async fn the_documentation_shows_every_route() {
    let server = Server::start();
    let page = server.call("GET", "/api/docs", "").await;
    for route in routes() {
        let anchor = format!("<section id=\"{}\">", route.about.name);
        assert!(page.text.contains(&anchor), "{anchor}");
    }
}

#[tokio::test]
async fn the_front_page_names_the_address_it_was_asked_by() {
    let server = Server::start();
    let mut request = request("GET", "/", "");
    request
        .headers_mut()
        .insert(HOST, "localhost:7717".parse().unwrap());
    let page = server.send(request).await;
    let snippet = "claude mcp add --transport http paceline http://localhost:7717/mcp";
    assert!(page.text.contains(snippet));
}

#[tokio::test]
async fn the_dashboard_is_one_document_under_all_its_addresses() {
    let server = Server::start();
    let front = server.call("GET", "/", "").await;
    for path in [
        "/agents",
        "/agents/agt_1",
        "/tasks?status=ready",
        "/connect",
    ] {
        let page = server.call("GET", path, "").await;
        assert_eq!(
            (page.status, &page.text),
            (StatusCode::OK, &front.text),
            "{path}"
        );
    }
    let unknown = server.call("GET", "/nowhere", "").await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.code()),
        (404, "not_found")
    );
    let asset = server.call("GET", "/assets/none.js", "").await;
    assert_eq!((asset.status.as_u16(), asset.code()), (404, "not_found"));
}

/// Whatever the document asks for is embedded, typed and kept by browsers for good.
#[tokio::test]
async fn what_the_document_asks_for_is_there() {
    let server = Server::start();
    let front = server.call("GET", "/", "").await;
    for path in front
        .text
        .split('"')
        .filter(|text| text.starts_with("/assets/"))
    {
        let file = server.call("GET", path, "").await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        let caching = file.headers["cache-control"].to_str().unwrap();
        assert!(caching.contains("immutable"), "{caching}");
        let expected = if path.ends_with(".css") {
            "text/css"
        } else {
            "text/javascript"
        };
        let kind = file.headers["content-type"].to_str().unwrap();
        assert!(kind.starts_with(expected), "{path} is {kind}");
        // What is run as a worker has this policy and not the document's.
        let policy = file.headers.get("content-security-policy");
        assert_eq!(policy.is_some(), path.ends_with(".js"), "{path}");
    }
}

#[tokio::test]
async fn readiness_follows_the_store() {
    let server = Server::start();
    let ready = server.call("GET", "/readyz", "").await;
    assert_eq!(
        (ready.status, &ready.body["ready"]),
        (StatusCode::OK, &true.into())
    );
    server.store.close().await;
    let closed = server.call("GET", "/readyz", "").await;
    assert_eq!(
        closed.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        closed.text
    );
    assert_eq!(
        closed.body["reasons"].as_array().unwrap().len(),
        1,
        "{}",
        closed.text
    );
    assert!(closed.headers.contains_key("retry-after"));
    assert_eq!(
        server.call("GET", "/healthz", "").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn operations_are_on_the_metrics_page() {
    let server = Server::start();
    server.task().await;
    let page = server.call("GET", "/metrics", "").await;
    assert!(
        page.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain; version=0.0.4")
    );
    let line =
        "paceline_operation_duration_seconds_count{operation=\"task_enqueue\",outcome=\"ok\"} 1";
    assert!(page.text.lines().any(|one| one == line), "{}", page.text);
}

#[tokio::test]
async fn a_feature_is_switched_at_run_time() {
    let server = Server::start();
    let path = "/api/features/enable-agent-metrics";
    let off = serde_json::json!({"enabled": false});
    assert_eq!(server.ok("PUT", path, off).await["enabled"], false);
    let list = server.ok("GET", "/api/features", Value::Null).await;
    assert_eq!(list["items"][0]["enabled"], false);
    let refused = server.call("GET", "/api/agent-performance", "").await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (404, "feature_disabled")
    );
}
