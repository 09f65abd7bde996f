//! What windows slide over. Owns the two sources of range vectors, selectors and subqueries, as
//! series without staleness markers.

use std::sync::Arc;

use paceline_metrics::{Labels, Series, is_stale};

use super::windows::WindowSpec;
use crate::error::QueryError;
use crate::eval::budget::Charge;
use crate::eval::column::{Column, is_present};
use crate::eval::context::Evaluator;
use crate::eval::steps::{Reference, Steps};
use crate::eval::unexpected;
use crate::parse::{Expr, FunctionId, Node, OverFunction, Subquery};

pub(crate) struct RangeSeries {
    pub(crate) labels: Labels,
    pub(crate) drop_name: bool,
    pub(crate) timestamps: Arc<[i64]>,
    /// As many as `timestamps`, no staleness marker.
    pub(crate) values: Vec<f64>,
    _charge: Option<Charge>,
}

impl Evaluator<'_> {
    pub(crate) fn window_spec(&self, arg: &Node) -> Result<WindowSpec, QueryError> {
        let (shift, range_ms) = match &arg.without_parens().expr {
            Expr::Range { selector, range_ms } => (&selector.shift, *range_ms),
            Expr::Subquery(subquery) => (&subquery.shift, subquery.range_ms),
            _ => return Err(unexpected("range vector")),
        };
        Ok(WindowSpec {
            range_ms,
            reference: Reference::new(shift, self.bounds_ms),
        })
    }

    pub(crate) fn range_series(
        &self,
        arg: &Node,
        steps: Steps,
        id: FunctionId,
        each: &mut dyn FnMut(RangeSeries) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        match &arg.without_parens().expr {
            Expr::Range { selector, range_ms } => {
                let select = self.question(selector, steps, *range_ms, source_hint(id));
                self.fetch(&select, &mut |series| each(without_stale(series)))
            }
            Expr::Subquery(subquery) => self.subquery_series(subquery, steps, each),
            _ => Err(unexpected("range vector")),
        }
    }

    fn subquery_series(
        &self,
        subquery: &Subquery,
        steps: Steps,
        each: &mut dyn FnMut(RangeSeries) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        let Some(grid) = self.subquery_steps(subquery, steps) else {
            return Ok(());
        };
        let _held = self.charge(grid.count)?;
        let timestamps: Arc<[i64]> = (0..grid.count).map(|step| grid.at(step)).collect();
        self.vector(&subquery.inner, grid, &mut |column| {
            each(of_column(column, &timestamps))
        })
    }

    /// Aligned to the step, so that every evaluation sees the same points; `None` when the range
    /// holds none.
    fn subquery_steps(&self, subquery: &Subquery, steps: Steps) -> Option<Steps> {
        let reference = Reference::new(&subquery.shift, self.bounds_ms);
        let step_ms = subquery.step_ms.unwrap_or(self.options.subquery_step_ms);
        let before_ms = reference.at(steps.first_ms) - subquery.range_ms;
        // The first multiple after the range's open start.
        let first_ms = (before_ms.div_euclid(step_ms) + 1) * step_ms;
        let last_ms = reference.at(steps.last_ms());
        if last_ms < first_ms {
            return None;
        }
        Some(Steps {
            first_ms,
            step_ms,
            count: usize::try_from((last_ms - first_ms) / step_ms + 1).unwrap_or(usize::MAX),
        })
    }
}

fn without_stale(series: Series) -> RangeSeries {
    let (timestamps, values) = if series.values.iter().any(|value| is_stale(*value)) {
        present(&series.timestamps, &series.values)
    } else {
        (series.timestamps, series.values)
    };
    RangeSeries {
        labels: series.labels,
        drop_name: false,
        timestamps,
        values,
        _charge: None,
    }
}

fn of_column(column: Column, grid: &Arc<[i64]>) -> RangeSeries {
    let (timestamps, values) = if column.values.iter().all(|value| is_present(*value)) {
        (Arc::clone(grid), column.values)
    } else {
        present(grid, &column.values)
    };
    RangeSeries {
        labels: column.labels,
        drop_name: column.drop_name,
        timestamps,
        values,
        _charge: Some(column.charge),
    }
}

/// "Ended here" and "absent" are the same bits.
fn present(timestamps: &[i64], values: &[f64]) -> (Arc<[i64]>, Vec<f64>) {
    let (timestamps, values): (Vec<i64>, Vec<f64>) = timestamps
        .iter()
        .zip(values)
        .filter(|(_, value)| is_present(**value))
        .map(|(ms, value)| (*ms, *value))
        .unzip();
    (timestamps.into(), values)
}

/// The name under which a source knows what reads it.
fn source_hint(id: FunctionId) -> Option<&'static str> {
    Some(match id {
        FunctionId::Over(over) => match over {
            OverFunction::Avg => "avg_over_time",
            OverFunction::Changes => "changes",
            OverFunction::Count => "count_over_time",
            OverFunction::Delta => "delta",
            OverFunction::Deriv => "deriv",
            OverFunction::First => "first_over_time",
            OverFunction::Idelta => "idelta",
            OverFunction::Increase => "increase",
            OverFunction::Irate => "irate",
            OverFunction::Last => "last_over_time",
            OverFunction::Max => "max_over_time",
            OverFunction::Min => "min_over_time",
            OverFunction::Present => "present_over_time",
            OverFunction::Rate => "rate",
            OverFunction::Resets => "resets",
            OverFunction::Stddev => "stddev_over_time",
            OverFunction::Stdvar => "stdvar_over_time",
            OverFunction::Sum => "sum_over_time",
        },
        FunctionId::AbsentOverTime => "absent_over_time",
        FunctionId::PredictLinear => "predict_linear",
        FunctionId::QuantileOverTime => "quantile_over_time",
        _ => return None,
    })
}
