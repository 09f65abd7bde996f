//! Loops and retries. Owns what makes two calls the same, and how often is too often; refuses to
//! know why an agent repeats itself.

use serde::{Deserialize, Serialize};

use super::Call;
use super::totals::Names;

const TOLD_MAX: usize = 10;
/// Calls that come round together, at most.
const PERIOD_MAX: usize = 3;
/// Rounds from which on a repetition is a loop, where sizes tell that calls are the same.
const TIMES_MIN: usize = 3;
/// Where they do not: reading five files in a row is work.
const TIMES_MIN_UNSIZED: usize = 6;

/// The same calls with the same outcomes, again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loop {
    /// One round.
    pub tools: Vec<String>,
    pub times: u64,
    /// Whether every call in it succeeded.
    pub success: bool,
    pub from_ms: i64,
    pub to_ms: i64,
}

/// Failed calls that were followed at once by another of the same tool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retries {
    pub retried: u64,
    /// Of those, the ones whose next attempt succeeded.
    pub succeeded: u64,
}

fn is_same(one: &Call<'_>, other: &Call<'_>) -> bool {
    one.tool == other.tool
        && one.success == other.success
        && one.input_size == other.input_size
        && one.output_size == other.output_size
}

/// The longest, and how many calls are in any.
pub(super) fn loops(pieces: &[&[Call<'_>]], names: &Names<'_>) -> (Vec<Loop>, u64) {
    let mut found = Vec::new();
    let mut calls = 0;
    for piece in pieces {
        let mut at = 0;
        while at < piece.len() {
            let rest = &piece[at..];
            let Some((period, times)) = (1..=PERIOD_MAX).find_map(|period| rounds(rest, period))
            else {
                at += 1;
                continue;
            };
            let length = period * times;
            found.push(told(&rest[..length], period, times, names));
            calls += length as u64;
            at += length;
        }
    }
    found.sort_by(|a, b| b.times.cmp(&a.times).then(a.from_ms.cmp(&b.from_ms)));
    found.truncate(TOLD_MAX);
    (found, calls)
}

/// How often the first `period` calls come again, if that is a loop.
fn rounds(calls: &[Call<'_>], period: usize) -> Option<(usize, usize)> {
    let again = calls.iter().zip(calls.get(period..)?);
    let same = again.take_while(|(one, next)| is_same(one, next)).count();
    let times = 1 + same / period;
    let is_sized = calls[..period].iter().all(|call| call.input_size.is_some());
    let least = if is_sized {
        TIMES_MIN
    } else {
        TIMES_MIN_UNSIZED
    };
    (least <= times).then_some((period, times))
}

fn told(calls: &[Call<'_>], period: usize, times: usize, names: &Names<'_>) -> Loop {
    let name = |call: &Call<'_>| names.name(names.place(call.tool)).to_owned();
    let end = |call: &Call<'_>| call.started_at_ms + call.duration_ms.max(0.0) as i64;
    Loop {
        tools: calls[..period].iter().map(name).collect(),
        times: times as u64,
        success: calls.iter().all(|call| call.success),
        from_ms: calls.first().map_or(0, |call| call.started_at_ms),
        to_ms: calls.last().map_or(0, end),
    }
}

pub(super) fn retries(pieces: &[&[Call<'_>]]) -> Retries {
    let mut retries = Retries::default();
    for pair in pieces.iter().flat_map(|piece| piece.windows(2)) {
        if !pair[0].success && pair[0].tool == pair[1].tool {
            retries.retried += 1;
            retries.succeeded += u64::from(pair[1].success);
        }
    }
    retries
}
