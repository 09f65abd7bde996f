//! `sort` and `sort_desc`, and what else decides the order of an instant answer.

use std::cmp::Ordering;

use super::column::is_present;
use super::context::{Evaluator, Sink};
use super::steps::Steps;
use crate::error::QueryError;
use crate::parse::{AggregateOp, Expr, FunctionId, Node};

impl Evaluator<'_> {
    pub(crate) fn sorted(
        &self,
        at: usize,
        id: FunctionId,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        // Within a subquery of an instant query there are many steps too.
        if self.is_range || steps.count > 1 {
            self.notes.warn(
                at,
                "sort is ineffective for range queries since results are always ordered by labels",
            );
            return self.vector(arg, steps, sink);
        }
        let mut columns = self.columns(arg, steps)?;
        columns.retain(|column| is_present(column.values[0]));
        columns.sort_by(|one, other| {
            let by_value = match id {
                FunctionId::SortDesc => descending(one.values[0], other.values[0]),
                _ => ascending(one.values[0], other.values[0]),
            };
            by_value.then_with(|| one.labels.cmp(&other.labels))
        });
        columns.into_iter().try_for_each(sink)
    }
}

/// A NaN is last.
pub(crate) fn ascending(one: f64, other: f64) -> Ordering {
    one.is_nan()
        .cmp(&other.is_nan())
        .then_with(|| one.partial_cmp(&other).unwrap_or(Ordering::Equal))
}

/// A NaN is last here too.
pub(crate) fn descending(one: f64, other: f64) -> Ordering {
    one.is_nan()
        .cmp(&other.is_nan())
        .then_with(|| other.partial_cmp(&one).unwrap_or(Ordering::Equal))
}

/// Is the order of the vector part of the answer?
pub(crate) fn decides_order(root: &Node) -> bool {
    root.any(&|node| match &node.expr {
        Expr::Call(call) => {
            matches!(call.function.id, FunctionId::Sort | FunctionId::SortDesc)
        }
        Expr::Aggregate(aggregate) => {
            matches!(aggregate.op, AggregateOp::Topk | AggregateOp::Bottomk)
        }
        _ => false,
    })
}
