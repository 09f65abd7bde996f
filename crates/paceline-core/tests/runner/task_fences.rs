//! What the table cannot show: fences, owners, leases and retries of a running task.

use paceline_core::task::*;
use paceline_core::{Rejection, Steady};

use crate::samples::{agent, at, claim as command, holder, new_task, sentence, state, wall};

#[test]
fn a_claim_raises_the_fence_and_starts_the_lease_now() {
    let next = claim::claim(&state(Status::Ready), &command("bob", 60_000), at(2_000))
        .expect("ready")
        .next;
    assert_eq!(next.fence, 2);
    assert_eq!(next.assigned_to, Some(agent("bob")));
    assert_eq!(next.lease_deadline, Some(Steady(62_000)));
}

#[test]
fn a_second_claim_is_told_who_holds_the_task_and_until_when() {
    for claimant in ["bob", "alice"] {
        let refused = claim::claim(&state(Status::Running), &command(claimant, 60_000), at(900));
        assert_eq!(
            refused,
            Err(Rejection::HeldByAnother {
                task: state(Status::Running).task_id,
                holder: agent("alice"),
                until: Some(wall(1_000)),
            })
        );
    }
}

#[test]
fn only_the_newest_fence_in_the_right_hands_counts() {
    let mut running = state(Status::Running);
    running.fence = 7;
    let check = |name: &str, fence: u64, expected: &str| {
        let (speaker, now) = (holder(name, fence), at(900));
        let words = [
            renew::renew(&running, &speaker, 60_000, now),
            complete::complete(&running, &speaker, now),
            fail::fail(&running, &speaker, true, now),
            release::release(&running, &speaker, now),
        ];
        for word in words {
            assert_eq!(sentence(word), expected, "{name} with fence {fence}");
        }
    };
    check("alice", 7, "ok");
    check(
        "alice",
        6,
        "fence 6 of task `t` is stale, the current one is 7",
    );
    check(
        "alice",
        8,
        "fence 8 of task `t` is stale, the current one is 7",
    );
    check(
        "bob",
        6,
        "fence 6 of task `t` is stale, the current one is 7",
    );
    check("bob", 7, "task `t` is held by agent `alice`");
}

#[test]
fn an_expired_lease_counts_until_it_is_swept_or_taken() {
    let running = state(Status::Running);
    let late = at(5_000);
    assert_eq!(
        sentence(complete::complete(&running, &holder("alice", 1), late)),
        "ok"
    );

    let swept = expire::expire(&running, late).expect("expired").next;
    assert_eq!(
        sentence(complete::complete(&swept, &holder("alice", 1), late)),
        "task `t` is ready, it must be running"
    );

    let taken = claim::claim(&swept, &command("bob", 60_000), late)
        .expect("ready")
        .next;
    assert_eq!(
        sentence(complete::complete(&taken, &holder("alice", 1), late)),
        "fence 1 of task `t` is stale, the current one is 2"
    );
}

#[test]
fn a_lease_is_renewed_from_now() {
    let renewed = renew::renew(&state(Status::Running), &holder("alice", 1), 300, at(100));
    let next = renewed.expect("held").next;
    assert_eq!(next.lease_deadline, Some(Steady(400)));
    assert_eq!(next.fence, 1);
}

#[test]
fn a_lease_has_bounds() {
    let check = |lease_ms: i64, expected: &str| {
        let command = command("bob", lease_ms);
        assert_eq!(sentence(claim::check(&command)), expected);
        assert_eq!(
            sentence(claim::claim(&state(Status::Ready), &command, at(0))),
            expected
        );
        let renewed = renew::renew(
            &state(Status::Running),
            &holder("alice", 1),
            lease_ms,
            at(0),
        );
        assert_eq!(sentence(renewed), expected);
    };
    check(1, "ok");
    check(86_400_000, "ok");
    check(
        0,
        "`lease_seconds` must be more than 0 and at most 86400, got 0",
    );
    check(
        -1,
        "`lease_seconds` must be more than 0 and at most 86400, got -0.001",
    );
    check(
        86_400_001,
        "`lease_seconds` must be more than 0 and at most 86400, got 86400.001",
    );
}

#[test]
fn a_task_fails_for_good_after_its_last_retry() {
    let mut task = state(Status::Ready);
    task.max_retries = 2;
    let mut events = Vec::new();
    while !task.status.is_finished() {
        task = claim::claim(&task, &command("alice", 60_000), at(0))
            .expect("ready")
            .next;
        let speaker = holder("alice", task.fence);
        let transition = fail::fail(&task, &speaker, true, at(0)).expect("held");
        events.push(transition.event);
        task = transition.next;
    }
    assert_eq!(events, [Event::WillRetry, Event::WillRetry, Event::Failed]);
    assert_eq!(
        (task.status, task.retries, task.fence),
        (Status::Failed, 2, 4)
    );
}

#[test]
fn silence_death_and_release_consume_no_retry() {
    let running = state(Status::Running);
    let ways = [
        expire::expire(&running, at(5_000)),
        abandon::abandon(&running, Event::AgentDied),
        release::release(&running, &holder("alice", 1), at(0)).ok(),
    ];
    let events = [Event::LeaseExpired, Event::AgentDied, Event::Released];
    for (way, event) in ways.into_iter().zip(events) {
        let transition = way.expect("it was running");
        assert_eq!(transition.event, event);
        let next = transition.next;
        assert_eq!((next.retries, next.fence), (0, 1), "{event:?}");
        assert_eq!(
            (next.assigned_to, next.lease_deadline),
            (None, None),
            "{event:?}"
        );
    }
}

#[test]
fn the_record_of_a_finished_task_says_who_had_it_but_no_lease() {
    let running = state(Status::Running);
    let ends = [
        complete::complete(&running, &holder("alice", 1), at(0)),
        fail::fail(&running, &holder("alice", 1), false, at(0)),
        cancel::cancel(&running),
    ];
    for end in ends {
        let next = end.expect("it was running").next;
        assert_eq!(
            (next.assigned_to, next.lease_deadline),
            (Some(agent("alice")), None)
        );
    }
}

#[test]
fn a_task_starts_where_its_schedule_and_prerequisites_put_it() {
    let check = |not_before: Option<i64>, unmet: u32, expected: Status| {
        let mut new = new_task("t");
        new.not_before = not_before.map(wall);
        let state = enqueue::initial(&new, unmet, at(1_000));
        assert_eq!(
            state.status, expected,
            "not before {not_before:?}, {unmet} unmet"
        );
        assert_eq!((state.fence, state.unmet_prerequisites), (0, unmet));
    };
    check(None, 0, Status::Ready);
    check(None, 2, Status::Blocked);
    check(Some(1_000), 0, Status::Ready);
    check(Some(1_000), 1, Status::Blocked);
    check(Some(1_001), 0, Status::Pending);
    check(Some(1_001), 1, Status::Pending);
}

#[test]
fn nobody_may_wait_for_a_task_that_can_no_longer_complete() {
    for status in Status::ALL {
        let outcome = enqueue::is_unmet(&new_task("p").task_id, status);
        let expected = match status {
            Status::Completed => Ok(false),
            Status::Failed => Err("task `p` is failed, it must be completed or still to be done"),
            Status::Cancelled => {
                Err("task `p` is cancelled, it must be completed or still to be done")
            }
            _ => Ok(true),
        };
        let outcome = outcome.map_err(|rejection| rejection.to_string());
        assert_eq!(outcome, expected.map_err(String::from), "{status}");
    }
}
