//! Reports and what is kept of them, over HTTP.

use std::io::Write;

use super::*;
use crate::report::write;

/// 2026-10-05, a month that is long over for whoever runs this.
fn record(server: &Server) {
    let path = server.directory.path().join("perf-metrics.jsonl");
    let mut file = std::fs::File::options()
        .append(true)
        .create(true)
        .open(path)
        .unwrap();
    let fields = "\"operation_type\":\"task_claim\",\"duration_ms\":2.5,\"success\":true";
    writeln!(file, "{{\"timestamp\":\"2025-10-05T10:00:00Z\",{fields}}}").unwrap();
}

#[tokio::test]
async fn a_report_comes_in_forms_that_a_browser_saves() {
    let server = Server::start();
    record(&server);
    for (form, content_type, begin) in [
        ("html", "text/html; charset=utf-8", "<!doctype html>"),
        (
            "markdown",
            "text/markdown; charset=utf-8",
            "# Performance of October 2025",
        ),
        ("csv", "text/csv; charset=utf-8", ""),
        ("laid-out", "application/json", "{\"report\":{"),
    ] {
        let path = format!("/api/report/{form}?month=2025-10");
        let answer = server.call("GET", &path, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{form}: {}", answer.text);
        assert_eq!(answer.headers["content-type"], content_type);
        let disposition = answer.headers["content-disposition"].to_str().unwrap();
        assert!(
            disposition.starts_with("attachment; filename=\"paceline-october-2025."),
            "{disposition}"
        );
        assert!(answer.text.starts_with(begin), "{form}: {}", answer.text);
        assert!(answer.text.contains("task_claim"), "{form}");
    }
    let path = "/api/report/laid-out?month=2025-10";
    let laid_out = server.ok("GET", path, Value::Null).await;
    let model = server
        .ok("GET", "/api/report?month=2025-10", Value::Null)
        .await;
    assert_eq!(laid_out["report"]["operations"], model["operations"]);
    assert_eq!(laid_out["document"]["title"], "Performance of October 2025");
    let refused = server.call("GET", "/api/report/html?days=0", "").await;
    assert_eq!(refused.code(), "invalid_argument");
    let refused = server.call("GET", "/api/report/html?monht=1", "").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_kept_month_comes_in_the_same_forms() {
    let server = Server::start();
    record(&server);
    let report = server
        .ok("GET", "/api/report?month=2025-10", Value::Null)
        .await;
    let model = serde_json::from_value(report.clone()).unwrap();
    let written = write(server.directory.path(), "2025-10", &model).unwrap();
    written.put_in_place().unwrap();
    let page = server
        .call("GET", "/api/reports/2025-10/markdown", "")
        .await;
    assert!(
        page.text.starts_with("# Performance of October 2025"),
        "{}",
        page.text
    );
    let laid_out = server
        .ok("GET", "/api/reports/2025-10/laid-out", Value::Null)
        .await;
    assert_eq!(laid_out["report"], report);
}

#[tokio::test]
async fn what_is_not_kept_or_damaged_is_told() {
    let server = Server::start();
    for (path, status, code) in [
        ("/api/reports/2025-10/html", 404, "not_found"),
        ("/api/reports/..%2Fsecret/html", 400, "invalid_argument"),
        ("/api/reports/october/csv", 400, "invalid_argument"),
        ("/api/reports/2025-10/csv?days=1", 400, "invalid_argument"),
    ] {
        let answer = server.call("GET", path, "").await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
        assert_eq!(answer.code(), code, "{path}");
    }
    let folder = server.directory.path().join("reports");
    std::fs::create_dir(&folder).unwrap();
    for damaged in ["{", "{\"findings\": 7}"] {
        std::fs::write(folder.join("2025-10.json"), damaged).unwrap();
        let answer = server.call("GET", "/api/reports/2025-10/html", "").await;
        assert_eq!(answer.status.as_u16(), 500, "{damaged}");
        assert!(!answer.text.contains("panicked"), "{}", answer.text);
    }
}

#[tokio::test]
async fn benchmarks_that_were_never_run_are_an_empty_history() {
    let server = Server::start();
    let history = server
        .ok("GET", "/api/benchmark-history", Value::Null)
        .await;
    assert_eq!(history["courses"].as_array().unwrap().len(), 0);
}
