//! The stopwatch. Owns every look at a clock in this crate; refuses to be used for anything that a
//! schedule can be computed for, which takes its times as arguments.

use std::time::Instant;

/// This moment, for measuring how long the server took.
#[expect(
    clippy::disallowed_methods,
    reason = "a load generator measures real time; there is nothing to inject"
)]
pub fn now() -> Instant {
    Instant::now()
}

/// The date that a report carries.
pub fn date() -> String {
    format!("{:.0}", jiff::Timestamp::now())
}

/// Milliseconds since 1970, for the times that samples carry.
pub fn wall_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Such a time in words.
pub fn rfc3339(ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(ms) {
        Ok(time) => format!("{time:.3}"),
        Err(_) => ms.to_string(),
    }
}
