//! Aggregations. Owns which column belongs to which group; how a group's values become one has
//! its own files.

mod count_values;
mod fold;
mod groups;
mod quantile;
mod rank;

use super::context::{Evaluator, Sink};
use super::steps::Steps;
use super::unexpected;
use crate::error::QueryError;
use crate::parse::{Aggregate, AggregateOp, Node};

impl Evaluator<'_> {
    pub(crate) fn aggregate(
        &self,
        aggregate: &Aggregate,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        match aggregate.op {
            AggregateOp::Sum => self.fold::<fold::Sum>(aggregate, steps, sink),
            AggregateOp::Avg => self.fold::<fold::Avg>(aggregate, steps, sink),
            AggregateOp::Count => self.fold::<fold::Count>(aggregate, steps, sink),
            AggregateOp::Min => self.fold::<fold::Min>(aggregate, steps, sink),
            AggregateOp::Max => self.fold::<fold::Max>(aggregate, steps, sink),
            AggregateOp::Group => self.fold::<fold::Group>(aggregate, steps, sink),
            AggregateOp::Stddev => self.fold::<fold::Stddev>(aggregate, steps, sink),
            AggregateOp::Stdvar => self.fold::<fold::Stdvar>(aggregate, steps, sink),
            AggregateOp::Topk | AggregateOp::Bottomk => self.rank(aggregate, steps, sink),
            AggregateOp::Quantile => self.quantile(aggregate, steps, sink),
            AggregateOp::CountValues => self.count_values(aggregate, steps, sink),
        }
    }
}

fn param(aggregate: &Aggregate) -> Result<&Node, QueryError> {
    aggregate
        .param
        .as_ref()
        .ok_or_else(|| unexpected("parameter"))
}
