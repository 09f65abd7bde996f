//! `quantile`: of the values of a group at each step.

use paceline_metrics::Labels;

use super::groups::Groups;
use super::param;
use crate::error::QueryError;
use crate::eval::column::{Column, is_present};
use crate::eval::context::{Evaluator, Sink};
use crate::eval::range::quantile_of;
use crate::eval::steps::Steps;
use crate::parse::Aggregate;

impl Evaluator<'_> {
    pub(super) fn quantile(
        &self,
        aggregate: &Aggregate,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let quantiles = self.quantiles(param(aggregate)?, steps)?;
        let mut groups = Groups::new(&aggregate.grouping);
        let mut grouped: Vec<(Labels, Vec<Column>)> = Vec::new();
        self.vector(&aggregate.inner, steps, &mut |column| {
            let (place, new) = groups.place(&column.labels);
            if let Some(labels) = new {
                grouped.push((labels, Vec::new()));
            }
            grouped[place].1.push(column);
            Ok(())
        })?;
        let mut values = Vec::new();
        for (labels, columns) in grouped {
            self.check()?;
            let mut result = self.column(labels, steps)?;
            result.drop_name = columns.iter().any(|column| column.drop_name);
            for (step, out) in result.values.iter_mut().enumerate() {
                values.clear();
                let at_step = columns.iter().map(|column| column.values[step]);
                values.extend(at_step.filter(|value| is_present(*value)));
                if !values.is_empty() {
                    *out = quantile_of(quantiles.at(step), &mut values);
                }
            }
            sink(result)?;
        }
        Ok(())
    }
}
