//! One rule, asked once. Owns how an answer becomes observed alerts, what is normal, and the limits of
//! an evaluation; refuses to remember anything.

use std::time::Duration;

use paceline_analysis::alerts::{Facts, Labels, Observed};
use paceline_metrics::{METRIC_NAME, SeriesSource};
use paceline_promql::{Answer, Cancel, Options, RangeSteps, Value};

use super::limits::RULE_SERIES_MAX;
use super::rule::{ALERT_NAME, Rule};

/// What is normal is read from the last day, every five minutes.
const NORMAL_MS: i64 = 86_400_000;
const NORMAL_STEP_MS: i64 = 300_000;
/// Fewer points say nothing about what is normal.
const NORMAL_POINTS_MIN: usize = 24;
/// Nine of ten values lie between.
const NORMAL_SHARE: f64 = 0.05;

/// What evaluations are bounded by.
#[must_use]
pub fn options(lookback_ms: i64) -> Options {
    Options {
        lookback_ms,
        series_max: RULE_SERIES_MAX,
        samples_max: 20_000_000,
        memory_bytes_max: 256 << 20,
        ..Options::default()
    }
}

/// The rule's answer at a time.
///
/// # Errors
/// Why there is none, in a sentence.
pub fn answer(
    rule: &Rule,
    source: &dyn SeriesSource,
    at_ms: i64,
    options: &Options,
    cancel: &Cancel,
) -> Result<Vec<(Labels, f64)>, String> {
    let answer = rule.query.instant(source, at_ms, options, cancel);
    let found = samples(answer.map_err(|error| error.to_string())?);
    if rule.alerts_max < found.len() {
        return Err(format!(
            "it answers with {} alerts, at most {} are taken: narrow it, or aggregate",
            found.len(),
            rule.alerts_max
        ));
    }
    Ok(found)
}

fn samples(answer: Answer) -> Vec<(Labels, f64)> {
    match answer.value {
        Value::Vector(samples) => samples
            .into_iter()
            .map(|sample| (own(&sample.labels), sample.point.value))
            .collect(),
        Value::Scalar(point) => vec![(Labels::new(), point.value)],
        Value::String { .. } | Value::Matrix(_) => Vec::new(),
    }
}

pub fn own(labels: &paceline_metrics::Labels) -> Labels {
    labels
        .iter()
        .map(|label| (label.name.to_string(), label.value.to_string()))
        .collect()
}

/// An answer with the labels and annotations of its rule. The rule's own labels win, an empty one
/// takes a label away, and the metric's name goes, as in Prometheus.
#[must_use]
pub fn observed(rule: &Rule, (labels, value): (Labels, f64)) -> Observed {
    let external_labels = Labels::new();
    let facts = Facts {
        labels: &labels,
        external_labels: &external_labels,
        value,
    };
    let fill = |(name, template): (&String, &paceline_analysis::alerts::Template)| {
        (name.clone(), template.fill(&facts))
    };
    let annotations = rule.annotations.iter().map(fill).collect();
    let added: Labels = rule.labels.iter().map(fill).collect();
    let mut all = labels;
    all.remove(METRIC_NAME);
    all.extend(added);
    all.insert(ALERT_NAME.to_owned(), rule.name.clone());
    all.retain(|_, value| !value.is_empty());
    Observed {
        labels: all,
        annotations,
        value,
    }
}

/// Where nine of ten values of the day before lay, of the series that these labels are of.
pub fn normal(
    rule: &Rule,
    labels: &Labels,
    source: &dyn SeriesSource,
    now_ms: i64,
    options: &Options,
    cancel: &Cancel,
) -> Option<(f64, f64)> {
    let left = &rule.compared.as_ref()?.left;
    let range = RangeSteps {
        from_ms: now_ms - NORMAL_MS,
        to_ms: now_ms - NORMAL_STEP_MS,
        step_ms: NORMAL_STEP_MS,
    };
    let answer = left.range(source, range, options, cancel).ok()?;
    let Value::Matrix(all) = answer.value else {
        return None;
    };
    let is_it = |series: &Labels| {
        series
            .iter()
            .filter(|(name, _)| *name != METRIC_NAME)
            .all(|(name, value)| labels.get(name) == Some(value) || rule.labels.contains_key(name))
    };
    let found = all.into_iter().find(|series| is_it(&own(&series.labels)))?;
    let values = found.points.iter().map(|point| point.value);
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    if values.len() < NORMAL_POINTS_MIN {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    Some((
        quantile(&values, NORMAL_SHARE),
        quantile(&values, 1.0 - NORMAL_SHARE),
    ))
}

/// Of sorted values, the nearest one.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a short list"
    )]
    let at = (share * last as f64).round() as usize;
    sorted.get(at.min(last)).copied().unwrap_or(f64::NAN)
}

/// Trips a question that takes too long.
pub struct Deadline {
    pub cancel: Cancel,
    clock: std::sync::Arc<dyn paceline_core::Clock>,
    until_ns: u64,
}

impl Deadline {
    #[must_use]
    pub fn after(clock: std::sync::Arc<dyn paceline_core::Clock>, time: Duration) -> Self {
        let ns = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Self {
            cancel: Cancel::new(),
            until_ns: clock.stopwatch_ns().saturating_add(ns),
            clock,
        }
    }

    #[must_use]
    pub fn is_over(&self) -> bool {
        self.until_ns <= self.clock.stopwatch_ns()
    }
}
