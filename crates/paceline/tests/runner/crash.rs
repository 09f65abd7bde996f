//! `kill -9` in the middle of load. Owns the comparison of what was acknowledged with what is there
//! afterwards; refuses to test power cuts: the kernel survives a kill, so only a file system that
//! loses its cache can show those.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::call::{Caller, Trouble, list_all, number, register, text};
use crate::nothing_lost::read_all;
use crate::server::Server;

const ROUNDS: u64 = 50;
const WRITERS: u64 = 4;
const BATCH: usize = 5;

/// What one writer tried in one round, and how far it got.
#[derive(Default)]
struct Trail {
    /// Marks of batches, by whether they were acknowledged.
    batches: BTreeMap<String, bool>,
    notes: BTreeMap<String, bool>,
    messages: BTreeMap<String, bool>,
    completed: BTreeMap<String, bool>,
}

impl Trail {
    fn merge(&mut self, other: Self) {
        self.batches.extend(other.batches);
        self.notes.extend(other.notes);
        self.messages.extend(other.messages);
        self.completed.extend(other.completed);
    }
}

/// Seen to fail with the protection removed: when the store's writer answered two of three groups
/// before it committed them (`writer.rs`), "the acknowledged completion of `13-2-0` is gone"; when it
/// committed between the tasks of a batch (`task/enqueue.rs` of the store), "`15-0-1` is half there".
#[test]
fn fifty_kills_under_load_lose_nothing_acknowledged_and_leave_nothing_half_done() {
    let mut server = Server::start();
    let reader = register(&mut server.over_http(), "reader");
    let mut trail = Trail::default();
    for round in 0..ROUNDS {
        trail.merge(one_round(&mut server, round, &reader));
        server = server.restart(&[]);
    }
    let acknowledged = trail
        .batches
        .values()
        .filter(|acknowledged| **acknowledged)
        .count();
    assert!(
        ROUNDS as usize <= acknowledged,
        "hardly any load: {acknowledged} batches"
    );
    let mut caller = server.over_http();
    check_batches(&mut caller, &trail);
    check_notes(&mut caller, &trail.notes);
    check_messages(&mut caller, &reader, &trail.messages);
}

/// Loads the server and kills it once something of every kind is acknowledged.
fn one_round(server: &mut Server, round: u64, reader: &str) -> Trail {
    let url = server.url.clone();
    let acknowledged = AtomicU64::new(0);
    let mut trail = Trail::default();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let mark = format!("{round}-{writer}");
                let (url, acknowledged) = (&url, &acknowledged);
                scope.spawn(move || write(url, &mark, reader, acknowledged))
            })
            .collect();
        // A different moment each round, by load instead of by the clock.
        let enough = 8 + round % 17;
        while acknowledged.load(Ordering::Acquire) < enough {
            std::thread::park_timeout(Duration::from_micros(200));
        }
        server.kill();
        for writer in writers {
            trail.merge(writer.join().expect("a writer"));
        }
    });
    trail
}

/// Writes until the connection breaks.
fn write(url: &str, mark: &str, reader: &str, acknowledged: &AtomicU64) -> Trail {
    let mut caller = Caller::over_http(url);
    let mut trail = Trail::default();
    let step = |caller: &mut Caller, operation: &str, arguments: Value| match caller
        .call(operation, arguments)
    {
        Ok(answer) => {
            acknowledged.fetch_add(1, Ordering::Release);
            Some(answer)
        }
        Err(Trouble::Silence(_)) => None,
        Err(Trouble::Refused(refusal)) => panic!("{operation}: {refusal:?}"),
    };
    let me = step(&mut caller, "agent_register", json!({"name": mark}));
    let Some(me) = me.map(|agent| text(&agent, "agent_id")) else {
        return trail;
    };
    for number in 0.. {
        let mark = format!("{mark}-{number}");
        trail.batches.insert(mark.clone(), false);
        let Some(batch) = step(&mut caller, "task_enqueue", batch(&mark)) else {
            break;
        };
        trail.batches.insert(mark.clone(), true);

        trail.notes.insert(mark.clone(), false);
        let note = json!({"namespace": "crash", "key": mark, "value": mark});
        if step(&mut caller, "memory_set", note).is_none() {
            break;
        }
        trail.notes.insert(mark.clone(), true);

        trail.messages.insert(mark.clone(), false);
        let message = json!({"to": {"agent": reader}, "type": "crash", "payload": mark});
        if step(&mut caller, "message_send", message).is_none() {
            break;
        }
        trail.messages.insert(mark.clone(), true);

        let task = text(&batch["tasks"][0], "task_id");
        let claim = json!({"agent_id": me, "task_id": task});
        let Some(claimed) = step(&mut caller, "task_claim", claim) else {
            break;
        };
        trail.completed.insert(mark.clone(), false);
        let finish = json!({"agent_id": me, "task_id": task, "fence": claimed["fence"]});
        if step(&mut caller, "task_complete", finish).is_none() {
            break;
        }
        trail.completed.insert(mark, true);
    }
    let again = caller.call("task_queue_status", json!({}));
    assert!(again.is_err(), "the server closed the connection and lives");
    trail
}

/// The first task is a prerequisite of all others, so completing it has an effect of its own.
fn batch(mark: &str) -> Value {
    let tasks = (0..BATCH).map(|index| {
        let mut task = json!({"description": format!("{mark}/{index}")});
        if index == 0 {
            task["ref"] = "first".into();
        } else {
            task["prerequisites"] = json!(["first"]);
        }
        task
    });
    json!({"tasks": tasks.collect::<Vec<_>>()})
}

fn check_batches(caller: &mut Caller, trail: &Trail) {
    let mut stored: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for task in list_all(caller, "task_list", &json!({})) {
        let description = text(&task, "description");
        let (mark, _) = description.split_once('/').expect("a mark");
        stored.entry(mark.to_owned()).or_default().push(task);
    }
    for (mark, tasks) in &stored {
        assert!(trail.batches.contains_key(mark), "nobody sent `{mark}`");
        assert_eq!(tasks.len(), BATCH, "`{mark}` is half there");
        check_completion(mark, tasks, trail.completed.get(mark).copied());
    }
    for (mark, _) in trail
        .batches
        .iter()
        .filter(|(_, acknowledged)| **acknowledged)
    {
        assert!(
            stored.contains_key(mark),
            "the acknowledged batch `{mark}` is gone"
        );
    }
}

/// Completing the first task and readying the others is one step: both or neither.
fn check_completion(mark: &str, tasks: &[Value], acknowledged: Option<bool>) {
    let is_first = |task: &&Value| text(task, "description").ends_with("/0");
    let first = tasks.iter().find(is_first).expect("the first task");
    let is_completed = first["status"] == "completed";
    if acknowledged == Some(true) {
        assert!(
            is_completed,
            "the acknowledged completion of `{mark}` is gone: {first}"
        );
    }
    for other in tasks.iter().filter(|task| !is_first(task)) {
        let expected = if is_completed { "ready" } else { "blocked" };
        assert_eq!(
            other["status"], expected,
            "`{mark}`: the first one is {}",
            first["status"]
        );
        assert_eq!(
            number(other, "unmet_prerequisites"),
            u64::from(!is_completed)
        );
    }
}

fn check_notes(caller: &mut Caller, notes: &BTreeMap<String, bool>) {
    let entries = list_all(caller, "memory_search", &json!({"namespace": "crash"}));
    let stored = entries.iter().map(|hit| {
        assert_eq!(
            hit["entry"]["key"], hit["entry"]["value"],
            "a note is half there"
        );
        text(&hit["entry"], "key")
    });
    check_all("note", notes, &stored.collect::<Vec<_>>());
}

fn check_messages(caller: &mut Caller, reader: &str, messages: &BTreeMap<String, bool>) {
    let read = read_all(caller, reader);
    for (index, message) in read.iter().enumerate() {
        assert_eq!(
            number(message, "sequence"),
            index as u64 + 1,
            "a gap: {message}"
        );
    }
    let stored: Vec<_> = read
        .iter()
        .map(|message| text(message, "payload"))
        .collect();
    check_all("message", messages, &stored);
}

fn check_all(what: &str, sent: &BTreeMap<String, bool>, stored: &[String]) {
    let unique: BTreeSet<_> = stored.iter().collect();
    assert_eq!(unique.len(), stored.len(), "a {what} is there twice");
    for mark in &unique {
        assert!(sent.contains_key(*mark), "nobody sent the {what} `{mark}`");
    }
    for (mark, _) in sent.iter().filter(|(_, acknowledged)| **acknowledged) {
        assert!(
            unique.contains(mark),
            "the acknowledged {what} `{mark}` is gone"
        );
    }
}
