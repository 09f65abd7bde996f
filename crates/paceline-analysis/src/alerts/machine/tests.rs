//! What the state machine does with one evaluation after another. Owns a rule that is turned by hand; refuses a clock.

use super::*;

const MINUTE: i64 = 60_000;

fn at(steady_ms: i64) -> Moment {
    Moment {
        wall_ms: 1_700_000_000_000 + steady_ms,
        steady_ms,
    }
}

fn seen(agent: &str, value: f64) -> Observed {
    Observed {
        labels: Labels::from([("agent".to_owned(), agent.to_owned())]),
        annotations: Labels::new(),
        value,
    }
}

fn name(agent: &str) -> Fingerprint {
    Fingerprint::of(&seen(agent, 0.0).labels)
}

struct Rule {
    held: Held,
    timing: Timing,
}

impl Rule {
    fn new(for_ms: i64, keep_firing_for_ms: i64) -> Self {
        let timing = Timing {
            for_ms,
            keep_firing_for_ms,
        };
        Self {
            held: Held::new(),
            timing,
        }
    }

    fn turn(&mut self, now_ms: i64, observed: &[(&str, f64)]) -> Vec<Transition> {
        let observed = observed.iter().map(|(agent, value)| seen(agent, *value));
        Turn::take(&mut self.held, observed.collect(), self.timing, at(now_ms)).transitions
    }

    fn state(&self, agent: &str) -> Option<AlertState> {
        self.held.get(&name(agent)).map(|alert| alert.state)
    }
}

#[test]
fn without_for_it_fires_at_once_and_resolves_at_once() {
    let mut rule = Rule::new(0, 0);
    let told = rule.turn(0, &[("a", 1.0)]);
    assert_eq!(
        told,
        [Transition::Pending(name("a")), Transition::Fired(name("a"))]
    );
    assert_eq!(rule.turn(MINUTE, &[("a", 2.0)]), []);
    assert_eq!(rule.held[&name("a")].value, 2.0);
    assert_eq!(
        rule.turn(2 * MINUTE, &[]),
        [Transition::Resolved(name("a"))]
    );
    assert_eq!(rule.held[&name("a")].resolved_at, Some(at(2 * MINUTE)));
}

#[test]
fn for_counts_from_the_first_of_an_unbroken_row() {
    let mut rule = Rule::new(5 * MINUTE, 0);
    for minute in 0..5 {
        rule.turn(minute * MINUTE, &[("a", 1.0)]);
        assert_eq!(rule.state("a"), Some(AlertState::Pending), "{minute}");
    }
    assert_eq!(
        rule.turn(5 * MINUTE - 1, &[]),
        [Transition::Forgotten(name("a"))]
    );
    rule.turn(5 * MINUTE, &[("a", 1.0)]);
    assert_eq!(rule.state("a"), Some(AlertState::Pending));
    assert_eq!(
        rule.turn(10 * MINUTE, &[("a", 1.0)]),
        [Transition::Fired(name("a"))]
    );
}

#[test]
fn keep_firing_for_bridges_gaps_and_begins_anew_after_each() {
    let mut rule = Rule::new(0, 3 * MINUTE);
    rule.turn(0, &[("a", 1.0)]);
    for minute in [1, 2, 3] {
        assert_eq!(rule.turn(minute * MINUTE, &[]), [], "{minute}");
    }
    rule.turn(4 * MINUTE - 1, &[("a", 1.0)]);
    assert_eq!(rule.turn(5 * MINUTE, &[]), []);
    assert_eq!(rule.turn(8 * MINUTE - 1, &[]), []);
    assert_eq!(
        rule.turn(8 * MINUTE, &[]),
        [Transition::Resolved(name("a"))]
    );
}

#[test]
fn what_comes_back_after_its_end_is_pending_again() {
    let mut rule = Rule::new(MINUTE, 0);
    rule.turn(0, &[("a", 1.0)]);
    rule.turn(MINUTE, &[("a", 1.0)]);
    rule.turn(2 * MINUTE, &[]);
    assert_eq!(
        rule.turn(3 * MINUTE, &[("a", 1.0)]),
        [Transition::Pending(name("a"))]
    );
    let again = &rule.held[&name("a")];
    assert_eq!((again.active_at, again.resolved_at), (at(3 * MINUTE), None));
}

#[test]
fn a_resolved_alert_is_known_for_fifteen_minutes() {
    let mut rule = Rule::new(0, 0);
    rule.turn(0, &[("a", 1.0)]);
    rule.turn(MINUTE, &[]);
    assert_eq!(rule.turn(16 * MINUTE, &[]), []);
    assert_eq!(
        rule.turn(16 * MINUTE + 1, &[]),
        [Transition::Forgotten(name("a"))]
    );
    assert!(rule.held.is_empty());
}

#[test]
fn a_wall_clock_that_jumps_changes_nothing() {
    let mut rule = Rule::new(5 * MINUTE, 0);
    rule.turn(0, &[("a", 1.0)]);
    for jump in [-86_400_000, 86_400_000] {
        let now = Moment {
            wall_ms: at(MINUTE).wall_ms + jump,
            steady_ms: MINUTE,
        };
        let observed = vec![seen("a", 1.0)];
        assert_eq!(
            Turn::take(&mut rule.held, observed, rule.timing, now).transitions,
            []
        );
    }
    assert_eq!(rule.state("a"), Some(AlertState::Pending));
}

#[test]
fn each_label_set_has_its_own_course_and_a_doubled_one_is_told() {
    let mut rule = Rule::new(MINUTE, 0);
    rule.turn(0, &[("a", 1.0)]);
    rule.turn(MINUTE, &[("a", 1.0), ("b", f64::NAN)]);
    assert_eq!(
        (rule.state("a"), rule.state("b")),
        (Some(AlertState::Firing), Some(AlertState::Pending))
    );
    let twice = vec![seen("a", 1.0), seen("a", 9.0)];
    let turn = Turn::take(&mut rule.held, twice, rule.timing, at(2 * MINUTE));
    assert_eq!(turn.doubled, Some(seen("a", 1.0).labels));
    assert_eq!(rule.held[&name("a")].value, 1.0);
}
