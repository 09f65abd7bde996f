//! The state diagram of a task as one table: every verb in every status.

use paceline_core::Rejection;
use paceline_core::task::*;

use crate::samples::{at, claim as command, holder, name_of, state};

/// A cell is the status that follows, the name of the rejection, or `-` where the verb does not
/// apply and says so with `None`.
const TABLE: &str = "
verb               pending     blocked     ready       running       completed   failed      cancelled
claim              WrongStatus WrongStatus running     HeldByAnother WrongStatus WrongStatus WrongStatus
renew              WrongStatus WrongStatus WrongStatus running       WrongStatus WrongStatus WrongStatus
complete           WrongStatus WrongStatus WrongStatus completed     WrongStatus WrongStatus WrongStatus
fail               WrongStatus WrongStatus WrongStatus ready         WrongStatus WrongStatus WrongStatus
fail-for-good      WrongStatus WrongStatus WrongStatus failed        WrongStatus WrongStatus WrongStatus
fail-used-up       WrongStatus WrongStatus WrongStatus failed        WrongStatus WrongStatus WrongStatus
release            WrongStatus WrongStatus WrongStatus ready         WrongStatus WrongStatus WrongStatus
expire-late        -           -           -           ready         -           -           -
expire-early       -           -           -           -             -           -           -
abandon            -           -           -           ready         -           -           -
cancel             cancelled   cancelled   cancelled   cancelled     WrongStatus WrongStatus WrongStatus
cascade            cancelled   cancelled   cancelled   -             -           -           -
last-unblock       pending     ready       ready       running       completed   failed      cancelled
one-of-two-unblock pending     blocked     ready       running       completed   failed      cancelled
wake-early         -           -           -           -             -           -           -
wake-free          ready       -           -           -             -           -           -
wake-unmet         blocked     -           -           -             -           -           -
add-unmet          pending     blocked     blocked     WrongStatus   WrongStatus WrongStatus WrongStatus
add-met            pending     blocked     ready       WrongStatus   WrongStatus WrongStatus WrongStatus
";

#[test]
fn every_verb_in_every_status_does_what_the_table_says() {
    let mut rows = TABLE
        .trim()
        .lines()
        .map(|row| row.split_whitespace().collect::<Vec<_>>());
    let statuses = rows.next().expect("a head");
    let expected: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    assert_eq!(statuses[1..], expected);
    for row in rows {
        for (status, expected) in Status::ALL.into_iter().zip(&row[1..]) {
            assert_eq!(apply(row[0], status), *expected, "{} when {status}", row[0]);
        }
    }
}

#[test]
fn a_finished_task_keeps_every_field() {
    for status in [Status::Completed, Status::Failed, Status::Cancelled] {
        let state = state(status);
        let next = unblock::prerequisite_completed(&state, at(2_000)).next;
        assert_eq!(next, state, "a counter at 0 stays there");
    }
}

fn apply(verb: &str, status: Status) -> String {
    let mut state = state(status);
    let (now, alice) = (at(900), holder("alice", 1));
    match verb {
        "claim" => decided(claim::claim(&state, &command("bob", 60_000), now)),
        "renew" => decided(renew::renew(&state, &alice, 60_000, now)),
        "complete" => decided(complete::complete(&state, &alice, now)),
        "fail" => decided(fail::fail(&state, &alice, true, now)),
        "fail-for-good" => decided(fail::fail(&state, &alice, false, now)),
        "fail-used-up" => {
            state.retries = state.max_retries;
            decided(fail::fail(&state, &alice, true, now))
        }
        "release" => decided(release::release(&state, &alice, now)),
        "expire-late" => applied(expire::expire(&state, at(1_000))),
        "expire-early" => applied(expire::expire(&state, at(999))),
        "abandon" => applied(abandon::abandon(&state, Event::AgentDied)),
        "cancel" => decided(cancel::cancel(&state)),
        "cascade" => applied(cascade::cascade(&state)),
        "last-unblock" => applied(Some(unblock::prerequisite_completed(&state, now))),
        "one-of-two-unblock" => {
            state.unmet_prerequisites += 1;
            applied(Some(unblock::prerequisite_completed(&state, now)))
        }
        "wake-early" => applied(wake::wake(&state, at(499))),
        "wake-free" => applied(wake::wake(&state, at(500))),
        "wake-unmet" => {
            state.unmet_prerequisites = 1;
            applied(wake::wake(&state, at(500)))
        }
        "add-unmet" => decided(update::add_prerequisites(&state, 1)),
        "add-met" => decided(update::add_prerequisites(&state, 0)),
        unknown => panic!("the table has a verb `{unknown}` that nobody applies"),
    }
}

fn decided(result: Result<Transition, Rejection>) -> String {
    result.map_or_else(
        |rejection| name_of(&rejection),
        |transition| transition.next.status.to_string(),
    )
}

fn applied(transition: Option<Transition>) -> String {
    transition.map_or_else(
        || "-".into(),
        |transition| transition.next.status.to_string(),
    )
}
