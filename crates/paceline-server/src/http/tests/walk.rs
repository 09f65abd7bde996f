//! The list of routes against the list of operations and against the router.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use paceline_api::Operation;

use super::super::routes::routes;
use super::*;

/// Measured, but nobody calls them.
const WITHOUT_ROUTE: &[Operation] = &[Operation::MessageDeliver, Operation::LeaderFailover];

#[test]
fn every_operation_has_one_route_where_the_wire_puts_it() {
    let routes = routes();
    for &operation in Operation::ALL {
        let own: Vec<_> = routes
            .iter()
            .filter(|route| route.about.operation == Some(operation))
            .collect();
        if WITHOUT_ROUTE.contains(&operation) {
            assert!(own.is_empty(), "{operation}");
            continue;
        }
        assert_eq!(own.len(), 1, "{operation}");
        let (about, wire) = (&own[0].about, operation.route().unwrap());
        assert_eq!(
            (about.method, about.path),
            (wire.method, wire.path),
            "{operation}"
        );
    }
}

#[test]
fn a_method_and_path_is_listed_once_and_is_a_method() {
    let mut seen = BTreeSet::new();
    for route in routes() {
        let about = route.about;
        assert!(seen.insert((about.method, about.path)), "{about:?}");
        assert!(
            Method::from_bytes(about.method.as_bytes()).is_ok(),
            "{about:?}"
        );
        assert!(about.summary.ends_with('.'), "{about:?}");
    }
}

#[tokio::test]
async fn every_listed_route_is_routed() {
    let server = Server::start();
    for route in routes() {
        let about = route.about;
        let path = about.path.replace(['{', '}'], "");
        let answer = server.call(about.method, &path, "").await;
        assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{about:?}");
        assert_ne!(
            answer.status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{about:?}: {}",
            answer.text
        );
        assert!(
            !answer.message().starts_with("no route"),
            "{about:?}: {}",
            answer.text
        );
        // Prometheus's and OpenTelemetry's clients expect their own protocols' errors.
        let is_own = !["/prometheus/", "/v1/"]
            .iter()
            .any(|foreign| path.starts_with(foreign));
        if answer.status.is_client_error() && is_own {
            assert!(!answer.code().is_empty(), "{about:?}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn what_is_not_listed_is_refused_in_the_same_form() {
    let server = Server::start();
    for (method, path, status, code) in [
        ("GET", "/nope", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("POST", "/api/tasks/a/b/c", 404, "not_found"),
        ("DELETE", "/api/tasks", 405, "invalid_argument"),
        ("PUT", "/", 405, "invalid_argument"),
        ("BREW", "/api/tasks", 405, "invalid_argument"),
    ] {
        let answer = server.call(method, path, "").await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert_eq!(answer.code(), code, "{method} {path}");
        assert!(answer.hint().contains("/api/docs"), "{method} {path}");
    }
    let answer = server.call("DELETE", "/api/tasks", "").await;
    assert!(
        answer.headers[http::header::ALLOW]
            .to_str()
            .unwrap()
            .contains("POST")
    );
}
