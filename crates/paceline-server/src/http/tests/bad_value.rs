//! Values that a rule refuses, and queries and paths that cannot be meant.

use super::refusal::{INVALID, check, row, with};
use super::*;

#[tokio::test]
async fn the_rules_refusals_arrive_with_their_codes() {
    let server = Server::start();
    let task = server.task().await;
    let post = |body: String, fragment| row("POST", "/api/tasks", body, 400, INVALID, fragment);
    let many = format!("[{}]", vec!["\"tsk_1\""; 101].join(","));
    let long = format!("\"{}\"", "x".repeat(10_001));
    let only = |description: &str| {
        format!("{{\"description\":{description},\"source\":\"human\",\"agent_type\":\"a\"}}")
    };
    let cycle = "{\"tasks\": [\
        {\"ref\": \"a\", \"description\": \"a\", \"source\": \"human\", \"agent_type\": \"a\", \"prerequisites\": [\"b\"]},\
        {\"ref\": \"b\", \"description\": \"b\", \"source\": \"human\", \"agent_type\": \"a\", \"prerequisites\": [\"a\"]}]}";
    let itself = format!("{{\"prerequisites\": [\"{task}\"]}}");
    let claim = "{\"agent_id\": \"agt_none\"}";
    let finish = "{\"agent_id\": \"agt_none\", \"fence\": 1}";
    let rows = vec![
        post(only(&long), "`description`"),
        post(only("\"\""), "`description`"),
        post(only("\"a\\u0000b\""), "`description`"),
        post(
            with("summary", &format!("\"{}\"", "x".repeat(141))),
            "`summary`",
        ),
        post(with("agent_id", "\"\""), "`agent_id`"),
        row(
            "POST",
            "/api/tasks",
            with("prerequisites", &many),
            400,
            INVALID,
            "prerequisites",
        ),
        row(
            "POST",
            "/api/tasks",
            with("prerequisites", "[\"tsk_none\"]"),
            404,
            "not_found",
            "tsk_none",
        ),
        row(
            "POST",
            "/api/tasks",
            cycle,
            400,
            "circular_dependency",
            " -> ",
        ),
        row(
            "PATCH",
            &format!("/api/tasks/{task}"),
            itself,
            400,
            "circular_dependency",
            " -> ",
        ),
        row(
            "GET",
            "/api/tasks/tsk_none",
            "",
            404,
            "not_found",
            "no task `tsk_none`",
        ),
        row(
            "GET",
            "/api/agents/agt_none",
            "",
            404,
            "not_found",
            "no agent `agt_none`",
        ),
        row(
            "GET",
            "/api/memory/a/b",
            "",
            404,
            "not_found",
            "no memory entry",
        ),
        row(
            "GET",
            "/api/elections/none",
            "",
            404,
            "not_found",
            "no election `none`",
        ),
        row(
            "POST",
            "/api/tasks/claim",
            claim,
            404,
            "not_found",
            "no agent `agt_none`",
        ),
        row(
            "POST",
            "/api/tasks/tsk_none/complete",
            finish,
            404,
            "not_found",
            "tsk_none",
        ),
        row(
            "PUT",
            "/api/features/none",
            "{\"enabled\": true}",
            404,
            "not_found",
            "no feature",
        ),
    ];
    check(&server, rows).await;
}

#[tokio::test]
async fn a_wrong_query_or_path_is_named() {
    let get = |path: &str, fragment| row("GET", path, "", 400, INVALID, fragment);
    let long = format!("/api/tasks/{}", "x".repeat(201));
    let endless = format!("/api/tasks?agent_type={}", "x".repeat(20_000));
    let rows = vec![
        get(
            "/api/tasks?limit=many",
            "`limit` is wrong: expected a whole number",
        ),
        get(
            "/api/tasks?limit=",
            "`limit` is wrong: expected a whole number",
        ),
        get("/api/tasks?limit=-1", "`limit` is wrong"),
        get("/api/tasks?limit=0", "`limit`"),
        get("/api/tasks?limit=501", "`limit`"),
        get("/api/tasks?limit=1&limit=2", "duplicate field `limit`"),
        get("/api/tasks?limits=1", "unknown field `limits`"),
        get("/api/tasks?status=done", "`done` is not a task status"),
        get(
            "/api/tasks?source=robot",
            "`source` is wrong: unknown variant",
        ),
        get("/api/tasks?cursor=%F0%9F", "cursor"),
        get("/api/tasks/queue?x=1", "takes no query"),
        get("/api/tasks/a%00b", "`task_id` must be"),
        get("/api/tasks/a%0Ab", "`task_id` must be"),
        get("/api/tasks/%FF", "the path is not UTF-8"),
        get(&long, "`task_id` must be 1 to 200"),
        get("/api/report?days=0", "days"),
        get("/api/report?month=2026-13", "month"),
        row(
            "GET",
            &endless,
            "",
            413,
            "limit_exceeded",
            "the query is longer",
        ),
    ];
    check(&Server::start(), rows).await;
}
