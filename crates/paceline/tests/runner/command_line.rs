//! The command line as scripts use it: output in both formats, exit codes, hints.

use std::process::Output;

use serde_json::Value;

use crate::call::text;
use crate::server::{Server, paceline};

fn run(server: &Server, arguments: &[&str]) -> Output {
    let mut all = arguments.to_vec();
    all.extend(["--url", &server.url]);
    paceline(&all)
}

#[track_caller]
fn json(output: &Output) -> Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn tasks_are_enqueued_listed_claimed_and_completed() {
    let server = Server::start();
    let agent = json(&run(
        &server,
        &["agent", "register", "--name", "cli", "--format", "json"],
    ));
    let agent = text(&agent, "agent_id");
    let task = json(&run(
        &server,
        &["task", "enqueue", "write the docs", "--format", "json"],
    ));
    let task = text(&task, "task_id");

    let listed = json(&run(&server, &["task", "list", "--format", "json"]));
    assert_eq!(listed["items"][0]["task_id"], task.as_str(), "{listed}");
    let table = run(&server, &["task", "list"]);
    let shown = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(
        shown.contains("write the docs") && shown.contains("ready"),
        "{shown}"
    );

    let claim = ["task", "claim", "--agent-id", &agent, "--format", "json"];
    let claimed = json(&run(&server, &claim));
    assert_eq!(claimed["task"]["task_id"], task.as_str());
    let fence = claimed["fence"].to_string();
    let finish = [
        "task",
        "complete",
        &task,
        "--agent-id",
        &agent,
        "--fence",
        &fence,
    ];
    let done = run(&server, &finish);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let again = run(&server, &finish);
    let said = String::from_utf8_lossy(&again.stderr);
    assert_eq!(again.status.code(), Some(1), "{said}");
    assert!(
        said.starts_with("error: ") && said.contains("\nhint: "),
        "{said}"
    );
}

#[test]
fn memory_and_elections_work_from_a_script() {
    let server = Server::start();
    let agent = json(&run(&server, &["agent", "register", "--format", "json"]));
    let agent = text(&agent, "agent_id");
    let set = run(
        &server,
        &["memory", "set", "plans", "today", r#"{"ship": true}"#],
    );
    assert!(
        set.status.success(),
        "{}",
        String::from_utf8_lossy(&set.stderr)
    );
    let got = json(&run(
        &server,
        &["memory", "get", "plans", "today", "--format", "json"],
    ));
    assert_eq!(got["value"]["ship"], true, "{got}");
    let bid = [
        "election",
        "campaign",
        "chief",
        "--agent-id",
        &agent,
        "--format",
        "json",
    ];
    assert_eq!(json(&run(&server, &bid))["is_leader"], true);
}

#[test]
fn a_server_that_is_not_there_is_named_with_a_hint() {
    let url = {
        let server = Server::start();
        server.url.clone()
    };
    let failed = paceline(&["task", "list", "--url", &url]);
    let said = String::from_utf8_lossy(&failed.stderr);
    assert_eq!(failed.status.code(), Some(1), "{said}");
    assert!(said.contains(&url) && said.contains("\nhint: "), "{said}");
}

#[test]
fn bad_usage_is_exit_code_2_and_help_is_0() {
    assert_eq!(paceline(&["task", "enqueue"]).status.code(), Some(2));
    assert_eq!(paceline(&["--help"]).status.code(), Some(0));
    assert_eq!(paceline(&["task", "--help"]).status.code(), Some(0));
    assert_eq!(
        paceline(&["task", "claim", "--help"]).status.code(),
        Some(0)
    );
    assert_eq!(paceline(&["--version"]).status.code(), Some(0));
}
