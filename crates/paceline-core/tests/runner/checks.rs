//! What callers may say, field by field: the first broken limit is named with its number.

use paceline_core::agent::{Health, Register, SilencePolicy, UpdateStatus, health};
use paceline_core::message::{self, Recipient};
use paceline_core::quality::{Assess, Scores, assess};
use paceline_core::task::{NewTask, Update, enqueue, update};
use paceline_core::tool_call::{self, ToolCall};
use paceline_core::{AssessmentId, Json, MessageId, TaskId, Timestamp, agent, memory};

use crate::samples::{new_task, sentence, task};

fn long(length: usize) -> String {
    "ä".repeat(length)
}

#[test]
fn an_identifier_from_outside_is_short_and_printable() {
    let check = |text: String, expected: &str| {
        let outcome = TaskId::parse(text).map_or_else(
            |invalid| invalid.to_string(),
            |id| format!("{} bytes", id.as_str().len()),
        );
        assert_eq!(outcome, expected);
    };
    let refused = "`task_id` must be 1 to 200 characters without control characters";
    check("tsk_1".into(), "5 bytes");
    check(long(200), "400 bytes");
    check(long(201), refused);
    check(String::new(), refused);
    check("a\nb".into(), refused);
    check("a\0b".into(), refused);
}

#[test]
fn a_new_task_is_held_to_its_limits() {
    let check = |change: &dyn Fn(&mut NewTask), expected: &str| {
        let mut new = new_task("t");
        change(&mut new);
        assert_eq!(sentence(enqueue::check(&new)), expected);
    };
    check(&|_| {}, "ok");
    check(&|new| new.description = long(10_000), "ok");
    check(
        &|new| new.description = long(10_001),
        "`description` must be 1 to 10000 characters, got 10001",
    );
    check(
        &|new| new.description = String::new(),
        "`description` must be 1 to 10000 characters, it is empty",
    );
    check(
        &|new| new.description = "a\0b".into(),
        "`description` must not hold a NUL character",
    );
    check(&|new| new.summary = Some(long(140)), "ok");
    check(
        &|new| new.summary = Some(long(141)),
        "`summary` must be 1 to 140 characters, got 141",
    );
    check(
        &|new| new.agent_type = Some(long(201)),
        "`agent_type` must be 1 to 200 characters, got 201",
    );
    check(
        &|new| new.session_id = Some("\0".into()),
        "`session_id` must not hold a NUL character",
    );
    check(
        &|new| new.input = Some(Json::trusted("\"\\u0000\"")),
        "`input` must not hold a NUL character",
    );
    check(&|new| new.base_priority = 10, "ok");
    check(
        &|new| new.base_priority = 11,
        "`base_priority` must be 0 to 10, got 11",
    );
    check(
        &|new| new.max_retries = 101,
        "`max_retries` must be 0 to 100, got 101",
    );
    check(
        &|new| new.estimated_duration_seconds = Some(0),
        "`estimated_duration_seconds` must be at least 1, got 0",
    );
}

#[test]
fn prerequisites_are_bounded_each_once_and_not_the_task_itself() {
    let check = |prerequisites: Vec<&str>, expected: &str| {
        let mut new = new_task("t");
        new.prerequisites = prerequisites.into_iter().map(task).collect();
        let update = Update {
            add_prerequisites: new.prerequisites.clone(),
            ..plain_update()
        };
        assert_eq!(sentence(enqueue::check(&new)), expected);
        assert_eq!(sentence(update::check(&update)), expected);
    };
    let names: Vec<String> = (0..101).map(|index| format!("p{index}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    check(names[..100].to_vec(), "ok");
    check(
        names,
        "`prerequisites` must have at most 100 entries, got 101",
    );
    check(
        vec!["a", "b", "a"],
        "`prerequisites` must name each task once, `a` is there twice",
    );
    check(vec!["a", "t"], "prerequisites form a cycle: t -> t");
}

#[test]
fn an_update_is_held_to_the_limits_of_a_new_task() {
    let check = |change: &dyn Fn(&mut Update), expected: &str| {
        let mut update = plain_update();
        change(&mut update);
        assert_eq!(sentence(update::check(&update)), expected);
    };
    check(&|_| {}, "ok");
    check(
        &|update| update.note = Some(String::new()),
        "`note` must be 1 to 10000 characters, it is empty",
    );
    check(
        &|update| update.base_priority = Some(11),
        "`base_priority` must be 0 to 10, got 11",
    );
}

fn plain_update() -> Update {
    Update {
        task_id: task("t"),
        agent_id: None,
        note: Some("half way".into()),
        base_priority: Some(7),
        deadline: Some(None),
        add_prerequisites: Vec::new(),
    }
}

#[test]
fn an_agent_is_held_to_its_limits() {
    let check = |change: &dyn Fn(&mut Register), expected: &str| {
        let mut register = Register {
            agent_id: crate::samples::agent("alice"),
            name: Some("Alice".into()),
            role: Some("coder".into()),
            agent_types: vec!["rust".into(); 32],
            topics: vec!["builds".into(); 64],
            session_id: None,
            metadata: Some(Json::trusted("{}")),
            token_hash: [0; 32],
        };
        change(&mut register);
        assert_eq!(sentence(agent::register::check(&register)), expected);
    };
    check(&|_| {}, "ok");
    check(
        &|register| register.name = Some(String::new()),
        "`name` must be 1 to 200 characters, it is empty",
    );
    check(
        &|register| register.agent_types.push("go".into()),
        "`agent_types` must have at most 32 entries, got 33",
    );
    check(
        &|register| register.topics.push("x".into()),
        "`topics` must have at most 64 entries, got 65",
    );
    check(
        &|register| register.metadata = Some(Json::trusted("\"\\ud800\"")),
        "`metadata` must not hold a lone surrogate",
    );
}

#[test]
fn what_an_agent_says_it_does_is_bounded() {
    let status = |current_task: Option<Option<String>>| UpdateStatus {
        agent_id: crate::samples::agent("alice"),
        activity: None,
        current_task,
        agent_types: None,
        topics: None,
    };
    let check = |status: UpdateStatus, expected: &str| {
        assert_eq!(sentence(agent::update::check(&status)), expected);
    };
    check(status(None), "ok");
    check(status(Some(None)), "ok");
    check(status(Some(Some("tsk_1".into()))), "ok");
    check(
        status(Some(Some(String::new()))),
        "`current_task` must be 1 to 10000 characters, it is empty",
    );
}

#[test]
fn silence_is_judged_by_its_length() {
    let check = |silence_ms: i64, expected: Health| {
        let judged = health::judge(silence_ms, SilencePolicy::default());
        assert_eq!(judged, expected, "{silence_ms} ms");
    };
    check(-5, Health::Healthy);
    check(60_000, Health::Healthy);
    check(60_001, Health::Warning);
    check(180_000, Health::Warning);
    check(180_001, Health::Stale);
    check(300_000, Health::Stale);
    check(300_001, Health::Dead);
}

#[test]
fn a_message_is_held_to_its_limits() {
    let check = |kind: &str, to: Recipient, expected: &str| {
        let send = message::Send {
            message_id: MessageId::trusted("m"),
            from: None,
            to,
            kind: kind.into(),
            payload: Some(Json::trusted("{}")),
            reply_to: None,
        };
        assert_eq!(sentence(message::send::check(&send)), expected);
    };
    check("hello", Recipient::All, "ok");
    check(
        "",
        Recipient::All,
        "`type` must be 1 to 200 characters, it is empty",
    );
    check(
        "hello",
        Recipient::Topic(String::new()),
        "`to.topic` must be 1 to 200 characters, it is empty",
    );
    check(
        "hello",
        Recipient::Role(long(201)),
        "`to.role` must be 1 to 200 characters, got 201",
    );
}

fn entry(change: impl Fn(&mut memory::Set)) -> memory::Set {
    let mut set = memory::Set {
        namespace: "notes".into(),
        key: "k".into(),
        value: Json::trusted("1"),
        expected_version: None,
        ttl_seconds: None,
        tags: Vec::new(),
        author: None,
    };
    change(&mut set);
    set
}

#[test]
fn a_memory_entry_is_held_to_its_limits() {
    let check = |set: memory::Set, expected: &str| {
        assert_eq!(sentence(memory::set::check(&set)), expected);
    };
    check(entry(|set| set.key = long(512)), "ok");
    check(
        entry(|set| set.key = long(513)),
        "`key` must be 1 to 512 characters, got 513",
    );
    check(
        entry(|set| set.tags = vec!["t".into(); 33]),
        "`tags` must have at most 32 entries, got 33",
    );
    check(
        entry(|set| set.ttl_seconds = Some(0)),
        "`ttl_seconds` must be 1 to 315360000, got 0",
    );
}

#[test]
fn a_write_gets_the_next_version_unless_another_came_first() {
    let check = |expected_version: Option<u64>, current: Option<u64>, expected: &str| {
        let set = entry(|set| set.expected_version = expected_version);
        let outcome = memory::set::next_version(&set, current).map_or_else(
            |rejection| rejection.to_string(),
            |version| version.to_string(),
        );
        assert_eq!(outcome, expected, "{expected_version:?} on {current:?}");
    };
    check(None, None, "1");
    check(None, Some(4), "5");
    check(Some(0), None, "1");
    check(Some(4), Some(4), "5");
    check(Some(0), Some(1), "memory `notes/k` is at version 1, not 0");
    check(Some(3), Some(4), "memory `notes/k` is at version 4, not 3");
    check(Some(3), None, "memory `notes/k` is at version 0, not 3");
}

#[test]
fn an_assessment_has_five_scores_from_0_to_10() {
    let check = |scores: [f64; 5], expected: &str| {
        let [
            completeness,
            code_quality,
            documentation,
            efficiency,
            impact,
        ] = scores;
        let assessment = Assess {
            assessment_id: AssessmentId::trusted("q"),
            task_id: task("t"),
            scores: Scores {
                completeness,
                code_quality,
                documentation,
                efficiency,
                impact,
            },
            notes: None,
            assessed_by: "reviewer".into(),
        };
        let outcome = assess::check(&assessment).map_or_else(
            |rejection| rejection.to_string(),
            |()| format!("{:.3}", assess::overall(&assessment.scores)),
        );
        assert_eq!(outcome, expected);
    };
    check([0.0; 5], "0.000");
    check([10.0; 5], "10.000");
    check([8.0, 6.0, 4.0, 2.0, 10.0], "6.300");
    check(
        [10.1, 0.0, 0.0, 0.0, 0.0],
        "`completeness` must be 0 to 10, got 10.1",
    );
    check(
        [0.0, -1.0, 0.0, 0.0, 0.0],
        "`code_quality` must be 0 to 10, got -1",
    );
    check(
        [0.0, 0.0, 0.0, 0.0, f64::NAN],
        "`impact` must be 0 to 10, got NaN",
    );
}

#[test]
fn a_tool_call_is_held_to_its_limits() {
    let check = |call_id: &str, duration_ms: f64, expected: &str| {
        let call = ToolCall {
            call_id: call_id.into(),
            agent_id: None,
            session_id: None,
            tool: "Bash".into(),
            category: None,
            started_at: Timestamp(0),
            duration_ms,
            success: true,
            success_reported: true,
            error: None,
            input_size: None,
            output_size: None,
        };
        assert_eq!(sentence(tool_call::check(&call)), expected);
    };
    check("c", 0.0, "ok");
    check(
        "",
        0.0,
        "`call_id` must be 1 to 200 characters, it is empty",
    );
    check("c", -0.5, "`duration_ms` must be a number from 0, got -0.5");
    check(
        "c",
        f64::NAN,
        "`duration_ms` must be a number from 0, got NaN",
    );
}
