//! Elections by example: who leads, since when, under which epoch, and what the history says.

use paceline_core::election::*;
use paceline_core::{ElectionName, Rejection, Steady};

use crate::samples::{agent, at, sentence, wall};

fn vacant() -> State {
    State::new(ElectionName::trusted("build"))
}

fn run(state: &State, name: &str, ms: i64) -> Outcome {
    let command = Campaign {
        election: state.election.clone(),
        agent_id: agent(name),
        ttl_ms: 1_000,
    };
    campaign::campaign(state, &command, at(ms)).expect("a valid term")
}

fn office(name: &str, epoch: Option<u64>) -> Office {
    Office {
        election: ElectionName::trusted("build"),
        agent_id: agent(name),
        epoch,
    }
}

#[test]
fn the_first_campaign_wins_epoch_1_and_waited_for_nobody() {
    let won = run(&vacant(), "alice", 100);
    assert_eq!(
        won.view,
        View {
            election: ElectionName::trusted("build"),
            leader: Some(agent("alice")),
            epoch: 1,
            is_leader: true,
            expires_at: Some(wall(1_100)),
            failover_ms: None,
        }
    );
    assert_eq!(won.ended, None);
    let began = won.began.expect("a term");
    assert_eq!((began.epoch, began.from, began.to), (1, wall(100), None));
}

#[test]
fn a_campaign_against_a_sitting_leader_changes_nothing() {
    let led = run(&vacant(), "alice", 0).next;
    let lost = run(&led, "bob", 999);
    assert_eq!(lost.next, led);
    assert_eq!(
        (lost.view.is_leader, lost.view.leader),
        (false, Some(agent("alice")))
    );
    assert_eq!((lost.ended, lost.began), (None, None));
}

#[test]
fn a_leader_that_campaigns_again_keeps_its_epoch() {
    let led = run(&vacant(), "alice", 0).next;
    let again = run(&led, "alice", 999);
    assert_eq!((again.view.epoch, again.view.is_leader), (1, true));
    assert_eq!(again.next.term_ends, Some(Steady(1_999)));
    assert_eq!((again.ended, again.began), (None, None));
}

#[test]
fn a_term_ends_when_it_runs_out_swept_or_not() {
    let led = run(&vacant(), "alice", 0).next;
    assert_eq!(expire::expire(&led, at(999)), None);
    let swept = expire::expire(&led, at(1_400)).expect("over").next;
    for state in [led, swept] {
        assert_eq!(view(&state, Some(&agent("alice")), at(1_400)).leader, None);
        let won = run(&state, "bob", 1_500);
        assert_eq!((won.view.epoch, won.view.failover_ms), (2, Some(500)));
    }
}

#[test]
fn the_history_says_how_and_when_each_term_ended() {
    let led = run(&vacant(), "alice", 0).next;
    let check = |outcome: Outcome, ended_by: TermEnd, ended_at: i64| {
        let ended = outcome.ended.expect("a term ended");
        assert_eq!(
            (ended.epoch, ended.leader, ended.from),
            (1, agent("alice"), wall(0))
        );
        assert_eq!(
            (ended.ended_by, ended.to),
            (Some(ended_by), Some(wall(ended_at)))
        );
    };
    check(
        resign::resign(&led, &office("alice", None), at(300)).expect("led"),
        TermEnd::Resigned,
        300,
    );
    check(
        expire::expire(&led, at(1_400)).expect("over"),
        TermEnd::Expired,
        1_000,
    );
    check(run(&led, "bob", 1_400), TermEnd::Expired, 1_000);
    let alice = agent("alice");
    let departed = |ms| depart::depart(&led, &alice, TermEnd::Died, at(ms)).expect("led");
    check(departed(300), TermEnd::Died, 300);
    check(departed(1_400), TermEnd::Expired, 1_000);
    assert_eq!(
        depart::depart(&led, &agent("bob"), TermEnd::Died, at(300)),
        None
    );
}

#[test]
fn only_the_sitting_leader_with_the_current_epoch_renews_and_resigns() {
    let led = run(&vacant(), "alice", 0).next;
    let check = |name: &str, epoch: Option<u64>, ms: i64, expected: &str| {
        let office = office(name, epoch);
        assert_eq!(sentence(renew::renew(&led, &office, at(ms))), expected);
        assert_eq!(sentence(resign::resign(&led, &office, at(ms))), expected);
    };
    check("alice", None, 500, "ok");
    check("alice", Some(1), 500, "ok");
    check(
        "alice",
        Some(2),
        500,
        "epoch 2 of election `build` is no longer current, it is at 1",
    );
    check(
        "bob",
        None,
        500,
        "agent `bob` does not lead election `build`",
    );
    check(
        "alice",
        Some(1),
        1_000,
        "agent `alice` does not lead election `build`",
    );
}

#[test]
fn a_renewed_term_is_as_long_as_the_campaign_asked_for() {
    let led = run(&vacant(), "alice", 0).next;
    let renewed = renew::renew(&led, &office("alice", Some(1)), at(700)).expect("led");
    assert_eq!(renewed.next.term_ends, Some(Steady(1_700)));
    assert_eq!(renewed.view.epoch, 1);
}

#[test]
fn a_guard_holds_only_while_its_term_runs() {
    let led = run(&vacant(), "alice", 0).next;
    let check = |state: Option<&State>, epoch: u64, ms: i64, expected: Option<u64>| {
        let guard = Guard {
            election: ElectionName::trusted("build"),
            epoch,
        };
        let refused = match guard::check_guard(state, &guard, at(ms)) {
            Ok(()) => None,
            Err(Rejection::StaleEpoch { current, .. }) => Some(current),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(refused, expected, "epoch {epoch} at {ms}");
    };
    check(Some(&led), 1, 999, None);
    check(Some(&led), 0, 999, Some(1));
    check(Some(&led), 2, 999, Some(1));
    check(Some(&led), 1, 1_000, Some(1));
    check(Some(&vacant()), 0, 0, Some(0));
    check(None, 0, 0, Some(0));
}

#[test]
fn a_term_has_bounds() {
    let check = |ttl_ms: i64, expected: &str| {
        let command = Campaign {
            election: ElectionName::trusted("build"),
            agent_id: agent("alice"),
            ttl_ms,
        };
        assert_eq!(
            sentence(campaign::campaign(&vacant(), &command, at(0))),
            expected
        );
    };
    check(100, "ok");
    check(3_600_000, "ok");
    check(99, "`ttl_ms` must be 100 to 3600000, got 99");
    check(3_600_001, "`ttl_ms` must be 100 to 3600000, got 3600001");
}
