//! Columns with equal labels. Owns the rule: they become one where they do not overlap, and are
//! an error where they do.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use paceline_metrics::Labels;

use super::column::{Column, is_present};
use super::context::{Evaluator, Sink};
use super::steps::Steps;
use crate::error::QueryError;
use crate::parse::{Expr, Node};

#[derive(Default)]
pub(crate) struct Merger {
    columns: Vec<Column>,
    places: HashMap<Labels, usize>,
}

impl Merger {
    pub(crate) fn add(&mut self, column: Column) -> Result<(), QueryError> {
        match self.places.entry(column.labels.clone()) {
            Entry::Vacant(vacant) => {
                vacant.insert(self.columns.len());
                self.columns.push(column);
                Ok(())
            }
            Entry::Occupied(occupied) => merge(&mut self.columns[*occupied.get()], &column),
        }
    }

    pub(crate) fn into_columns(self) -> Vec<Column> {
        self.columns
    }

    pub(crate) fn drain(self, sink: &mut Sink<'_>) -> Result<(), QueryError> {
        self.columns.into_iter().try_for_each(sink)
    }
}

fn merge(into: &mut Column, from: &Column) -> Result<(), QueryError> {
    for (kept, added) in into.values.iter_mut().zip(&from.values) {
        if !is_present(*added) {
            continue;
        }
        if is_present(*kept) {
            return Err(same_labelset());
        }
        *kept = *added;
    }
    into.drop_name |= from.drop_name;
    Ok(())
}

pub(crate) fn same_labelset() -> QueryError {
    QueryError::Execution("vector cannot contain metrics with the same labelset".to_owned())
}

impl Evaluator<'_> {
    /// For what drops names: columns pass one by one where names cannot differ, and are merged
    /// where they can.
    pub(crate) fn renamed(
        &self,
        inner: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
        change: &mut dyn FnMut(Column, &mut Sink<'_>) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        self.without_collisions(inner, sink, &mut |sink| {
            self.vector(inner, steps, &mut |column| change(column, sink))
        })
    }

    /// Drops the names of what `each` hands over.
    pub(crate) fn with_dropped_names(
        &self,
        inner: &Node,
        sink: &mut Sink<'_>,
        each: &mut dyn FnMut(&mut Sink<'_>) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        self.without_collisions(inner, sink, &mut |sink| {
            each(&mut |mut column| {
                self.drop_name(&mut column);
                sink(column)
            })
        })
    }

    fn without_collisions(
        &self,
        inner: &Node,
        sink: &mut Sink<'_>,
        each: &mut dyn FnMut(&mut Sink<'_>) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        if self.options.delayed_name_removal || !names_may_differ(inner) {
            return each(sink);
        }
        let mut merger = Merger::default();
        each(&mut |column| merger.add(column))?;
        merger.drain(sink)
    }
}

/// Might two columns differ in `__name__` alone? Says yes too often rather than too rarely.
pub(crate) fn names_may_differ(node: &Node) -> bool {
    match &node.expr {
        Expr::Selector(selector) | Expr::Range { selector, .. } => selector.name.is_none(),
        Expr::Number(_) | Expr::Text(_) | Expr::InvalidText(_) => false,
        Expr::Paren(inner) | Expr::Negate(inner) => names_may_differ(inner),
        Expr::Subquery(subquery) => names_may_differ(&subquery.inner),
        Expr::Aggregate(aggregate) => {
            let by_name = aggregate
                .grouping
                .labels
                .iter()
                .any(|label| label == paceline_metrics::METRIC_NAME);
            by_name || names_may_differ(&aggregate.inner)
        }
        Expr::Call(call) => call.can_set_labels() || call.args.iter().any(names_may_differ),
        Expr::Binary(binary) => {
            binary.op.is_set()
                || !binary.matching.include.is_empty()
                || names_may_differ(&binary.left)
                || names_may_differ(&binary.right)
        }
    }
}
