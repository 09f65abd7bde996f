//! Evidence in words. Owns the sentences; refuses a verdict without its numbers.

use super::judge::{Measured, Verdict};
use super::{PEERS_MIN, TASKS_MIN};

/// Tasks, counted in words.
fn tasks(count: u64) -> String {
    match count {
        1 => "1 task".to_owned(),
        count => format!("{count} tasks"),
    }
}

pub(super) fn too_few(compared: u64, incomparable: u64) -> String {
    match (compared, incomparable) {
        (0, 0) => format!("It has finished no task yet, and a verdict needs {TASKS_MIN}."),
        (0, only) => format!(
            "Nothing to compare with: fewer than {PEERS_MIN} other agents do the kinds of its {}.",
            tasks(only)
        ),
        (some, 0) => format!(
            "Only {} can be compared with other agents' so far, and a verdict needs {TASKS_MIN}.",
            tasks(some)
        ),
        (some, more) => format!(
            "Only {} can be compared with other agents' so far, and a verdict needs {TASKS_MIN}; \
             the kinds of {} more are done by fewer than {PEERS_MIN} others.",
            tasks(some),
            tasks(more)
        ),
    }
}

pub(super) fn durations(measured: &Measured) -> String {
    let (observed, low, high) = numbers(measured);
    format!(
        "Its {} took {observed:.2} times as long as the other agents' of the same kinds; chance \
         alone explains {low:.2} to {high:.2} times{}.",
        tasks(measured.compared),
        slight(measured, observed < low || high < observed)
    )
}

pub(super) fn failures(measured: &Measured) -> String {
    let (observed, low, high) = numbers(measured);
    let expected = measured.expected.unwrap_or_default();
    format!(
        "{observed:.0} of its {} failed, where {expected:.1} would have if it were as the other \
         agents on the same kinds; chance alone explains {low:.0} to {high:.0}{}.",
        tasks(measured.compared),
        slight(measured, observed < low || high < observed)
    )
}

fn numbers(measured: &Measured) -> (f64, f64, f64) {
    let or_zero = |value: Option<f64>| value.unwrap_or_default();
    (
        or_zero(measured.observed),
        or_zero(measured.low),
        or_zero(measured.high),
    )
}

/// Sure, and too small to matter.
fn slight(measured: &Measured, is_beyond: bool) -> &'static str {
    if is_beyond && measured.verdict == Verdict::AsExpected {
        ", and the difference is too small to matter"
    } else {
        ""
    }
}

/// The sentence of the measure that decided.
pub(super) fn overall(durations: &Measured, failures: &Measured) -> String {
    let rank = |verdict: Verdict| match verdict {
        Verdict::BelowExpected => 0,
        Verdict::AboveExpected => 1,
        Verdict::AsExpected => 2,
        Verdict::NotEnoughData => 3,
    };
    let (slow, flaky) = (rank(durations.verdict), rank(failures.verdict));
    match (slow, flaky) {
        (0, 0) => joined(durations, failures, "and also"),
        (0, 1) => joined(durations, failures, "although"),
        (1, 0) => joined(failures, durations, "although"),
        (1, 1) => joined(durations, failures, "and also"),
        (2, 2) => joined(durations, failures, "and"),
        _ if flaky < slow => failures.evidence.clone(),
        _ => durations.evidence.clone(),
    }
}

/// Two sentences as one.
fn joined(first: &Measured, second: &Measured, word: &str) -> String {
    let rest = &second.evidence;
    // "Its 12 tasks" goes on in lower case; a number is what it is.
    let rest = match rest.strip_prefix("Its ") {
        Some(rest) => format!("its {rest}"),
        None => rest.clone(),
    };
    format!("{}; {word} {rest}", first.evidence.trim_end_matches('.'))
}
