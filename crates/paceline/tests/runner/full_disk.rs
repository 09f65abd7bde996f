//! A disk that takes no more. Owns that the server says so, keeps answering reads, loses nothing,
//! and writes again once there is room, without a restart.
//!
//! The limit is the kernel's on the size of a file (`ulimit -f`), which needs no rights and no file
//! system of its own, and which `prlimit` lifts from a running process.

use std::process::Command;

use serde_json::{Value, json};

use crate::call::{Expect as _, Trouble, list_all, text};
use crate::server::{BINARY, Server, serve};

/// In blocks of 512 bytes or a kilobyte, depending on the shell: small either way.
const BLOCKS: &str = "2048";

/// The signal that would end the process is ignored, as it is for a real full disk.
fn cramped_server(data: &std::path::Path) -> Server {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "trap '' XFSZ; ulimit -S -f \"$1\"; shift; exec \"$@\"",
            "sh",
            BLOCKS,
            BINARY,
        ])
        .args(serve(data));
    Server::run(command, data).unwrap_or_else(|said| panic!("the server did not start:\n{said}"))
}

#[test]
fn a_full_disk_turns_the_server_read_only_until_there_is_room() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut server = cramped_server(home.path());
    let mut caller = server.over_http();
    let mut accepted = Vec::new();
    let refusal = loop {
        let task = json!({"description": "x".repeat(10_000)});
        match caller.call("task_enqueue", task) {
            Ok(task) => accepted.push(text(&task, "task_id")),
            Err(Trouble::Refused(refusal)) => break refusal,
            Err(Trouble::Silence(error)) => panic!("the server went away: {error}"),
        }
        assert!(accepted.len() < 10_000, "the disk never filled");
    };
    assert_eq!(refusal.code, "unavailable", "{refusal:?}");
    assert!(refusal.message.contains("read-only"), "{refusal:?}");
    assert!(refusal.hint.is_some(), "{refusal:?}");
    let check = |caller: &mut crate::call::Caller, accepted: &[String]| {
        let stored = list_all(caller, "task_list", &json!({}));
        let stored: Vec<_> = stored.iter().map(|task| text(task, "task_id")).collect();
        let lost: Vec<_> = accepted
            .iter()
            .filter(|task| !stored.contains(task))
            .collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        assert_eq!(stored.len(), accepted.len());
    };
    check(&mut caller, &accepted);

    lift_limit(&server);
    let again = json!({"description": "there is room again"});
    accepted.push(text(&write_when_able(&mut caller, &again), "task_id"));
    check(&mut caller, &accepted);

    server.kill();
    let server = server.restart(&[]);
    check(&mut server.over_http(), &accepted);
}

fn lift_limit(server: &Server) {
    let id = server.id().to_string();
    let lifted = Command::new("prlimit")
        .args(["--fsize=unlimited", "--pid", &id])
        .status();
    assert!(
        lifted.is_ok_and(|status| status.success()),
        "`prlimit` of util-linux is needed"
    );
}

/// The server may look at the disk again only now and then, so the first answer may be the old one.
fn write_when_able(caller: &mut crate::call::Caller, task: &Value) -> Value {
    let deadline = std::time::Duration::from_secs(20);
    let pause = std::time::Duration::from_millis(100);
    let attempts = deadline.as_millis() / pause.as_millis();
    for _ in 0..attempts {
        match caller.call("task_enqueue", task.clone()) {
            Err(Trouble::Refused(refusal)) if refusal.code == "unavailable" => {
                std::thread::sleep(pause);
            }
            outcome => return outcome.granted(),
        }
    }
    panic!("the server did not recover within {deadline:?}");
}

#[test]
fn metrics_that_find_no_room_are_refused_and_those_accepted_stay() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut server = cramped_server(home.path());
    let mut caller = server.over_http();
    let mut rows = 0;
    let refusal = loop {
        match caller.call("metric_record", row(rows + 1)) {
            Ok(answer) => {
                assert_eq!(answer["accepted"], METRICS, "{answer}");
                rows += 1;
            }
            Err(Trouble::Refused(refusal)) => break refusal,
            Err(Trouble::Silence(error)) => panic!("the server went away: {error}"),
        }
        assert!(rows < 10_000, "the disk never filled");
    };
    assert_eq!(refusal.code, "unavailable", "{refusal:?}");
    assert!(refusal.hint.is_some(), "{refusal:?}");
    let ready = server.connect().get("/readyz").expect("an answer");
    assert_eq!(ready.status, 503, "{}", ready.text());
    let task = json!({"description": "coordination goes on"});
    caller.call("task_enqueue", task).granted();

    lift_limit(&server);
    let deadline = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(20);
    loop {
        match caller.call("metric_record", row(rows + 1)) {
            Err(Trouble::Refused(refusal)) if refusal.code == "unavailable" => {
                assert!(jiff::Timestamp::now() < deadline, "{refusal:?}");
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
            outcome => break assert_eq!(outcome.granted()["accepted"], METRICS),
        }
    }
    rows += 1;
    let ready = server.connect().get("/readyz").expect("an answer");
    assert_eq!(ready.status, 200, "{}", ready.text());
    server.kill();
    let server = server.restart(&[]);
    for metric in [0, METRICS - 1] {
        let promql = format!("max_over_time(full_{metric}[1h])");
        let newest: Vec<_> = crate::metrics::query(&server.url, &promql)
            .into_values()
            .collect();
        assert_eq!(newest, [f64::from(rows)], "full_{metric}");
    }
}

const METRICS: u32 = 500;

/// All values are the number of the row.
fn row(number: u32) -> Value {
    let values = (0..METRICS).map(|at| (format!("full_{at}"), json!(number)));
    let at = jiff::Timestamp::now().as_millisecond();
    let at = paceline_api::Timestamp::from_millis(at);
    let values: serde_json::Map<String, Value> = values.collect();
    json!({"rows": [{"at": at, "values": values}]})
}
