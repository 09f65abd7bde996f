//! From columns to the answer. Owns the last removal of names, the order and the leaving out of
//! what has no value.

use paceline_metrics::Labels;

use super::column::{Column, is_present, without_name};
use super::context::Evaluator;
use super::label_functions::text;
use super::merge::Merger;
use super::order::decides_order;
use super::steps::Steps;
use crate::answer::{MatrixSeries, Point, Value, ValueKind, VectorSample};
use crate::error::QueryError;
use crate::parse::{FunctionId, Node, OverFunction};

impl Evaluator<'_> {
    pub(crate) fn value(&self, root: &Node, steps: Steps) -> Result<Value, QueryError> {
        let at_ms = steps.first_ms;
        match root.kind() {
            ValueKind::Vector if self.is_range => self.matrix(root, steps),
            ValueKind::Scalar if self.is_range => self.matrix_of_scalar(root, steps),
            ValueKind::Vector => self.instant_vector(root, steps),
            ValueKind::Scalar => Ok(Value::Scalar(Point {
                at_ms,
                value: self.scalar(root, steps)?.at(0),
            })),
            ValueKind::String => Ok(Value::String {
                at_ms,
                text: text(root)?.to_string(),
            }),
            ValueKind::Matrix => self.matrix_of_samples(root, steps),
        }
    }

    fn instant_vector(&self, root: &Node, steps: Steps) -> Result<Value, QueryError> {
        let columns = self.named_columns(root, steps)?;
        let mut samples: Vec<VectorSample> = columns
            .into_iter()
            .filter(|column| is_present(column.values[0]))
            .map(|column| VectorSample {
                labels: column.labels,
                point: Point {
                    at_ms: steps.first_ms,
                    value: column.values[0],
                },
            })
            .collect();
        if !decides_order(root) {
            samples.sort_by(|one, other| one.labels.cmp(&other.labels));
        }
        Ok(Value::Vector(samples))
    }

    fn matrix(&self, root: &Node, steps: Steps) -> Result<Value, QueryError> {
        let columns = self.named_columns(root, steps)?;
        let mut held = Vec::new();
        let mut series = Vec::new();
        for column in columns {
            let points = points_of(&column, steps);
            if !points.is_empty() {
                held.push(self.charge(points.len())?);
                series.push(MatrixSeries {
                    labels: column.labels,
                    points,
                });
            }
        }
        Ok(sorted(series))
    }

    fn matrix_of_scalar(&self, root: &Node, steps: Steps) -> Result<Value, QueryError> {
        let scalars = self.scalar(root, steps)?;
        let points = (0..steps.count).map(|step| Point {
            at_ms: steps.at(step),
            value: scalars.at(step),
        });
        Ok(Value::Matrix(vec![MatrixSeries {
            labels: Labels::default(),
            points: points.collect(),
        }]))
    }

    /// Of `selector[range]` and of subqueries, at one time only.
    fn matrix_of_samples(&self, root: &Node, steps: Steps) -> Result<Value, QueryError> {
        let spec = self.window_spec(root)?;
        let end_ms = spec.reference.at(steps.first_ms);
        let start_ms = end_ms - spec.range_ms;
        let mut held = Vec::new();
        let mut matrix = Vec::new();
        let id = FunctionId::Over(OverFunction::Last);
        self.range_series(root, steps, id, &mut |series| {
            let inside = |ms: &&i64| start_ms < **ms && **ms <= end_ms;
            let first = series.timestamps.partition_point(|ms| *ms <= start_ms);
            let count = series.timestamps[first..].iter().take_while(inside).count();
            held.push(self.charge(2 * count)?);
            self.count_samples(count as u64);
            let points: Vec<Point> = series.timestamps[first..first + count]
                .iter()
                .zip(&series.values[first..])
                .map(|(at_ms, value)| Point {
                    at_ms: *at_ms,
                    value: *value,
                })
                .collect();
            if !points.is_empty() {
                let labels = match series.drop_name {
                    true => without_name(&series.labels),
                    false => series.labels,
                };
                matrix.push(MatrixSeries { labels, points });
            }
            Ok(())
        })?;
        Ok(sorted(matrix))
    }

    /// Names whose removal was delayed go now.
    fn named_columns(&self, root: &Node, steps: Steps) -> Result<Vec<Column>, QueryError> {
        let mut columns = self.columns(root, steps)?;
        if !self.options.delayed_name_removal {
            return Ok(columns);
        }
        let mut merger = Merger::default();
        for mut column in columns.drain(..) {
            if column.drop_name {
                column.labels = without_name(&column.labels);
            }
            merger.add(column)?;
        }
        Ok(merger.into_columns())
    }
}

fn points_of(column: &Column, steps: Steps) -> Vec<Point> {
    column
        .values
        .iter()
        .enumerate()
        .filter(|(_, value)| is_present(**value))
        .map(|(step, value)| Point {
            at_ms: steps.at(step),
            value: *value,
        })
        .collect()
}

fn sorted(mut series: Vec<MatrixSeries>) -> Value {
    series.sort_by(|one, other| one.labels.cmp(&other.labels));
    Value::Matrix(series)
}
