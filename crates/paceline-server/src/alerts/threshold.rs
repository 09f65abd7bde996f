//! Thresholds as PromQL. Owns what each statistic asks; refuses combinations that have no answer.
//! A threshold so is what an expression is: evaluated alike, previewed alike, readable in the rule.

use paceline_analysis::anomaly::Unit;
use paceline_api::{AlertScope, AlertStatistic, AlertThreshold, Operation};
use paceline_metrics::Metadata;

use super::limits::WINDOW_SECONDS_MAX;
use crate::metrics::unit_of;
use crate::operations::failure::invalid;
use crate::operations::{AGENT_LABEL, ApiFailure};

const DURATION: &str = "paceline_operation_duration_seconds";
/// What rates and quantiles are over where nothing is said.
pub const WINDOW_SECONDS: u64 = 60;
/// Less holds no two samples of what is pushed every ten seconds.
const WINDOW_SECONDS_MIN: u64 = 5;

/// What a threshold comes to.
pub struct Plan {
    pub expr: String,
    /// What the number is of, such as `task_claim p99`.
    pub subject: String,
    pub unit: Unit,
    pub path: Option<String>,
}

/// # Errors
/// The field that makes no sense.
pub fn plan(threshold: &AlertThreshold) -> Result<Plan, ApiFailure> {
    let limit = limit(threshold)?;
    let window = threshold.window_seconds.unwrap_or(WINDOW_SECONDS);
    if !(WINDOW_SECONDS_MIN..=WINDOW_SECONDS_MAX).contains(&window) {
        let problem = format!("must be {WINDOW_SECONDS_MIN} to {WINDOW_SECONDS_MAX}");
        return Err(invalid("window_seconds", &problem));
    }
    let mut plan = match (&threshold.operation, &threshold.metric) {
        (Some(operation), None) => of_operation(threshold, operation, window)?,
        (None, Some(metric)) => of_metric(threshold, metric, window)?,
        _ => {
            return Err(invalid(
                "metric",
                "or `operation` must be given, and not both",
            ));
        }
    };
    plan.expr = format!("{} {limit}", plan.expr);
    Ok(plan)
}

fn limit(threshold: &AlertThreshold) -> Result<String, ApiFailure> {
    let (sign, limit) = match (threshold.above, threshold.below) {
        (Some(above), None) => (">", above),
        (None, Some(below)) => ("<", below),
        _ => return Err(invalid("above", "or `below` must be given, and not both")),
    };
    if limit.is_finite() {
        return Ok(format!("{sign} {limit}"));
    }
    let field = if sign == ">" { "above" } else { "below" };
    Err(invalid(field, "must be a finite number"))
}

fn of_operation(threshold: &AlertThreshold, name: &str, window: u64) -> Result<Plan, ApiFailure> {
    let operation: Operation =
        name.parse()
            .map_err(|error: paceline_api::operation::UnknownOperation| {
                invalid("operation", &format!("is unknown: {error}"))
                    .hint("`GET /api/performance` lists them")
            })?;
    if threshold.scope == AlertScope::Agent || !threshold.matching.is_empty() {
        let problem = "must be `fleet` and `matching` empty for an operation: its times are not kept by agent";
        return Err(invalid("scope", problem).hint(
            "use a metric with the label `agent`, such as `paceline_agent_task_seconds_sum`",
        ));
    }
    let statistic = threshold.statistic.unwrap_or(AlertStatistic::P99Ms);
    let series = |suffix: &str, more: &str| {
        format!("sum(rate({DURATION}{suffix}{{operation=\"{operation}\"{more}}}[{window}s]))")
    };
    let quantile = |q: &str| {
        format!(
            "histogram_quantile({q}, sum by (le) (rate({DURATION}_bucket{{operation=\"{operation}\"}}[{window}s]))) * 1000"
        )
    };
    let (expr, word, unit) = match statistic {
        AlertStatistic::P50Ms => (quantile("0.5"), "p50", Unit::Milliseconds),
        AlertStatistic::P90Ms => (quantile("0.9"), "p90", Unit::Milliseconds),
        AlertStatistic::P95Ms => (quantile("0.95"), "p95", Unit::Milliseconds),
        AlertStatistic::P99Ms => (quantile("0.99"), "p99", Unit::Milliseconds),
        AlertStatistic::MeanMs => {
            let mean = format!("{} / {} * 1000", series("_sum", ""), series("_count", ""));
            (mean, "mean", Unit::Milliseconds)
        }
        AlertStatistic::ErrorRatio => {
            let errors = series("_count", ",outcome=\"error\"");
            let ratio = format!("{errors} / {}", series("_count", ""));
            (ratio, "error ratio", Unit::Share)
        }
        AlertStatistic::CallsPerSecond => (series("_count", ""), "calls a second", Unit::Plain),
        _ => {
            let problem = "is of metrics; an operation has `p50_ms` to `calls_per_second`";
            return Err(invalid("statistic", problem));
        }
    };
    Ok(Plan {
        expr,
        subject: format!("{operation} {word}"),
        unit,
        path: Some(format!("/operations/{operation}")),
    })
}

fn of_metric(threshold: &AlertThreshold, metric: &str, window: u64) -> Result<Plan, ApiFailure> {
    let selector = selector(threshold, metric)?;
    let over = |function: &str| format!("{function}({selector}[{window}s])");
    let statistic = threshold.statistic.unwrap_or(AlertStatistic::Value);
    let (inner, across, word) = match statistic {
        AlertStatistic::Value => (selector.clone(), "avg", ""),
        AlertStatistic::RatePerSecond => (over("rate"), "sum", " a second"),
        AlertStatistic::Mean => (over("avg_over_time"), "avg", " mean"),
        AlertStatistic::Min => (over("min_over_time"), "min", " least"),
        AlertStatistic::Max => (over("max_over_time"), "max", " largest"),
        _ => {
            let problem = "is of operations; a metric has `value`, `rate_per_second`, `mean`, `min` and `max`";
            return Err(invalid("statistic", problem)
                .hint("for a quantile of a histogram write `expr` with `histogram_quantile`"));
        }
    };
    let expr = match threshold.scope {
        AlertScope::Agent => inner,
        AlertScope::Fleet => format!("{across}({inner})"),
    };
    Ok(Plan {
        expr,
        subject: format!("{metric}{word}"),
        unit: unit(threshold, |_| None).unwrap_or_default(),
        path: None,
    })
}

fn selector(threshold: &AlertThreshold, metric: &str) -> Result<String, ApiFailure> {
    if metric.is_empty() || metric.len() > paceline_core::limits::METRIC_NAME_LENGTH_MAX {
        return Err(invalid("metric", "must be a metric's name"));
    }
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b':';
    let is_plain = metric
        .bytes()
        .enumerate()
        .all(|(at, byte)| is_letter(byte) || (0 < at && byte.is_ascii_digit()));
    let mut matchers: Vec<String> = Vec::new();
    if !is_plain {
        matchers.push(quoted(metric));
    }
    for (name, value) in &threshold.matching {
        let name = if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            name.clone()
        } else {
            quoted(name)
        };
        matchers.push(format!("{name}={}", quoted(value)));
    }
    if threshold.scope == AlertScope::Agent && !threshold.matching.contains_key(AGENT_LABEL) {
        matchers.push(format!("{AGENT_LABEL}!=\"\""));
    }
    let name = if is_plain { metric } else { "" };
    if matchers.is_empty() {
        return Ok(name.to_owned());
    }
    Ok(format!("{name}{{{}}}", matchers.join(",")))
}

/// A text between quotes, as PromQL reads it.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// Of a threshold over a metric, as the metric's definition or its name says it.
pub fn unit(
    threshold: &AlertThreshold,
    definition: impl Fn(&str) -> Option<Metadata>,
) -> Option<Unit> {
    let metric = threshold.metric.as_deref()?;
    let is_rate = threshold.statistic == Some(AlertStatistic::RatePerSecond);
    Some(unit_of(metric, definition, is_rate).0)
}

#[cfg(test)]
mod tests {
    use paceline_promql::Query;
    use serde_json::json;

    use super::*;

    fn of(said: serde_json::Value) -> Result<Plan, String> {
        let threshold: AlertThreshold = serde_json::from_value(said).unwrap();
        plan(&threshold).map_err(|failure| failure.body.error.message)
    }

    #[test]
    fn a_threshold_is_a_comparison_in_promql() {
        let check = |said, expr: &str, subject: &str| {
            let plan = of(said).unwrap();
            assert_eq!(plan.expr, expr);
            assert_eq!(plan.subject, subject);
            assert!(Query::parse(&plan.expr).unwrap().compared().is_some());
        };
        check(
            json!({"operation": "task_claim", "above": 20}),
            "histogram_quantile(0.99, sum by (le) (rate(paceline_operation_duration_seconds_bucket{operation=\"task_claim\"}[60s]))) * 1000 > 20",
            "task_claim p99",
        );
        check(
            json!({"operation": "task_claim", "statistic": "error_ratio", "above": 0.01, "window_seconds": 300}),
            "sum(rate(paceline_operation_duration_seconds_count{operation=\"task_claim\",outcome=\"error\"}[300s])) \
             / sum(rate(paceline_operation_duration_seconds_count{operation=\"task_claim\"}[300s])) > 0.01",
            "task_claim error ratio",
        );
        check(
            json!({"metric": "queue_depth", "below": -1.5}),
            "avg(queue_depth) < -1.5",
            "queue_depth",
        );
        check(
            json!({"metric": "cost_usd", "statistic": "rate_per_second", "scope": "agent",
                "matching": {"model": "a\"b"}, "above": 1}),
            "rate(cost_usd{model=\"a\\\"b\",agent!=\"\"}[60s]) > 1",
            "cost_usd a second",
        );
        check(
            json!({"metric": "größe.kb", "above": 1}),
            "avg({\"größe.kb\"}) > 1",
            "größe.kb",
        );
    }

    #[test]
    fn what_has_no_answer_is_refused_by_name() {
        let check = |said, expected: &str| {
            let message = of(said).err().unwrap_or_default();
            assert!(message.contains(expected), "{message}");
        };
        check(json!({"above": 1}), "`metric` or `operation`");
        check(
            json!({"metric": "a", "operation": "task_claim", "above": 1}),
            "not both",
        );
        check(json!({"metric": "a"}), "`above` or `below`");
        check(json!({"metric": "a", "above": 1, "below": 2}), "not both");
        check(
            json!({"operation": "task_steal", "above": 1}),
            "`operation` is unknown",
        );
        check(
            json!({"operation": "task_claim", "scope": "agent", "above": 1}),
            "not kept by agent",
        );
        check(
            json!({"operation": "task_claim", "statistic": "value", "above": 1}),
            "is of metrics",
        );
        check(
            json!({"metric": "a", "statistic": "p99_ms", "above": 1}),
            "is of operations",
        );
        check(
            json!({"metric": "a", "above": 1, "window_seconds": 1}),
            "`window_seconds`",
        );
    }
}
