//! A vector and a scalar: each value with the step's number.

use super::operation::{filtered, scalar_operation};
use crate::error::QueryError;
use crate::eval::column::Column;
use crate::eval::context::{Evaluator, Sink};
use crate::eval::steps::Steps;
use crate::parse::Binary;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ScalarSide {
    Left,
    Right,
}

impl Evaluator<'_> {
    pub(super) fn with_scalar(
        &self,
        binary: &Binary,
        side: ScalarSide,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let (scalar, vector) = match side {
            ScalarSide::Left => (&binary.left, &binary.right),
            ScalarSide::Right => (&binary.right, &binary.left),
        };
        let scalars = self.scalar(scalar, steps)?;
        let operate = scalar_operation(binary.op);
        let is_filter = binary.op.is_comparison() && !binary.return_bool;
        let compute = |step: usize, value: f64| {
            let found = match side {
                ScalarSide::Left => operate(scalars.at(step), value),
                ScalarSide::Right => operate(value, scalars.at(step)),
            };
            match is_filter {
                true => filtered(found, value),
                false => found,
            }
        };
        if is_filter {
            return self.vector(vector, steps, &mut |mut column: Column| {
                column.map_steps(compute);
                sink(column)
            });
        }
        self.renamed(vector, steps, sink, &mut |mut column, sink| {
            column.map_steps(compute);
            self.drop_name(&mut column);
            sink(column)
        })
    }
}
