//! Metrics of one request on their way to rows. Owns the order: origin, name, points, increases
//! added up, and what a metric tells of an agent; refuses to store anything.

use opentelemetry_proto::tonic::metrics::v1::{Metric, ResourceMetrics};
use paceline_metrics::{Labels, METRIC_NAME, Metadata, RowValue};

use super::account::Reason;
use super::added::{Owner, Total, When, hash};
use super::batch::{value, value_with};
use super::facts;
use super::histogram::Histogram;
use super::limits::DESCRIPTION_CHARS_MAX;
use super::mapping::{Kind, Rule};
use super::origin::Origin;
use super::request::Intake;
use super::rules::RULES;
use super::translate::{self, Described, Point, Reading};

pub fn take(intake: &mut Intake<'_>, origin: &Origin<'_>, resource: &ResourceMetrics) {
    let owner = origin.owner();
    for scope in &resource.scope_metrics {
        for metric in &scope.metrics {
            one(intake, origin, owner, metric);
        }
    }
}

/// As many points as there are, for a resource that is refused as a whole.
pub fn size(resource: &ResourceMetrics) -> usize {
    let metrics = resource
        .scope_metrics
        .iter()
        .flat_map(|scope| &scope.metrics);
    metrics.map(translate::size).sum()
}

fn one(intake: &mut Intake<'_>, origin: &Origin<'_>, owner: Owner, metric: &Metric) {
    let refuse_all = |intake: &mut Intake<'_>, reason| {
        intake
            .account
            .refuse(reason, translate::size(metric), &metric.name);
    };
    let described = match translate::described(metric) {
        Ok(described) => described,
        Err(reason) => return refuse_all(intake, reason),
    };
    let name = &described.name.name;
    let (resource, original) = (hash(&origin.labels), hash(&metric.name));
    if !intake.draft.owns_name(owner, resource, name, original) {
        return refuse_all(intake, Reason::NameCollision);
    }
    intake
        .described
        .push((name.clone(), metadata(metric, &described)));
    let rule = RULES
        .iter()
        .find(|rule| rule.kind == Kind::Metric && rule.name == metric.name);
    translate::each_point(metric, described.name.divisor, |point| {
        let taken = point.and_then(|point| take_point(intake, origin, owner, name, &point, rule));
        if let Err(reason) = taken {
            intake.account.refuse(reason, 1, &metric.name);
        }
    });
}

fn metadata(metric: &Metric, described: &Described) -> Metadata {
    Metadata {
        kind: described.kind,
        unit: described.name.unit.clone(),
        description: metric
            .description
            .chars()
            .take(DESCRIPTION_CHARS_MAX)
            .collect(),
    }
}

fn take_point(
    intake: &mut Intake<'_>,
    origin: &Origin<'_>,
    owner: Owner,
    name: &str,
    point: &Point<'_>,
    rule: Option<&Rule>,
) -> Result<(), Reason> {
    let labels = translate::labels(point.attributes);
    let at_ms = intake.time(point.span.end);
    let series = full(&origin.labels, name, &labels);
    let (total, is_increase) = match &point.reading {
        Reading::Increase(by) => (Total::Number(*by), true),
        Reading::HistogramIncrease(by) => (Total::Histogram(by.clone()), true),
        Reading::Value(value) => (Total::Number(*value), false),
        Reading::Histogram(histogram) => (Total::Histogram(histogram.clone()), false),
        Reading::Summary {
            quantiles,
            sum,
            count,
        } => {
            let values = summary(name, &labels, quantiles, *sum, *count);
            return intake.batch.point(&origin.labels, at_ms, values);
        }
    };
    if is_increase {
        let report = hash(&(&series, point.span, bits(&total)));
        if !intake.draft.is_new(owner, report) {
            return Ok(());
        }
        let when = When {
            start_ms: milliseconds(point.span.start),
            at_ms,
        };
        let step = intake.draft.add(owner, &series, &total, when)?;
        if let Some(zero_at_ms) = step.zero_at_ms {
            for zero in values(name, &labels, &zeroed(&step.total)) {
                intake.batch.aside(&origin.labels, zero_at_ms, zero);
            }
        }
        let values = values(name, &labels, &step.total);
        intake.batch.point(&origin.labels, step.at_ms, values)?;
    } else {
        let values = values(name, &labels, &total);
        intake.batch.point(&origin.labels, at_ms, values)?;
    }
    if let Some(rule) = rule {
        let grown = if is_increase {
            facts::Grown::By
        } else {
            facts::Grown::To
        };
        facts::of_metric(intake, origin, rule, point, &series, &total, grown);
    }
    Ok(())
}

fn bits(total: &Total) -> Vec<u64> {
    match total {
        Total::Number(number) => vec![number.to_bits()],
        Total::Histogram(histogram) => {
            let sum = histogram.sum.unwrap_or_default().to_bits();
            let counts = histogram.buckets.iter().map(|(_, count)| count.to_bits());
            counts.chain([sum, histogram.count.to_bits()]).collect()
        }
    }
}

fn zeroed(total: &Total) -> Total {
    match total {
        Total::Number(_) => Total::Number(0.0),
        Total::Histogram(histogram) => Total::Histogram(Histogram {
            buckets: histogram
                .buckets
                .iter()
                .map(|(bound, _)| (*bound, 0.0))
                .collect(),
            sum: histogram.sum.map(|_| 0.0),
            count: 0.0,
        }),
    }
}

fn values(name: &str, labels: &[(String, String)], total: &Total) -> Vec<RowValue> {
    match total {
        Total::Number(number) => vec![value(name, labels, *number)],
        Total::Histogram(histogram) => {
            let bucket = format!("{name}_bucket");
            let buckets = histogram.cumulative();
            let mut values: Vec<_> = buckets
                .map(|(le, below)| value_with(&bucket, labels, ("le", &le), below))
                .collect();
            if let Some(sum) = histogram.sum {
                values.push(value(&format!("{name}_sum"), labels, sum));
            }
            values.push(value(&format!("{name}_count"), labels, histogram.count));
            values
        }
    }
}

fn summary(
    name: &str,
    labels: &[(String, String)],
    quantiles: &[(f64, f64)],
    sum: f64,
    count: f64,
) -> Vec<RowValue> {
    let mut values: Vec<_> = quantiles
        .iter()
        .map(|(at, is)| value_with(name, labels, ("quantile", &at.to_string()), *is))
        .collect();
    values.push(value(&format!("{name}_sum"), labels, sum));
    values.push(value(&format!("{name}_count"), labels, count));
    values
}

fn full(target: &Labels, name: &str, labels: &[(String, String)]) -> Labels {
    let target = target.iter().map(|label| (&*label.name, &*label.value));
    let own = labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    Labels::from_pairs(target.chain(own).chain([(METRIC_NAME, name)]))
}

pub fn milliseconds(nanoseconds: u64) -> i64 {
    i64::try_from(nanoseconds / 1_000_000).unwrap_or(i64::MAX)
}
