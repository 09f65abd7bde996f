//! Priority: which ready task comes first. Owns the formula, its weights and the moment at which a
//! score has to be computed again; refuses to know tasks, only the numbers that count.
//!
//! ```text
//! score = .30 base + .25 depth + .25 urgency + .15 blocking + .05 source + ageing
//! ```
//! clamped to 0 … 100 and rounded to three decimals: the score that is stored, shown and sorted by
//! is one number, and a difference in the tenth digit must not beat an earlier submission.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::task::Source;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    pub base_priority: u8,
    /// Edges on the longest path to a task without prerequisites.
    pub dependency_depth: u32,
    pub deadline: Option<Timestamp>,
    pub estimated_duration_seconds: Option<u32>,
    /// Unfinished tasks that wait directly for this one.
    pub dependents_waiting: u32,
    pub source: Source,
    pub submitted_at: Timestamp,
}

/// How much each part counts. The parts run from 0 to 100 each.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    pub base: f64,
    pub depth: f64,
    pub urgency: f64,
    pub blocking: f64,
    pub source: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            base: 0.30,
            depth: 0.25,
            urgency: 0.25,
            blocking: 0.15,
            source: 0.05,
        }
    }
}

/// The score, 0 to 100, higher comes first.
#[must_use]
pub fn score(inputs: &Inputs, weights: &Weights, now: Timestamp) -> f64 {
    let sum = weights.base * 10.0 * f64::from(inputs.base_priority)
        + weights.depth * (10.0 * f64::from(inputs.dependency_depth)).min(100.0)
        + weights.urgency * urgency(inputs, now)
        + weights.blocking * blocking(inputs.dependents_waiting)
        + weights.source * source(inputs.source)
        + ageing(now - inputs.submitted_at);
    (sum.clamp(0.0, 100.0) * 1_000.0).round() / 1_000.0
}

/// When the score has to be computed again: the moment of the next step, or, while it climbs
/// towards a deadline with an estimate, the moment it will have moved by a point. `None` when time
/// alone will never change it again. Until then [`score`] is what it is now, or within a point.
#[must_use]
pub fn next_change(inputs: &Inputs, weights: &Weights, now: Timestamp) -> Option<Timestamp> {
    let ageing = AGEING_STEPS
        .iter()
        .map(|(waited_below_ms, _)| inputs.submitted_at + *waited_below_ms);
    let climb = climbed_a_point(inputs, weights, now);
    let urgency = urgency_steps(inputs);
    ageing
        .chain(urgency.into_iter().flatten())
        .chain(climb)
        .filter(|moment| now < *moment)
        .min()
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
const WEEK_MS: i64 = 7 * DAY_MS;

/// (less than this has been waited, points).
const AGEING_STEPS: [(i64, f64); 3] = [(HOUR_MS, 0.0), (DAY_MS, 2.0), (WEEK_MS, 6.0)];
const AGEING_MAX: f64 = 12.0;

/// (less than this is left, urgency).
const URGENCY_STEPS: [(i64, f64); 4] = [
    (MINUTE_MS, 100.0),
    (HOUR_MS, 80.0),
    (DAY_MS, 50.0),
    (WEEK_MS, 30.0),
];
const URGENCY_DISTANT: f64 = 10.0;
const URGENCY_WITHOUT_DEADLINE: f64 = 50.0;

fn step(steps: &[(i64, f64)], value: i64, beyond: f64) -> f64 {
    let found = steps.iter().find(|(below, _)| value < *below);
    found.map_or(beyond, |(_, points)| *points)
}

fn ageing(waited_ms: i64) -> f64 {
    step(&AGEING_STEPS, waited_ms, AGEING_MAX)
}

fn blocking(dependents_waiting: u32) -> f64 {
    (33.33 * (f64::from(dependents_waiting) + 1.0).log10()).min(100.0)
}

fn source(source: Source) -> f64 {
    match source {
        Source::Human => 100.0,
        Source::AgentRequirements => 75.0,
        Source::AgentPlanner => 50.0,
        Source::AgentImplementation => 25.0,
    }
}

fn urgency(inputs: &Inputs, now: Timestamp) -> f64 {
    let Some(deadline) = inputs.deadline else {
        return URGENCY_WITHOUT_DEADLINE;
    };
    let left_ms = deadline - now;
    match estimate_ms(inputs) {
        Some(estimate_ms) if left_ms < estimate_ms => 100.0,
        Some(estimate_ms) => 100.0 * closeness(left_ms, estimate_ms),
        None => step(&URGENCY_STEPS, left_ms, URGENCY_DISTANT),
    }
}

/// 0 far from the deadline, rising as it nears.
fn closeness(left_ms: i64, estimate_ms: i64) -> f64 {
    (-(left_ms as f64) / (2.0 * estimate_ms as f64)).exp()
}

/// A duration of nothing is no estimate; only imported tasks have one.
fn estimate_ms(inputs: &Inputs) -> Option<i64> {
    let seconds = inputs
        .estimated_duration_seconds
        .filter(|seconds| 0 < *seconds)?;
    Some(i64::from(seconds) * 1_000)
}

/// The first millisecond of each step of the urgency. A step begins when *less* than its bound is
/// left, which is one millisecond after the bound.
fn urgency_steps(inputs: &Inputs) -> [Option<Timestamp>; 4] {
    let Some(deadline) = inputs.deadline else {
        return [None; 4];
    };
    let first = |left_below_ms: i64| Some(deadline + (1 - left_below_ms));
    match estimate_ms(inputs) {
        Some(estimate_ms) => [first(estimate_ms), None, None, None],
        None => URGENCY_STEPS.map(|(left_below_ms, _)| first(left_below_ms)),
    }
}

/// The last millisecond until which a climbing urgency moves the score by at most a point.
fn climbed_a_point(inputs: &Inputs, weights: &Weights, now: Timestamp) -> Option<Timestamp> {
    let (deadline, estimate_ms) = (inputs.deadline?, estimate_ms(inputs)?);
    let left_ms = deadline - now;
    if left_ms < estimate_ms || weights.urgency <= 0.0 {
        return None;
    }
    let then = closeness(left_ms, estimate_ms) + 1.0 / (100.0 * weights.urgency);
    let left_then_ms = (-2.0 * estimate_ms as f64 * then.ln()).ceil();
    // Beyond this the jump to 100 comes first, and it is among the steps.
    if left_then_ms < estimate_ms as f64 {
        return None;
    }
    let moment = deadline + -(left_then_ms as i64);
    Some(moment.max(now + 1))
}
