//! The priority formula: golden values, every step's edge, and when a score changes next.

use paceline_core::Timestamp;
use paceline_core::priority::{Inputs, Weights, next_change, score};
use paceline_core::task::Source;
use proptest::prelude::*;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
const NOW: Timestamp = Timestamp(1_763_000_000_000);

fn inputs() -> Inputs {
    Inputs {
        base_priority: 5,
        dependency_depth: 0,
        deadline: None,
        estimated_duration_seconds: None,
        dependents_waiting: 0,
        source: Source::Human,
        submitted_at: NOW,
    }
}

fn score_of(change: impl Fn(&mut Inputs)) -> f64 {
    let mut inputs = inputs();
    change(&mut inputs);
    score(&inputs, &Weights::default(), NOW)
}

#[track_caller]
fn check(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-9, "{got} is not {expected}");
}

#[test]
fn the_published_values_come_out_exactly() {
    for (base, expected) in [(0, 17.5), (1, 20.5), (5, 32.5), (10, 47.5)] {
        check(score_of(|inputs| inputs.base_priority = base), expected);
    }
    let planned = score_of(|inputs| {
        inputs.base_priority = 7;
        inputs.source = Source::AgentPlanner;
        inputs.dependency_depth = 3;
        inputs.dependents_waiting = 2;
    });
    check(planned, 45.885);
}

#[test]
fn depth_blocking_and_source_are_bounded_parts() {
    for (depth, expected) in [
        (0, 32.5),
        (1, 35.0),
        (10, 57.5),
        (11, 57.5),
        (u32::MAX, 57.5),
    ] {
        check(score_of(|inputs| inputs.dependency_depth = depth), expected);
    }
    for (dependents, expected) in [(0, 32.5), (9, 37.5), (99, 42.499), (u32::MAX, 47.5)] {
        let got = score_of(|inputs| inputs.dependents_waiting = dependents);
        assert!((got - expected).abs() < 1e-3, "{got} is not {expected}");
    }
    for (source, expected) in [
        (Source::Human, 32.5),
        (Source::AgentRequirements, 31.25),
        (Source::AgentPlanner, 30.0),
        (Source::AgentImplementation, 28.75),
    ] {
        check(score_of(|inputs| inputs.source = source), expected);
    }
}

/// 20 points of base and source, the rest is a quarter of the urgency.
fn urgency(left_ms: i64, estimate: Option<u32>) -> f64 {
    let score = score_of(|inputs| {
        inputs.deadline = Some(NOW + left_ms);
        inputs.estimated_duration_seconds = estimate;
    });
    (score - 20.0) * 4.0
}

#[test]
fn urgency_rises_in_steps_towards_a_deadline() {
    for (left_ms, expected) in [
        (i64::MIN, 100.0),
        (-1, 100.0),
        (0, 100.0),
        (MINUTE - 1, 100.0),
        (MINUTE, 80.0),
        (HOUR - 1, 80.0),
        (HOUR, 50.0),
        (DAY - 1, 50.0),
        (DAY, 30.0),
        (WEEK - 1, 30.0),
        (WEEK, 10.0),
        (i64::MAX, 10.0),
    ] {
        check(urgency(left_ms, None), expected);
    }
}

#[test]
fn with_an_estimate_urgency_climbs_until_too_little_time_is_left() {
    let hour = Some(3_600);
    check(urgency(-1, hour), 100.0);
    check(urgency(HOUR - 1, hour), 100.0);
    for (left_ms, expected) in [
        (HOUR, 100.0 * (-0.5_f64).exp()),
        (2 * HOUR, 100.0 * (-1.0_f64).exp()),
        (20 * HOUR, 100.0 * (-10.0_f64).exp()),
    ] {
        let got = urgency(left_ms, hour);
        assert!((got - expected).abs() < 3e-3, "{got} is not {expected}");
    }
    check(urgency(HOUR, Some(0)), 50.0);
}

#[test]
fn waiting_adds_points() {
    for (waited_ms, expected) in [
        (-DAY, 32.5),
        (HOUR - 1, 32.5),
        (HOUR, 34.5),
        (DAY - 1, 34.5),
        (DAY, 38.5),
        (WEEK - 1, 38.5),
        (WEEK, 44.5),
        (100 * WEEK, 44.5),
    ] {
        check(
            score_of(|inputs| inputs.submitted_at = NOW + -waited_ms),
            expected,
        );
    }
}

#[test]
fn a_score_stays_within_0_and_100_whatever_the_weights() {
    let heavy = Weights {
        base: 9.0,
        ..Weights::default()
    };
    check(score(&inputs(), &heavy, NOW), 100.0);
    let negative = Weights {
        base: -9.0,
        ..Weights::default()
    };
    check(score(&inputs(), &negative, NOW), 0.0);
}

#[test]
fn a_score_changes_next_when_a_step_begins() {
    let weights = Weights::default();
    let mut inputs = inputs();
    let at =
        |inputs: &Inputs, ms: i64| next_change(inputs, &weights, NOW + ms).map(|next| next - NOW);
    assert_eq!(at(&inputs, 0), Some(HOUR));
    assert_eq!(at(&inputs, HOUR - 1), Some(HOUR));
    assert_eq!(at(&inputs, HOUR), Some(DAY));
    assert_eq!(at(&inputs, DAY), Some(WEEK));
    assert_eq!(at(&inputs, WEEK), None);

    inputs.deadline = Some(NOW + 2 * WEEK);
    assert_eq!(at(&inputs, WEEK), Some(WEEK + 1));
    assert_eq!(at(&inputs, WEEK + 1), Some(2 * WEEK - DAY + 1));
    assert_eq!(at(&inputs, 2 * WEEK - MINUTE), Some(2 * WEEK - MINUTE + 1));
    assert_eq!(at(&inputs, 2 * WEEK - MINUTE + 1), None);

    inputs.estimated_duration_seconds = Some(3_600);
    assert_eq!(at(&inputs, 2 * WEEK - HOUR), Some(2 * WEEK - HOUR + 1));
    assert_eq!(at(&inputs, 2 * WEEK - HOUR + 1), None);
}

prop_compose! {
    /// Deadlines and waits of every order of magnitude, so that all steps are met.
    fn any_inputs()(
        base_priority in 0_u8..=10,
        dependency_depth in 0_u32..12,
        left in proptest::option::of(any_span()),
        estimated_duration_seconds in proptest::option::of((1_u32..200_000).prop_union(1..20)),
        dependents_waiting in 0_u32..2_000,
        source in prop::sample::select(vec![
            Source::Human,
            Source::AgentRequirements,
            Source::AgentPlanner,
            Source::AgentImplementation,
        ]),
        waited in any_span(),
    ) -> Inputs {
        Inputs {
            base_priority,
            dependency_depth,
            deadline: left.map(|left| NOW + left),
            estimated_duration_seconds,
            dependents_waiting,
            source,
            submitted_at: NOW + -waited,
        }
    }
}

fn any_span() -> impl Strategy<Value = i64> {
    let edges = prop::sample::select(vec![0, MINUTE, HOUR, DAY, WEEK]);
    prop_oneof![
        -HOUR..HOUR,
        -DAY..DAY,
        -2 * WEEK..6 * WEEK,
        (edges, -2_i64..=2).prop_map(|(edge, off)| edge + off),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn until_the_next_change_a_score_stays_where_it_is(
        inputs in any_inputs(),
        parts in prop::collection::vec(0.0_f64..1.0, 8),
    ) {
        let weights = Weights::default();
        let here = score(&inputs, &weights, NOW);
        let next = next_change(&inputs, &weights, NOW);
        let span = next.map_or(100 * WEEK, |next| next - NOW);
        prop_assert!(0 < span, "{span}");
        // A point of climbing, and what rounding to three decimals adds to it.
        let climbs = inputs.deadline.is_some() && inputs.estimated_duration_seconds.is_some();
        let allowed = if climbs && next.is_some() { 1.001 } else { 0.0 };
        let inside = parts.iter().map(|part| (part * span as f64) as i64);
        for ms in inside.chain([0, 1, span - 1]).filter(|ms| *ms < span) {
            let there = score(&inputs, &weights, NOW + ms);
            prop_assert!((there - here).abs() <= allowed + 1e-9, "{here} -> {there} after {ms} ms");
        }
    }

    #[test]
    fn the_next_change_is_a_change(inputs in any_inputs()) {
        let weights = Weights::default();
        let here = score(&inputs, &weights, NOW);
        if let Some(next) = next_change(&inputs, &weights, NOW) {
            let there = score(&inputs, &weights, next);
            prop_assert!(here < there || here == 100.0, "{here} -> {there}");
        }
    }

    #[test]
    fn any_numbers_give_a_score_and_a_later_moment(
        deadline in proptest::option::of(any::<i64>()),
        estimated_duration_seconds in proptest::option::of(any::<u32>()),
        submitted_at in any::<i64>(),
        now in any::<i64>(),
    ) {
        let inputs = Inputs {
            deadline: deadline.map(Timestamp),
            estimated_duration_seconds,
            submitted_at: Timestamp(submitted_at),
            ..inputs()
        };
        let score = score(&inputs, &Weights::default(), Timestamp(now));
        prop_assert!((0.0..=100.0).contains(&score));
        if let Some(next) = next_change(&inputs, &Weights::default(), Timestamp(now)) {
            prop_assert!(Timestamp(now) < next);
        }
    }
}
