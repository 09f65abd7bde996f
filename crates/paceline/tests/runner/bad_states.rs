//! Requests that make sense at another time: finished tasks, leases that ran out, tasks of others.

use serde_json::{Value, json};

use crate::call::{Caller, Expect as _, enqueue, number, register, text};
use crate::server::Server;

/// Claims a task and ends it one way or the other; answers `{agent_id, task_id, fence}`.
fn claimed(caller: &mut Caller, agent: &str, lease_seconds: u32) -> Value {
    let task = enqueue(caller, "some work");
    let claim = json!({"agent_id": agent, "task_id": task, "lease_seconds": lease_seconds});
    let fence = caller.call("task_claim", claim).granted()["fence"].clone();
    json!({"agent_id": agent, "task_id": task, "fence": fence})
}

#[test]
fn a_finished_task_never_changes() {
    let server = Server::start();
    let mut caller = server.over_http();
    let agent = register(&mut caller, "worker");
    let done = claimed(&mut caller, &agent, 300);
    caller.call("task_complete", done.clone()).granted();
    let failed = claimed(&mut caller, &agent, 300);
    let mut for_good = failed.clone();
    for_good["retry"] = false.into();
    caller.call("task_fail", for_good).granted();
    let cancelled = claimed(&mut caller, &agent, 300);
    caller
        .call("task_cancel", json!({"task_id": cancelled["task_id"]}))
        .granted();

    let other = enqueue(&mut caller, "another");
    for holder in [done, failed, cancelled] {
        let task = json!({"task_id": holder["task_id"]});
        let before = caller.call("task_get", task.clone()).granted();
        let more = json!({"task_id": holder["task_id"], "prerequisites": [other]});
        let claim = json!({"task_id": holder["task_id"], "agent_id": agent});
        let attempts = [
            ("task_complete", holder.clone()),
            ("task_fail", holder.clone()),
            ("task_renew", holder.clone()),
            ("task_release", holder.clone()),
            ("task_cancel", task.clone()),
            ("task_update", more),
            ("task_claim", claim),
        ];
        for (operation, arguments) in attempts {
            let refusal = caller.call(operation, arguments).refused();
            let fits = ["invalid_state", "stale_fence"].contains(&refusal.code.as_str());
            assert!(
                fits,
                "{operation} of a {} task: {refusal:?}",
                before["status"]
            );
            assert!(refusal.hint.is_some(), "{operation}: {refusal:?}");
        }
        assert_eq!(caller.call("task_get", task).granted(), before);
    }
}

#[test]
fn a_lease_that_ran_out_is_claimable_by_another_and_lost_to_the_first() {
    let server = Server::start();
    let mut caller = server.over_http();
    let (first, second) = (
        register(&mut caller, "first"),
        register(&mut caller, "second"),
    );
    let old = claimed(&mut caller, &first, 1);

    let wait = json!({"agent_id": second, "wait_seconds": 20});
    let taken = caller.call("task_claim", wait).granted();

    assert_eq!(taken["task"]["task_id"], old["task_id"]);
    assert!(number(&old, "fence") < number(&taken, "fence"));
    let refusal = caller.call("task_complete", old.clone()).refused();
    assert_eq!(refusal.code, "stale_fence", "{refusal:?}");
    assert!(refusal.hint.is_some(), "{refusal:?}");
    let task = caller
        .call("task_get", json!({"task_id": old["task_id"]}))
        .granted();
    assert_eq!(
        (text(&task, "status"), text(&task, "assigned_to")),
        ("running".into(), second)
    );
}

#[test]
fn a_task_of_another_agent_is_refused_with_its_holder() {
    let server = Server::start();
    let mut caller = server.over_http();
    let (holder, other) = (
        register(&mut caller, "holder"),
        register(&mut caller, "other"),
    );
    let held = claimed(&mut caller, &holder, 300);

    let mut foreign = held.clone();
    foreign["agent_id"] = other.as_str().into();
    for operation in ["task_complete", "task_fail", "task_renew", "task_release"] {
        let refusal = caller.call(operation, foreign.clone()).refused();
        assert_eq!(refusal.code, "conflict", "{operation}: {refusal:?}");
        assert!(
            refusal.message.contains(&holder),
            "{operation}: {refusal:?}"
        );
    }
    let claim = json!({"agent_id": other, "task_id": held["task_id"]});
    let refusal = caller.call("task_claim", claim).refused();
    assert_eq!(refusal.code, "conflict", "{refusal:?}");
    assert_eq!(refusal.details["holder"], holder.as_str(), "{refusal:?}");
    caller.call("task_complete", held).granted();
}

#[test]
fn an_idempotency_key_answers_a_repeat_alike_and_refuses_another_request() {
    let server = Server::start();
    let mut caller = server.over_http();
    let task = json!({"description": "once"});
    let first = caller
        .call_once("task_enqueue", task.clone(), Some("key-1"))
        .granted();
    let repeat = caller
        .call_once("task_enqueue", task, Some("key-1"))
        .granted();
    assert_eq!(first, repeat);

    let other = json!({"description": "another"});
    let refusal = caller
        .call_once("task_enqueue", other, Some("key-1"))
        .refused();
    assert_eq!(refusal.code, "conflict", "{refusal:?}");
    let queue = caller.call("task_queue_status", json!({})).granted();
    assert_eq!(number(&queue, "total_tasks"), 1);
}

/// Seen to fail without the comparison of versions: the third value was stored as version 3.
#[test]
fn memory_of_another_version_is_not_overwritten() {
    let server = Server::start();
    let mut caller = server.over_http();
    let set = |value: u64, expected: u64| json!({"namespace": "n", "key": "k", "value": value, "expected_version": expected});
    caller.call("memory_set", set(1, 0)).granted();
    caller.call("memory_set", set(2, 1)).granted();
    let refusal = caller.call("memory_set", set(3, 1)).refused();
    assert_eq!(refusal.code, "conflict", "{refusal:?}");
    assert!(refusal.hint.is_some(), "{refusal:?}");
    let kept = caller
        .call("memory_get", json!({"namespace": "n", "key": "k"}))
        .granted();
    assert_eq!((number(&kept, "value"), number(&kept, "version")), (2, 2));
}
