//! What a rule would have done. Owns the run of the same state machine over the past; refuses to store
//! or to tell anything.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use paceline_analysis::alerts::{Fingerprint, Held, Labels, Moment, Transition};
use paceline_analysis::anomaly::clock;
use paceline_api::{AlertFiring, AlertPreview, AlertPreviewSeries, Timestamp};
use paceline_metrics::SeriesSource;
use paceline_promql::{Cancel, Options, Query, QueryError, RangeSteps, Value};

use super::evaluate::own;
use super::rule::{ALERT_NAME, Rule};
use super::turn::step;

const FIRINGS_MAX: usize = 200;
const SERIES_MAX: usize = 20;
/// Points of a preview: 30 seconds apart in a day.
const STEPS: i64 = 2_880;
const STEP_MS_MIN: i64 = 15_000;

/// # Errors
/// When the expression reaches a limit.
pub fn preview(
    rule: &Arc<Rule>,
    source: &dyn SeriesSource,
    hours: u32,
    now_ms: i64,
    options: &Options,
    cancel: &Cancel,
) -> Result<AlertPreview, QueryError> {
    let span_ms = i64::from(hours) * 3_600_000;
    let step_ms = (span_ms / STEPS).max(STEP_MS_MIN);
    let range = RangeSteps {
        from_ms: now_ms - span_ms,
        to_ms: now_ms,
        step_ms,
    };
    let columns = columns(&rule.query, source, range, options, cancel)?;
    let (times, mut firings) = run(rule, &columns, range);
    firings.sort_by_key(|one| std::cmp::Reverse(one.fired_at));
    let shown = match &rule.compared {
        Some(compared) => self::columns(&compared.left, source, range, options, cancel)?,
        None => columns,
    };
    let left_out = shown.len().saturating_sub(SERIES_MAX) as u64;
    let sentence = sentence(times, &firings, hours, now_ms);
    firings.truncate(FIRINGS_MAX);
    Ok(AlertPreview {
        expr: rule.query.text().to_owned(),
        from: Timestamp(range.from_ms),
        to: Timestamp(range.to_ms),
        step_seconds: step_ms as f64 / 1_000.0,
        times,
        sentence,
        firings,
        series: series(shown),
        unit: super::read::unit_of(rule.unit),
        limit: rule.compared.as_ref().map(|compared| compared.limit),
        series_left_out: left_out,
    })
}

type Column = (Labels, Vec<(i64, f64)>);

fn columns(
    query: &Query,
    source: &dyn SeriesSource,
    range: RangeSteps,
    options: &Options,
    cancel: &Cancel,
) -> Result<Vec<Column>, QueryError> {
    let answer = query.range(source, range, options, cancel)?;
    let Value::Matrix(all) = answer.value else {
        return Ok(Vec::new());
    };
    let column = |series: paceline_promql::MatrixSeries| {
        let points = series.points.iter().map(|one| (one.at_ms, one.value));
        (own(&series.labels), points.collect())
    };
    Ok(all.into_iter().map(column).collect())
}

/// How often it fired in all, and each time.
fn run(rule: &Rule, columns: &[Column], range: RangeSteps) -> (u64, Vec<AlertFiring>) {
    let mut by_time: BTreeMap<i64, Vec<(Labels, f64)>> = BTreeMap::new();
    for (labels, points) in columns {
        for (at_ms, value) in points {
            let at = by_time.entry(*at_ms).or_default();
            at.push((labels.clone(), *value));
        }
    }
    let (mut held, mut times) = (Held::new(), 0);
    let mut open: HashMap<Fingerprint, AlertFiring> = HashMap::new();
    let mut firings = Vec::new();
    let mut at_ms = range.from_ms;
    while at_ms <= range.to_ms {
        let samples = by_time.remove(&at_ms).unwrap_or_default();
        let now = Moment {
            wall_ms: at_ms,
            steady_ms: at_ms,
        };
        if !samples.is_empty() || !held.is_empty() {
            for transition in step(&mut held, rule, samples, now) {
                match transition {
                    Transition::Fired(name) => {
                        times += 1;
                        if let Some(alert) = held.get(&name) {
                            open.insert(name, firing(alert, at_ms));
                        }
                    }
                    Transition::Resolved(name) => {
                        if let Some(mut one) = open.remove(&name) {
                            one.resolved_at = Some(Timestamp(at_ms));
                            firings.push(one);
                        }
                    }
                    Transition::Pending(_) | Transition::Forgotten(_) => {}
                }
            }
        }
        at_ms += range.step_ms;
    }
    firings.extend(open.into_values());
    (times, firings)
}

fn firing(alert: &paceline_analysis::alerts::Alert, at_ms: i64) -> AlertFiring {
    let mut labels = alert.labels.clone();
    labels.remove(ALERT_NAME);
    AlertFiring {
        labels,
        fired_at: Timestamp(at_ms),
        resolved_at: None,
        value: alert.value,
    }
}

fn series(mut columns: Vec<Column>) -> Vec<AlertPreviewSeries> {
    let largest = |column: &Column| {
        let values = column.1.iter().map(|(_, value)| *value);
        values
            .filter(|value| value.is_finite())
            .fold(f64::MIN, f64::max)
    };
    columns.sort_by(|one, other| largest(other).total_cmp(&largest(one)));
    columns.truncate(SERIES_MAX);
    let told = |(labels, points): Column| {
        let points: Vec<_> = points
            .into_iter()
            .filter(|(_, value)| value.is_finite())
            .collect();
        AlertPreviewSeries {
            labels,
            times: points.iter().map(|(at, _)| *at as f64 / 1_000.0).collect(),
            values: points.into_iter().map(|(_, value)| value).collect(),
        }
    };
    columns.into_iter().map(told).collect()
}

fn sentence(times: u64, firings: &[AlertFiring], hours: u32, now_ms: i64) -> String {
    let span = match hours {
        1 => "hour".to_owned(),
        24 => "day".to_owned(),
        hours => format!("{hours} hours"),
    };
    let Some(last) = firings.first() else {
        return format!("would not have fired in the last {span}");
    };
    let often = if times == 1 {
        "once".to_owned()
    } else {
        format!("{times} times")
    };
    let at = clock(last.fired_at.0, now_ms);
    let when = match last.resolved_at {
        None => format!("and would fire now, since {at}"),
        Some(end) => {
            let minutes = (end.0 - last.fired_at.0).max(0) / 60_000;
            let length = match minutes {
                0 => "less than a minute".to_owned(),
                1 => "1 minute".to_owned(),
                minutes => format!("{minutes} minutes"),
            };
            format!("the last time at {at} for {length}")
        }
    };
    format!("would have fired {often} in the last {span}, {when}")
}
