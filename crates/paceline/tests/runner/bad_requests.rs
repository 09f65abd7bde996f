//! Requests that make no sense, as a table. Owns what each is answered: status, code, a sentence
//! that names the fault, and a hint; and that the server keeps what it had.

use serde_json::{Value, json};

use crate::call::{Expect as _, Refusal, enqueue, list_all};
use crate::http::Answer;
use crate::server::Server;

struct Bad {
    request: &'static str,
    body: Vec<u8>,
    status: u16,
    code: &'static str,
    /// What the sentence must name.
    names: &'static str,
}

fn bad(
    request: &'static str,
    body: impl Into<Vec<u8>>,
    status: u16,
    code: &'static str,
    names: &'static str,
) -> Bad {
    Bad {
        request,
        body: body.into(),
        status,
        code,
        names,
    }
}

const INVALID: &str = "invalid_argument";

fn unknown_ids() -> Vec<Bad> {
    let holder = r#"{"agent_id": "agt_nobody", "fence": 1}"#;
    let not_found = |request, body: &str| bad(request, body, 404, "not_found", "nobody");
    vec![
        not_found("GET /api/tasks/tsk_nobody", ""),
        not_found("POST /api/tasks/tsk_nobody/complete", holder),
        not_found("POST /api/tasks/tsk_nobody/fail", holder),
        not_found("POST /api/tasks/tsk_nobody/renew", holder),
        not_found("POST /api/tasks/tsk_nobody/release", holder),
        not_found("POST /api/tasks/tsk_nobody/cancel", "{}"),
        not_found("PATCH /api/tasks/tsk_nobody", r#"{"note": "hello"}"#),
        not_found("POST /api/tasks/claim", r#"{"agent_id": "agt_nobody"}"#),
        not_found(
            "POST /api/tasks",
            r#"{"description": "a", "prerequisites": ["tsk_nobody"]}"#,
        ),
        not_found("POST /api/tasks/plan", r#"{"task_ids": ["tsk_nobody"]}"#),
        not_found("GET /api/agents/agt_nobody", ""),
        not_found("DELETE /api/agents/agt_nobody", ""),
        not_found("POST /api/agents/agt_nobody/heartbeat", "{}"),
        not_found("GET /api/agents/agt_nobody/messages", ""),
        not_found(
            "POST /api/messages",
            r#"{"to": {"agent": "agt_nobody"}, "type": "hi"}"#,
        ),
        not_found("GET /api/memory/space/nobody", ""),
        not_found(
            "POST /api/elections/chief/campaign",
            r#"{"agent_id": "agt_nobody"}"#,
        ),
        not_found("GET /api/nobody", ""),
    ]
}

fn broken_json() -> Vec<Bad> {
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let nested = format!(r#"{{"description": "a", "input": {deep}}}"#);
    let task = |body: &[u8], names| bad("POST /api/tasks", body, 400, INVALID, names);
    vec![
        task(b"", ""),
        task(b"{", ""),
        task(b"not json", ""),
        task(b"[]", ""),
        task(b"null", "object"),
        task(b"\xff\xfe", ""),
        task(br#"{"description": "a"} trailing"#, ""),
        task(br#"{"description": 7}"#, "description"),
        task(
            br#"{"description": "a", "base_priority": "high"}"#,
            "base_priority",
        ),
        task(
            br#"{"description": "a", "base_priority": 5.5}"#,
            "base_priority",
        ),
        task(
            br#"{"description": "a", "base_priority": -1}"#,
            "base_priority",
        ),
        task(
            br#"{"description": "a", "prerequisites": "tsk_1"}"#,
            "prerequisites",
        ),
        task(
            br#"{"description": "a", "deadline": "tomorrow"}"#,
            "deadline",
        ),
        task(br#"{"description": "a", "source": "robot"}"#, "source"),
        task(br#"{"description": "a", "descripton": "b"}"#, "descripton"),
        task(
            br#"{"description": "a", "description": "b"}"#,
            "description",
        ),
        task(br#"{"description": "a", "input": {"k": 1, "k": 2}}"#, "k"),
        task(br#"{"description": "a\u0000b"}"#, "description"),
        task(br#"{"description": "a", "input": "\u0000"}"#, "input"),
        task(br#"{"description": "\ud800"}"#, ""),
        task(br#"{"description": "a", "input": {"k": "\udfff"}}"#, ""),
        task(
            br#"{"tasks": [{"description": 7}]}"#,
            "tasks[0].description",
        ),
        task(nested.as_bytes(), ""),
        task(deep.as_bytes(), ""),
    ]
}

fn too_much() -> Vec<Bad> {
    let text = |length: usize| "x".repeat(length);
    let description = json!({"description": text(10_001)});
    let summary = json!({"description": "a", "summary": text(141)});
    let ids: Vec<_> = (0..101).map(|n| format!("tsk_{n}")).collect();
    let crowd = json!({"description": "a", "prerequisites": ids});
    let batch = json!({"tasks": vec![json!({"description": "a"}); 1_001]});
    let body = json!({"description": "a", "input": text(2 * 1024 * 1024)});
    let key = format!("/api/memory/space/{}", text(513));
    let post = |body: &Value, status, code, names| {
        bad("POST /api/tasks", body.to_string(), status, code, names)
    };
    vec![
        post(&description, 400, INVALID, "description"),
        post(&json!({"description": ""}), 400, INVALID, "description"),
        post(&summary, 400, INVALID, "summary"),
        post(
            &json!({"description": "a", "base_priority": 11}),
            400,
            INVALID,
            "base_priority",
        ),
        post(&crowd, 400, INVALID, "prerequisites"),
        post(&batch, 400, INVALID, "tasks"),
        post(&json!({"tasks": []}), 400, INVALID, "tasks"),
        post(&body, 413, "limit_exceeded", ""),
        bad(
            Box::leak(format!("PUT {key}").into_boxed_str()),
            r#"{"value": 1}"#,
            400,
            INVALID,
            "key",
        ),
        bad("GET /api/tasks?limit=501", "", 400, INVALID, "limit"),
        bad("GET /api/tasks?limit=0", "", 400, INVALID, "limit"),
        bad("GET /api/tasks?limit=many", "", 400, INVALID, "limit"),
        bad("GET /api/tasks?cursor=made-up", "", 400, INVALID, "cursor"),
        bad(
            "GET /api/tasks?status=sleeping",
            "",
            400,
            INVALID,
            "sleeping",
        ),
        bad("GET /api/tasks?colour=red", "", 400, INVALID, "colour"),
        bad("DELETE /api/tasks", "", 405, INVALID, "DELETE"),
    ]
}

#[test]
fn every_bad_request_gets_its_code_a_sentence_and_a_hint_and_harms_nothing() {
    let server = Server::start();
    let mut caller = server.over_http();
    let kept = enqueue(&mut caller, "accepted before");
    let mut faults = Vec::new();
    for bad in unknown_ids()
        .into_iter()
        .chain(broken_json())
        .chain(too_much())
    {
        let (method, path) = bad.request.split_once(' ').expect("a method and a path");
        let answer = server
            .connect()
            .send(method, path, &[], &bad.body)
            .expect("an answer");
        if let Err(fault) = judge(&bad, &answer) {
            let body = String::from_utf8_lossy(&bad.body[..bad.body.len().min(80)]).into_owned();
            faults.push(format!(
                "{} {body}\n    {fault}: {}",
                bad.request,
                answer.text()
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "{} bad answers:\n{}",
        faults.len(),
        faults.join("\n")
    );
    let tasks = list_all(&mut caller, "task_list", &json!({}));
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0]["task_id"], kept.as_str());
}

fn judge(bad: &Bad, answer: &Answer) -> Result<(), &'static str> {
    let body: Value = serde_json::from_slice(&answer.body).map_err(|_| "no JSON")?;
    if body["error"]["code"].as_str().is_none() {
        return Err("no code");
    }
    let refusal = Refusal::read(&body);
    let checks = [
        (answer.status == bad.status, "another status"),
        (refusal.code == bad.code, "another code"),
        (!refusal.message.is_empty(), "no sentence"),
        (
            refusal.message.contains(bad.names),
            "the fault is not named",
        ),
        (refusal.hint.is_some_and(|hint| !hint.is_empty()), "no hint"),
    ];
    checks
        .iter()
        .find(|(holds, _)| !holds)
        .map_or(Ok(()), |(_, fault)| Err(fault))
}

#[test]
fn a_cycle_is_refused_with_its_path_and_stores_nothing() {
    let server = Server::start();
    let mut caller = server.over_http();
    let one = enqueue(&mut caller, "one");
    let after = |task: &str| json!({"description": "next", "prerequisites": [task]});
    let two = caller.call("task_enqueue", after(&one)).granted()["task_id"].clone();
    let three = caller
        .call("task_enqueue", after(two.as_str().expect("an id")))
        .granted()["task_id"]
        .clone();

    let closing = json!({"task_id": one, "prerequisites": [three]});
    let refusal = caller.call("task_update", closing).refused();
    check_path(&refusal, &[one.as_str().into(), two.clone(), three]);

    let own = json!({"task_id": one, "prerequisites": [one]});
    let refusal = caller.call("task_update", own).refused();
    check_path(&refusal, &[one.as_str().into()]);

    let ring = json!({"tasks": [
        {"ref": "a", "description": "a", "prerequisites": ["b"]},
        {"ref": "b", "description": "b", "prerequisites": ["c"]},
        {"ref": "c", "description": "c", "prerequisites": ["a"]},
        {"description": "innocent"},
    ]});
    let refusal = caller.call("task_enqueue", ring).refused();
    check_path(&refusal, &[]);

    let selfish = json!({"tasks": [{"ref": "a", "description": "a", "prerequisites": ["a"]}]});
    let refusal = caller.call("task_enqueue", selfish).refused();
    check_path(&refusal, &[]);

    assert_eq!(list_all(&mut caller, "task_list", &json!({})).len(), 3);
    let first = caller.call("task_get", json!({"task_id": one})).granted();
    assert_eq!(first["status"], "ready");
}

#[track_caller]
fn check_path(refusal: &Refusal, members: &[Value]) {
    assert_eq!(refusal.code, "circular_dependency", "{refusal:?}");
    assert!(refusal.hint.is_some(), "{refusal:?}");
    let path = refusal.details["path"]
        .as_array()
        .unwrap_or_else(|| panic!("{refusal:?}"));
    assert!(
        2 <= path.len() && path.first() == path.last(),
        "no closed path: {refusal:?}"
    );
    for member in members {
        assert!(
            path.contains(member),
            "{member} is not on the path: {refusal:?}"
        );
    }
    for step in path.iter().filter_map(Value::as_str) {
        assert!(
            refusal.message.contains(step),
            "the sentence leaves out {step}: {refusal:?}"
        );
    }
}
