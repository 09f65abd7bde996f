//! Every trap of the fleets' formats, over fixtures, with a model in place of the store: what is
//! known by its id is not added again.

mod kept;
mod stored;

use std::path::{Path, PathBuf};

use paceline_core::message::Recipient;
use paceline_core::task::Status;
use paceline_core::{Now, Steady, Timestamp, election};
use paceline_store::import::Batch;

use self::kept::Kept;
use super::{Account, sources};
use crate::record_format::{BadLines, read_perf};

const NOW: Now = Now {
    wall: Timestamp(1_767_800_000_000),
    steady: Steady(0),
};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fleet")
}

fn imported() -> (Kept, Account) {
    let data_dir = tempfile::tempdir().unwrap();
    let mut kept = Kept::default();
    let account = kept.import(&fixtures(), data_dir.path());
    (kept, account)
}

fn notes(account: &Account, file: &str) -> String {
    let file = account.files.iter().find(|one| one.file == file).unwrap();
    file.notes.join("\n")
}

fn reasons(account: &Account, file: &str) -> Vec<(u64, String)> {
    let file = account.files.iter().find(|one| one.file == file).unwrap();
    file.dropped
        .examples
        .iter()
        .map(|bad| (bad.line, bad.reason.clone()))
        .collect()
}

fn says(text: &str, expected: &[&str]) {
    for part in expected {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
}

#[test]
fn every_row_is_in_exactly_one_place_of_the_account() {
    let (_, account) = imported();
    assert_eq!(account.files.len(), 12);
    for file in &account.files {
        let told = file.added + file.present + file.repeated + file.not_stored + file.dropped.total;
        assert_eq!(file.rows_read, told, "{file:#?}");
    }
    assert_eq!(
        account.ignored,
        ["README.md", "message-archives/index.json"]
    );
}

#[test]
fn importing_twice_changes_nothing() {
    let data_dir = tempfile::tempdir().unwrap();
    let mut kept = Kept::default();
    let first = kept.import(&fixtures(), data_dir.path());
    let record = data_dir.path().join("perf-metrics-imported.jsonl");
    let before = std::fs::read(&record).unwrap();
    let second = kept.import(&fixtures(), data_dir.path());
    assert_eq!(second.added(), 0, "{second:#?}");
    assert_eq!(std::fs::read(&record).unwrap(), before);
    for (first, second) in first.files.iter().zip(&second.files) {
        assert_eq!(
            (first.records(), &first.notes),
            (second.records(), &second.notes)
        );
    }
}

#[test]
fn of_several_rows_of_one_call_the_first_complete_one_counts() {
    let (kept, account) = imported();
    let calls = kept.calls();
    assert_eq!((calls.len(), account.rows("tool calls")), (4, 10));
    let call = |id: &str| calls.iter().find(|call| call.call_id == id).unwrap();
    assert_eq!(call("call_four_times").duration_ms, 4.0);
    assert_eq!(
        call("call_completed_later").session_id.as_deref(),
        Some("ses_2")
    );
    assert!(
        calls
            .iter()
            .all(|call| call.success_reported || call.call_id == "call_measured")
    );
    assert!(!call("call_measured").success_reported);
    says(
        &notes(&account, "tool-timing.jsonl"),
        &["4 rows repeat a call", "name no session"],
    );
    let dropped = reasons(&account, "tool-timing.jsonl");
    assert_eq!(dropped.len(), 2);
    assert!(dropped[0].1.contains("`call_id`"), "{dropped:?}");
    assert!(dropped[1].1.contains("torn"), "{dropped:?}");
}

#[test]
fn tasks_keep_what_they_wait_for_and_their_own_totals_are_believed() {
    let (kept, account) = imported();
    let status = |id: &str| kept.task(id).status;
    assert_eq!(status("task_done"), Status::Completed);
    assert_eq!(status("task_waiting"), Status::Ready);
    assert_eq!(status("task_under_way"), Status::Ready);
    assert_eq!(kept.task("task_under_way").assigned_to, None);
    assert_eq!(status("task_behind"), Status::Blocked);
    assert_eq!(kept.task("task_behind").unmet_prerequisites, 1);
    assert_eq!(kept.task("task_waiting").dependents_waiting, 1);
    assert_eq!(kept.task("task_behind").dependency_depth, 1);
    assert_eq!(status("task_behind_cancelled"), Status::Cancelled);
    assert_eq!(status("task_circle_a"), Status::Ready);
    let told = notes(&account, "tasks.json");
    says(
        &told,
        &[
            "2 completed, 2 cancelled, 0 failed, 6 waiting",
            "`completed_count` 191 disagrees with 2 completed tasks",
            "wait for each other",
            "waits for 1 tasks not in the file",
        ],
    );
}

#[test]
fn fields_of_a_task_find_their_place() {
    let (kept, _) = imported();
    let done = kept.task("task_done");
    assert_eq!((done.base_priority, done.notes.len()), (9, 3));
    assert_eq!(done.notes[1].at, Timestamp(1_767_225_600_000));
    assert_eq!(
        done.assigned_to.as_ref().map(|agent| agent.as_str()),
        Some("agent-1")
    );
    assert_eq!(done.finished_at.unwrap() - done.started_at.unwrap(), 60_000);
    assert_eq!(done.estimated_duration_seconds, Some(5_400));
    assert_eq!(
        done.description, "Only a title",
        "an empty description gives way to the title"
    );
    says(
        done.input.as_ref().unwrap().as_str(),
        &["\"tags\":[\"a\"]", "\"complexity\""],
    );
    let priorities = ["task_done", "task_waiting", "task_behind", "task_under_way"];
    assert_eq!(
        priorities.map(|id| kept.task(id).base_priority),
        [9, 7, 5, 3]
    );
    assert!(0.0 < kept.task("task_waiting").calculated_priority);
}

#[test]
fn bad_items_of_a_document_are_told_by_number_and_reason() {
    let (_, account) = imported();
    let check = |file: &str, expected: &[(u64, &str)]| {
        let found = reasons(&account, file);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((line, reason), (number, part)) in found.iter().zip(expected) {
            assert!(line == number && reason.contains(part), "{found:?}");
        }
    };
    check(
        "tasks.json",
        &[(11, "status `paused` is unknown"), (12, "has no `id`")],
    );
    check(
        "quality-assessments.json",
        &[(3, "no score for `impact`"), (4, "is not from 0 to 10")],
    );
    check("agent-registry.json", &[(2, "neither `started_at` nor")]);
    check(
        "message-bus.jsonl",
        &[
            (6, "column"),
            (7, "no usable `timestamp`"),
            (8, "another message's id"),
        ],
    );
    check("perf-metrics.jsonl", &[(3, "not a duration")]);
}

#[test]
fn messages_go_to_an_agent_a_role_or_everybody() {
    let (kept, account) = imported();
    let messages = kept.messages();
    let to = |id: &str| {
        let found = messages
            .iter()
            .find(|message| message.message_id.as_str() == id)
            .unwrap();
        found.to.clone()
    };
    assert_eq!(to("msg-1"), Recipient::All);
    assert_eq!(to("msg-2"), Recipient::Role("orchestrator".into()));
    assert!(matches!(to("msg-3"), Recipient::Agent(agent) if agent.as_str() == "agent-1"));
    assert!(matches!(to("msg-4"), Recipient::Agent(agent) if agent.as_str() == "scribe"));
    assert!(
        messages
            .iter()
            .all(|message| message.kind != "task_complete")
    );
    let times: Vec<_> = messages.iter().map(|message| message.sent_at).collect();
    assert!(times.is_sorted(), "{times:?}");
    says(
        &notes(&account, "message-bus.jsonl"),
        &[
            "1 rows are word for word",
            "one event",
            "no payload",
            "no latency",
            "no milliseconds",
        ],
    );
    assert_eq!(
        (account.records("messages"), account.rows("messages")),
        (6, 10)
    );
}

#[test]
fn scores_drawn_by_a_program_are_marked() {
    let (kept, account) = imported();
    let automatic: Vec<_> = kept.assessments().iter().map(|one| one.automatic).collect();
    assert_eq!(automatic, [false, true]);
    let agents: Vec<_> = kept
        .assessments()
        .into_iter()
        .map(|one| one.agent_id)
        .collect();
    assert_eq!(
        agents[0].as_ref().map(|agent| agent.as_str()),
        Some("agent-1")
    );
    says(
        &notes(&account, "quality-assessments.json"),
        &["1 assessments were drawn by a program"],
    );
}

#[test]
fn the_epoch_kept_is_the_greatest_ever_given_out() {
    let (kept, account) = imported();
    let [(state, terms)] = kept.terms().try_into().unwrap();
    assert_eq!(
        (state.epoch, state.ttl_ms, state.leader),
        (6, 180_000, None)
    );
    let epochs: Vec<_> = terms.iter().map(|term| term.epoch).collect();
    assert_eq!(epochs, [1, 2, 6, 1, 1]);
    assert_eq!(terms[0].ended_by, Some(election::TermEnd::Expired));
    says(
        &notes(&account, "coordination.log"),
        &["2 of 5 acquisitions did not raise the epoch"],
    );
}

#[test]
fn reported_figures_stay_reported_and_contradictions_are_told() {
    let (_, account) = imported();
    assert_eq!(account.records("agents' reported figures"), 2);
    says(
        &notes(&account, "agent-performance-metrics.json"),
        &["1 agents have more tasks completed"],
    );
}

#[test]
fn several_rows_of_one_session_are_one_session() {
    let (kept, account) = imported();
    let sessions = kept.all(|batch| {
        if let Batch::Sessions(rows) = batch {
            Some(rows)
        } else {
            None
        }
    });
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0].tool_calls, Some(103));
    assert_eq!(
        sessions[0].ended_at.unwrap() - sessions[0].started_at.unwrap(),
        1_000
    );
    says(&notes(&account, "sessions.jsonl"), &["1 `file_edit` rows"]);
}

#[test]
fn operations_are_renamed_and_equal_rows_are_kept_apart() {
    let data_dir = tempfile::tempdir().unwrap();
    Kept::default().import(&fixtures(), data_dir.path());
    let mut names = Vec::new();
    let path = data_dir.path().join("perf-metrics-imported.jsonl");
    read_perf(&path, &mut BadLines::default(), |record| {
        names.push(record.operation_type.to_string());
    })
    .unwrap();
    let expected = [
        "task_enqueue",
        "message_send",
        "message_read",
        "leader_campaign",
        "task_claim",
        "task_claim",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_half_written_record_does_not_swallow_the_next_row() {
    let data_dir = tempfile::tempdir().unwrap();
    let path = data_dir.path().join("perf-metrics-imported.jsonl");
    std::fs::write(&path, "{\"timestamp\":\"2026-").unwrap();
    let account = Kept::default().import(&fixtures().join("perf-metrics.jsonl"), data_dir.path());
    assert_eq!(account.added(), 6);
    let (mut bad, mut rows) = (BadLines::default(), 0);
    read_perf(&path, &mut bad, |_| rows += 1).unwrap();
    assert_eq!((rows, bad.total), (6, 1));
}

#[test]
fn a_broken_document_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tasks.json"), "{\"tasks\": [").unwrap();
    std::fs::write(folder.path().join("agent-registry.json"), "[]").unwrap();
    std::fs::write(
        folder.path().join("quality-assessments.json"),
        "{\"rows\": {}}",
    )
    .unwrap();
    std::fs::write(folder.path().join("orchestrator-state.json"), "\"x\"").unwrap();
    std::fs::write(
        folder.path().join("sessions.jsonl"),
        [b'{', 0xff, b'\n', 0, b'\n'],
    )
    .unwrap();
    let account = Kept::default().import(folder.path(), folder.path());
    assert_eq!(
        (account.files.len(), account.added(), account.dropped()),
        (5, 0, 5),
        "{account:#?}"
    );
}

#[test]
fn a_folder_without_anything_known_is_an_error_that_lists_what_is() {
    let folder = tempfile::tempdir().unwrap();
    let error = sources::discover(folder.path()).unwrap_err().to_string();
    says(
        &error,
        &["holds no file that import knows", "tool-timing.jsonl"],
    );
    let error = sources::discover(&folder.path().join("absent"))
        .unwrap_err()
        .to_string();
    says(&error, &["absent", "cannot be read"]);
}
