//! Settings of the metrics engine. Owns their names, defaults and bounds; refuses what would make
//! the engine useless (no room, no time) rather than what is merely unwise.

use std::fmt;
use std::str::FromStr;

use paceline_metrics::{EngineLimits, EngineOptions};
use serde::Deserialize;

use super::{ConfigError, Layer, Resolver, read};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const RETENTION_MS_MAX: i64 = 3_660 * DAY_MS;
/// The head and the newest block have to fit.
const RAW_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// What one source says: the table `[metrics]` of the file, `--metrics-…`, `PACELINE_METRICS_…`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsLayer {
    pub retention: Option<String>,
    pub raw_budget: Option<String>,
    pub out_of_order: Option<String>,
    pub per_agent_max: Option<usize>,
    pub series_max: Option<usize>,
    pub new_series_per_minute_max: Option<usize>,
    pub labels_max: Option<usize>,
    pub own_interval: Option<String>,
}

/// The metrics part of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricsConfig {
    pub retention_ms: i64,
    pub raw_bytes_max: Option<u64>,
    pub out_of_order_ms: i64,
    pub per_agent_max: usize,
    pub series_max: usize,
    pub new_series_per_minute_max: usize,
    pub labels_max: usize,
    /// Between two records of the server's own series; none while they are not kept, as when old
    /// samples are brought in, which the engine judges by the newest time that it has.
    pub own_interval_ms: Option<i64>,
}

impl Default for MetricsConfig {
    fn default() -> Self {
        let limits = EngineLimits::default();
        Self {
            retention_ms: 90 * DAY_MS,
            raw_bytes_max: Some(10 << 30),
            out_of_order_ms: HOUR_MS,
            per_agent_max: limits.metrics_per_agent_max,
            series_max: limits.series_max,
            new_series_per_minute_max: limits.new_series_per_minute_max,
            labels_max: limits.labels_max,
            own_interval_ms: Some(5_000),
        }
    }
}

impl MetricsConfig {
    #[must_use]
    pub fn apply(&self, options: EngineOptions) -> EngineOptions {
        EngineOptions {
            retention_ms: self.retention_ms,
            raw_bytes_max: self.raw_bytes_max,
            out_of_order_ms: self.out_of_order_ms,
            limits: EngineLimits {
                metrics_per_agent_max: self.per_agent_max,
                series_max: self.series_max,
                new_series_per_minute_max: self.new_series_per_minute_max,
                labels_max: self.labels_max,
                ..options.limits
            },
            ..options
        }
    }
}

pub(super) fn from_environment(
    text: impl Fn(&str) -> Option<String>,
) -> Result<MetricsLayer, ConfigError> {
    Ok(MetricsLayer {
        retention: text("METRICS_RETENTION"),
        raw_budget: text("METRICS_RAW_BUDGET"),
        out_of_order: text("METRICS_OUT_OF_ORDER"),
        per_agent_max: read(text("METRICS_PER_AGENT_MAX"), "metrics_per_agent_max")?,
        series_max: read(text("METRICS_SERIES_MAX"), "metrics_series_max")?,
        new_series_per_minute_max: read(
            text("METRICS_NEW_SERIES_PER_MINUTE_MAX"),
            "metrics_new_series_per_minute_max",
        )?,
        labels_max: read(text("METRICS_LABELS_MAX"), "metrics_labels_max")?,
        own_interval: text("METRICS_OWN_INTERVAL"),
    })
}

pub(super) fn resolve(from: &mut Resolver<'_>) -> Result<MetricsConfig, ConfigError> {
    let default = MetricsConfig::default();
    let retention_ms = span(
        from,
        "metrics_retention",
        |l| l.metrics.retention.clone(),
        "90d",
        (DAY_MS, RETENTION_MS_MAX),
    )?;
    Ok(MetricsConfig {
        retention_ms,
        raw_bytes_max: raw_budget(from)?,
        out_of_order_ms: span(
            from,
            "metrics_out_of_order",
            |l| l.metrics.out_of_order.clone(),
            "1h",
            (0, DAY_MS),
        )?,
        per_agent_max: most(
            from,
            "metrics_per_agent_max",
            |m| m.per_agent_max,
            default.per_agent_max,
        )?,
        series_max: most(
            from,
            "metrics_series_max",
            |m| m.series_max,
            default.series_max,
        )?,
        new_series_per_minute_max: most(
            from,
            "metrics_new_series_per_minute_max",
            |m| m.new_series_per_minute_max,
            default.new_series_per_minute_max,
        )?,
        labels_max: most(
            from,
            "metrics_labels_max",
            |m| m.labels_max,
            default.labels_max,
        )?,
        own_interval_ms: own_interval(from)?,
    })
}

fn own_interval(from: &mut Resolver<'_>) -> Result<Option<i64>, ConfigError> {
    let name = "metrics_own_interval";
    let pick = |layer: &Layer| layer.metrics.own_interval.clone();
    if from
        .sources
        .pick(pick)
        .is_some_and(|(said, _)| said == "none")
    {
        from.value(name, pick, String::new());
        return Ok(None);
    }
    span(from, name, pick, "5s", (1_000, HOUR_MS)).map(Some)
}

fn raw_budget(from: &mut Resolver<'_>) -> Result<Option<u64>, ConfigError> {
    let name = "metrics_raw_budget";
    let default = "10GiB".to_owned();
    let (text, source) = from.value(name, |l| l.metrics.raw_budget.clone(), default);
    if text == "none" {
        return Ok(None);
    }
    let wrong = |problem: String| ConfigError::Value {
        name,
        value: text.clone(),
        from: source.clone(),
        problem,
    };
    let Bytes(bytes) = text.parse().map_err(wrong)?;
    if bytes < RAW_BYTES_MIN {
        return Err(wrong("must be at least 64MiB, or `none`".to_owned()));
    }
    Ok(Some(bytes))
}

fn span(
    from: &mut Resolver<'_>,
    name: &'static str,
    of: impl Fn(&Layer) -> Option<String>,
    default: &str,
    (least_ms, most_ms): (i64, i64),
) -> Result<i64, ConfigError> {
    let (text, source) = from.value(name, of, default.to_owned());
    let wrong = |problem: String| ConfigError::Value {
        name,
        value: text.clone(),
        from: source.clone(),
        problem,
    };
    let Span(ms) = text.parse().map_err(wrong)?;
    if (least_ms..=most_ms).contains(&ms) {
        return Ok(ms);
    }
    let bounds = format!("must be {} to {}", Span(least_ms), Span(most_ms));
    Err(wrong(bounds))
}

fn most(
    from: &mut Resolver<'_>,
    name: &'static str,
    of: impl Fn(&MetricsLayer) -> Option<usize>,
    default: usize,
) -> Result<usize, ConfigError> {
    let (most, source) = from.value(name, |layer| of(&layer.metrics), default);
    if 0 < most {
        return Ok(most);
    }
    Err(ConfigError::Value {
        name,
        value: most.to_string(),
        from: source,
        problem: "must be at least 1; `--enable-agent-metrics=false` takes none".to_owned(),
    })
}

/// A duration such as `90d` or `1h30m`, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub i64);

const SPAN_UNITS: [(&str, i64); 6] = [
    ("w", 7 * DAY_MS),
    ("d", DAY_MS),
    ("h", HOUR_MS),
    ("m", 60_000),
    ("ms", 1),
    ("s", 1_000),
];

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || "must be a duration such as `90d`, `1h` or `30s`".to_owned();
        let (mut rest, mut total) = (text, 0_i64);
        if text == "0" {
            return Ok(Self(0));
        }
        while !rest.is_empty() {
            let (number, after) = number_at(rest).ok_or_else(refused)?;
            let unit_end = after.find(|one: char| one.is_ascii_digit());
            let (unit, next) = after.split_at(unit_end.unwrap_or(after.len()));
            let known = SPAN_UNITS.iter().find(|(name, _)| *name == unit);
            let (_, ms) = known.ok_or_else(refused)?;
            let number = i64::try_from(number).map_err(|_| refused())?;
            let part = number.checked_mul(*ms).ok_or_else(refused)?;
            total = total.checked_add(part).ok_or_else(refused)?;
            rest = next;
        }
        if text.is_empty() {
            return Err(refused());
        }
        Ok(Self(total))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |(_, ms): &&(&str, i64)| self.0 % ms == 0 && *ms <= self.0;
        match SPAN_UNITS.iter().filter(|unit| unit.0 != "w").find(fits) {
            Some((unit, ms)) => write!(f, "{}{unit}", self.0 / ms),
            None => write!(f, "{}", self.0),
        }
    }
}

/// A size such as `10GiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub u64);

const BYTE_UNITS: [(&str, u64); 10] = [
    ("", 1),
    ("B", 1),
    ("KB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
    ("TB", 1_000_000_000_000),
    ("TiB", 1 << 40),
];

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || "must be a size such as `10GiB` or `500MB`".to_owned();
        let (number, unit) = number_at(text).ok_or_else(refused)?;
        let unit = unit.trim_start();
        let known = BYTE_UNITS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(unit));
        let (_, bytes) = known.ok_or_else(refused)?;
        number.checked_mul(*bytes).map(Self).ok_or_else(refused)
    }
}

fn number_at(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|one: char| !one.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_numbers_with_units() {
        let check = |text: &str, expected: Option<i64>| {
            let read = text.parse::<Span>().ok().map(|span| span.0);
            assert_eq!(read, expected, "{text}");
        };
        check("90d", Some(90 * DAY_MS));
        check("1h30m", Some(90 * 60_000));
        check("500ms", Some(500));
        check("2w", Some(14 * DAY_MS));
        check("0", Some(0));
        check("", None);
        check("90", None);
        check("d", None);
        check("-1d", None);
        check("1.5h", None);
        check("1d ", None);
        check("99999999999999999999d", None);
        check("9999999999999999d", None);
        assert_eq!(Span(90 * 60_000).to_string(), "90m");
        assert_eq!(Span(DAY_MS).to_string(), "1d");
        assert_eq!(Span(0).to_string(), "0");
    }

    #[test]
    fn sizes_are_numbers_with_units() {
        let check = |text: &str, expected: Option<u64>| {
            let read = text.parse::<Bytes>().ok().map(|bytes| bytes.0);
            assert_eq!(read, expected, "{text}");
        };
        check("10GiB", Some(10 << 30));
        check("10 gib", Some(10 << 30));
        check("500MB", Some(500_000_000));
        check("17", Some(17));
        check("", None);
        check("GiB", None);
        check("1.5GiB", None);
        check("10 parsecs", None);
        check("99999999999TiB", None);
    }
}
