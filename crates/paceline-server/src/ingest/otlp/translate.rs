//! OTLP metrics as points of series. Owns which part of a metric becomes which series, under which
//! name and labels; refuses to add up increases (`added.rs` does) and to say what a metric means.

use std::borrow::Cow;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Metric, NumberDataPoint, SummaryDataPoint,
};
use paceline_metrics::{MetricKind, stale_marker};

use super::account::Reason;
use super::attributes;
use super::histogram::{Histogram, float};
use super::mapping::NOT_LABELS;
use super::names::{self, Name, Sort};

/// A metric's name as its series have it, and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    pub name: Name,
    pub kind: MetricKind,
}

/// One data point, still whole.
#[derive(Clone, Debug)]
pub struct Point<'a> {
    pub attributes: &'a [KeyValue],
    pub span: Span,
    pub reading: Reading,
}

/// Nanoseconds since 1970; a start of 0 is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    pub start: u64,
    pub end: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    Value(f64),
    /// What was added since the point before; the total is nobody's yet.
    Increase(f64),
    Histogram(Histogram),
    HistogramIncrease(Histogram),
    Summary {
        quantiles: Vec<(f64, f64)>,
        sum: f64,
        count: f64,
    },
}

/// The name that a metric gets, or why it can have none.
pub fn described(metric: &Metric) -> Result<Described, Reason> {
    let (sort, kind) = match &metric.data {
        None => return Err(Reason::NoData),
        Some(Data::Gauge(_)) => (Sort::Gauge, MetricKind::Gauge),
        Some(Data::Sum(sum)) if sum.is_monotonic => (Sort::Counter, MetricKind::Counter),
        // A sum of ups and downs reads like a gauge, but is no ratio of anything.
        Some(Data::Sum(_)) => (Sort::Distribution, MetricKind::Gauge),
        Some(Data::Histogram(_) | Data::ExponentialHistogram(_)) => {
            (Sort::Distribution, MetricKind::Histogram)
        }
        Some(Data::Summary(_)) => (Sort::Distribution, MetricKind::Summary),
    };
    let name = names::metric(&metric.name, &metric.unit, sort);
    if metric.name.is_empty() || name.name.is_empty() {
        return Err(Reason::InvalidName);
    }
    if name.name.starts_with("paceline_") {
        return Err(Reason::ReservedName);
    }
    Ok(Described { name, kind })
}

/// As many points as the metric has.
pub fn size(metric: &Metric) -> usize {
    match &metric.data {
        // What JSON could not be read as data says nothing of its points.
        None => 1,
        Some(Data::Gauge(data)) => data.data_points.len(),
        Some(Data::Sum(data)) => data.data_points.len(),
        Some(Data::Histogram(data)) => data.data_points.len(),
        Some(Data::ExponentialHistogram(data)) => data.data_points.len(),
        Some(Data::Summary(data)) => data.data_points.len(),
    }
}

/// Hands over each point, or why there is none.
pub fn each_point<'a>(
    metric: &'a Metric,
    divisor: f64,
    mut take: impl FnMut(Result<Point<'a>, Reason>),
) {
    match &metric.data {
        None => take(Err(Reason::NoData)),
        Some(Data::Gauge(gauge)) => {
            for point in &gauge.data_points {
                take(number(point, divisor).map(|value| of_number(point, Reading::Value(value))));
            }
        }
        Some(Data::Sum(sum)) => {
            for point in &sum.data_points {
                take(of_sum(
                    point,
                    divisor,
                    sum.aggregation_temporality,
                    sum.is_monotonic,
                ));
            }
        }
        Some(Data::Histogram(histogram)) => {
            for point in &histogram.data_points {
                let read = Histogram::explicit(point, divisor);
                let reading = distribution(read.ok(), histogram.aggregation_temporality);
                take(reading.map(|reading| Point {
                    attributes: &point.attributes,
                    span: Span {
                        start: point.start_time_unix_nano,
                        end: point.time_unix_nano,
                    },
                    reading,
                }));
            }
        }
        Some(Data::ExponentialHistogram(histogram)) => {
            for point in &histogram.data_points {
                let read = Histogram::exponential(point, divisor);
                let reading = distribution(Some(read), histogram.aggregation_temporality);
                take(reading.map(|reading| Point {
                    attributes: &point.attributes,
                    span: Span {
                        start: point.start_time_unix_nano,
                        end: point.time_unix_nano,
                    },
                    reading,
                }));
            }
        }
        Some(Data::Summary(summary)) => {
            for point in &summary.data_points {
                take(Ok(of_summary(point, divisor)));
            }
        }
    }
}

fn of_number(point: &NumberDataPoint, reading: Reading) -> Point<'_> {
    Point {
        attributes: &point.attributes,
        span: Span {
            start: point.start_time_unix_nano,
            end: point.time_unix_nano,
        },
        reading,
    }
}

fn number(point: &NumberDataPoint, divisor: f64) -> Result<f64, Reason> {
    /// `DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK`: the series ended.
    const NO_VALUE: u32 = 1;
    if point.flags & NO_VALUE != 0 {
        return Ok(stale_marker());
    }
    match point.value {
        Some(Value::AsDouble(value)) => Ok(value / divisor),
        #[expect(clippy::cast_precision_loss, reason = "series hold doubles")]
        Some(Value::AsInt(value)) => Ok(value as f64 / divisor),
        None => Err(Reason::NoValue),
    }
}

fn of_sum(
    point: &NumberDataPoint,
    divisor: f64,
    temporality: i32,
    is_monotonic: bool,
) -> Result<Point<'_>, Reason> {
    let value = number(point, divisor)?;
    let reading = match AggregationTemporality::try_from(temporality) {
        Ok(AggregationTemporality::Cumulative) => Reading::Value(value),
        Ok(AggregationTemporality::Delta) if !value.is_finite() => {
            return Err(Reason::NotANumber);
        }
        Ok(AggregationTemporality::Delta) if is_monotonic && value < 0.0 => {
            return Err(Reason::NegativeIncrease);
        }
        Ok(AggregationTemporality::Delta) => Reading::Increase(value),
        _ => return Err(Reason::UnknownTemporality),
    };
    Ok(of_number(point, reading))
}

fn distribution(histogram: Option<Histogram>, temporality: i32) -> Result<Reading, Reason> {
    let histogram = histogram.ok_or(Reason::ContradictingBuckets)?;
    match AggregationTemporality::try_from(temporality) {
        Ok(AggregationTemporality::Cumulative) => Ok(Reading::Histogram(histogram)),
        Ok(AggregationTemporality::Delta) => match histogram.sum {
            Some(sum) if !sum.is_finite() => Err(Reason::NotANumber),
            _ => Ok(Reading::HistogramIncrease(histogram)),
        },
        _ => Err(Reason::UnknownTemporality),
    }
}

fn of_summary(point: &SummaryDataPoint, divisor: f64) -> Point<'_> {
    let quantiles = point.quantile_values.iter();
    Point {
        attributes: &point.attributes,
        span: Span {
            start: point.start_time_unix_nano,
            end: point.time_unix_nano,
        },
        reading: Reading::Summary {
            quantiles: quantiles
                .map(|at| (at.quantile, at.value / divisor))
                .collect(),
            sum: point.sum / divisor,
            count: float(point.count),
        },
    }
}

/// A point's attributes as labels, sorted. Two attributes that become one label share it, in the
/// order of their names, as in Prometheus; what would hide a resource's label is renamed.
pub fn labels(pairs: &[KeyValue]) -> Vec<(String, String)> {
    let mut sorted: Vec<&KeyValue> = pairs.iter().collect();
    sorted.sort_by(|one, other| one.key.cmp(&other.key));
    let mut labels: Vec<(String, String)> = Vec::with_capacity(sorted.len());
    for pair in sorted {
        if NOT_LABELS.contains(&pair.key.as_str()) || pair.key.is_empty() {
            continue;
        }
        let value = pair.value.as_ref().and_then(|any| any.value.as_ref());
        let text = value.map_or(Cow::Borrowed(""), attributes::text);
        let mut name = names::label(&pair.key);
        if OF_OTHERS.contains(&name.as_str()) {
            name.insert_str(0, "exported_");
        }
        match labels.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => {
                known.push(';');
                known.push_str(&text);
            }
            None => labels.push((name, text.into_owned())),
        }
    }
    labels.sort_unstable();
    labels
}

/// Labels that say who measured, or that a series' shape needs.
const OF_OTHERS: &[&str] = &["agent", "job", "instance", "le", "quantile", "__name__"];
