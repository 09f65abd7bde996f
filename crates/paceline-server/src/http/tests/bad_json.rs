//! Bodies that are no JSON, or JSON of another shape.

use axum::body::{Body, Bytes};
use http::header::HOST;
use http::{Request, StatusCode};

use super::refusal::{INVALID, check, row, task_text, with};
use super::*;

#[tokio::test]
async fn what_is_no_json_is_told_where_it_breaks() {
    let post = |body: &str, fragment| row("POST", "/api/tasks", body, 400, INVALID, fragment);
    let rows = vec![
        post("", "the body is empty"),
        post("  \n ", "the body is empty"),
        post(
            "nonsense",
            "not valid JSON: expected ident at line 1 column 2",
        ),
        post(
            "{\"description\": \n }",
            "not valid JSON: expected value at line 2 column 2",
        ),
        post("{\"description\": \"a\"", "not valid JSON: EOF"),
        post(
            "{\"description\": \"a\",}",
            "not valid JSON: trailing comma",
        ),
        post(
            "{\"tasks\": [{\"description\": }]}",
            "not valid JSON: expected value",
        ),
        post("{} {}", "not valid JSON: trailing characters"),
        post(
            "{\"description\": \"\u{1}\"}",
            "not valid JSON: control character",
        ),
        post("{\"description\": \"\\ud800\"}", "not valid JSON: "),
        post("{\"description\": \"\\ud800\\u0020\"}", "not valid JSON: "),
        post("[]", "an object is expected, not an array"),
        post(
            "[\"a\", \"human\", \"developer\"]",
            "an object is expected, not an array",
        ),
        post("null", "expected an object"),
        post("7", "expected an object"),
    ];
    check(&Server::start(), rows).await;
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_are_refused() {
    let server = Server::start();
    let body = Bytes::from_static(b"{\"description\": \"\xff\xfe\"}");
    let request = Request::post("/api/tasks")
        .header(HOST, LISTEN)
        .body(Body::from(body))
        .unwrap();
    let answer = server.send(request).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::BAD_REQUEST, INVALID)
    );
    assert!(
        answer.message().contains("not valid JSON"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_wrong_field_is_named() {
    let post = |body: String, fragment| row("POST", "/api/tasks", body, 400, INVALID, fragment);
    let in_batch = |task: &str| format!("{{\"tasks\": [{}, {task}]}}", task_text());
    let rows = vec![
        post("{}".to_owned(), "missing field `description`"),
        post(with("descripton", "1"), "unknown field `descripton`"),
        post(
            with("base_priority", "\"high\""),
            "`base_priority` is wrong: invalid type: string",
        ),
        post(with("base_priority", "-1"), "a whole number, 0 to 255"),
        post(with("base_priority", "5.5"), "`base_priority` is wrong"),
        post(with("base_priority", "11"), "`base_priority`"),
        post(
            with("prerequisites", "\"tsk_1\""),
            "`prerequisites` is wrong",
        ),
        post(
            with("prerequisites", "[\"a\", 7]"),
            "`prerequisites[1]` is wrong",
        ),
        post(with("deadline", "\"tomorrow\""), "not an RFC 3339 time"),
        post(with("deadline", "1700000000"), "`deadline` is wrong"),
        post(
            with("description", "\"again\""),
            "duplicate field `description`",
        ),
        post(
            with("input", "{\"a\": 1, \"a\": 2}"),
            "the key `a` appears twice",
        ),
        post(with("input", "\"\\u0000\""), "NUL"),
        post(
            with("input", &format!("{}1{}", "[".repeat(80), "]".repeat(80))),
            "nests deeper",
        ),
        post(
            in_batch("{}"),
            "`tasks[1]` is wrong: missing field `description`",
        ),
        post(in_batch(&with("base_priority", "null1")), "not valid JSON"),
        post(
            in_batch(&with("nope", "1")),
            "unknown field `tasks[1].nope`",
        ),
        post(
            in_batch("{\"description\": \"a\", \"source\": \"robot\"}"),
            "`tasks[1].source` is wrong: unknown variant",
        ),
        post("{\"tasks\": 1}".to_owned(), "`tasks` is wrong"),
        post(
            with("base_priority", &format!("\"{}\"", "é".repeat(100_000))),
            "é\", expected a whole number, 0 to 255",
        ),
        row(
            "PUT",
            "/api/memory/a/b",
            "null",
            400,
            INVALID,
            "expected an object",
        ),
        row(
            "POST",
            "/api/tool-calls",
            "[{\"tool\": 1}]",
            400,
            INVALID,
            "`[0].tool` is wrong",
        ),
        row(
            "POST",
            "/api/messages",
            "{\"to\": {}, \"type\": \"x\"}",
            400,
            INVALID,
            "exactly one of",
        ),
        row(
            "PATCH",
            "/api/agents/agt_1",
            "{\"status\": \"asleep\"}",
            400,
            INVALID,
            "`status`",
        ),
        row(
            "PUT",
            "/api/features/x",
            "{\"enabled\": 1}",
            400,
            INVALID,
            "`enabled` is wrong",
        ),
    ];
    check(&Server::start(), rows).await;
}
