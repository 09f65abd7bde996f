//! Settings of queries. Owns their names, defaults and bounds; refuses a limit of nothing, which
//! would answer nothing.

use std::time::Duration;

use serde::Deserialize;

use super::{ConfigError, Layer, Resolver, read};
use crate::http::prometheus::{QueryLimits, parse_duration_ms};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QueryLayer {
    /// Such as `120s` or `2m`.
    pub timeout: Option<String>,
    pub lookback: Option<String>,
    pub slow: Option<String>,
    pub running_max: Option<u64>,
    pub waiting_max: Option<u64>,
    pub samples_max: Option<u64>,
    pub series_max: Option<u64>,
    pub memory_bytes_max: Option<u64>,
}

impl QueryLayer {
    /// `PACELINE_QUERY_TIMEOUT` and so on.
    pub(super) fn from_environment(
        text: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            timeout: text("QUERY_TIMEOUT"),
            lookback: text("QUERY_LOOKBACK"),
            slow: text("QUERY_SLOW"),
            running_max: read(text("QUERY_RUNNING_MAX"), "query_running_max")?,
            waiting_max: read(text("QUERY_WAITING_MAX"), "query_waiting_max")?,
            samples_max: read(text("QUERY_SAMPLES_MAX"), "query_samples_max")?,
            series_max: read(text("QUERY_SERIES_MAX"), "query_series_max")?,
            memory_bytes_max: read(text("QUERY_MEMORY_BYTES_MAX"), "query_memory_bytes_max")?,
        })
    }
}

pub(super) fn limits(from: &mut Resolver<'_>) -> Result<QueryLimits, ConfigError> {
    let default = QueryLimits::default();
    let timeout = default.timeout.as_secs();
    let slow = default.slow.as_secs();
    let lookback = default.lookback_ms / 1_000;
    let mut span = |name, of: fn(&QueryLayer) -> &Option<String>, default: String| {
        let (text, source) = from.value(name, |layer: &Layer| of(&layer.query).clone(), default);
        positive_ms(name, text, source)
    };
    let timeout = span(
        "query_timeout",
        |query| &query.timeout,
        format!("{timeout}s"),
    )?;
    let slow = span("query_slow", |query| &query.slow, format!("{slow}s"))?;
    let lookback = span(
        "query_lookback",
        |query| &query.lookback,
        format!("{lookback}s"),
    )?;
    let mut number = |name, of: fn(&QueryLayer) -> Option<u64>, default: u64| {
        let (value, source) = from.value(name, |layer: &Layer| of(&layer.query), default);
        at_least_one(name, value, source)
    };
    // A semaphore has room for less than 2^61; nobody needs a millionth of it.
    let places = |count: u64| usize::try_from(count.min(1 << 20)).unwrap_or(1);
    let running = default.running_max as u64;
    let running = number("query_running_max", |query| query.running_max, running)?;
    let waiting = default.waiting_max as u64;
    let waiting = number("query_waiting_max", |query| query.waiting_max, waiting)?;
    Ok(QueryLimits {
        timeout: Duration::from_millis(timeout.unsigned_abs()),
        running_max: places(running),
        waiting_max: places(waiting),
        samples_max: number(
            "query_samples_max",
            |query| query.samples_max,
            default.samples_max,
        )?,
        series_max: number(
            "query_series_max",
            |query| query.series_max,
            default.series_max,
        )?,
        memory_bytes_max: number(
            "query_memory_bytes_max",
            |query| query.memory_bytes_max,
            default.memory_bytes_max,
        )?,
        slow: Duration::from_millis(slow.unsigned_abs()),
        lookback_ms: lookback,
    })
}

fn positive_ms(name: &'static str, value: String, from: String) -> Result<i64, ConfigError> {
    match parse_duration_ms(&value) {
        Ok(ms) if 0 < ms => Ok(ms),
        _ => Err(ConfigError::Value {
            name,
            value,
            from,
            problem: "must be a duration such as `30s` or `5m`".to_owned(),
        }),
    }
}

fn at_least_one(name: &'static str, value: u64, from: String) -> Result<u64, ConfigError> {
    if 1 <= value {
        return Ok(value);
    }
    Err(ConfigError::Value {
        name,
        value: value.to_string(),
        from,
        problem: "must be 1 or more".to_owned(),
    })
}
