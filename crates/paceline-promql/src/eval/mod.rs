//! The evaluator. Owns the walk over the tree and what becomes of its value. A vector is a stream
//! of columns, one series over all steps each: labels are looked at once a series, windows move
//! forward once, and only operators that must see all series hold them.

mod absent;
mod aggregate;
mod binary;
mod budget;
mod call;
mod column;
mod context;
mod finish;
mod histogram;
mod kahan;
mod label_functions;
mod math;
mod merge;
mod notes;
mod order;
mod range;
mod scalar;
mod selector;
mod steps;
mod time;

use paceline_metrics::SeriesSource;

pub(crate) use steps::{Steps, TIME_MS_MAX};

use crate::answer::Answer;
use crate::error::QueryError;
use crate::options::{Cancel, Options};
use crate::parse::{Expr, Node};
use crate::query::RangeSteps;
use column::Column;
use context::{Evaluator, Sink};

pub(crate) fn instant(
    question: &str,
    root: &Node,
    source: &dyn SeriesSource,
    at_ms: i64,
    options: &Options,
    cancel: &Cancel,
) -> Result<Answer, QueryError> {
    steps::check_time(at_ms)?;
    let steps = Steps::instant(at_ms);
    let evaluator = Evaluator::new(question, source, steps, options, cancel);
    answer(evaluator, root, steps)
}

pub(crate) fn range(
    question: &str,
    root: &Node,
    source: &dyn SeriesSource,
    range: RangeSteps,
    options: &Options,
    cancel: &Cancel,
) -> Result<Answer, QueryError> {
    let steps = Steps::checked(range, options)?;
    let mut evaluator = Evaluator::new(question, source, steps, options, cancel);
    // `@ end()` is what was asked for, which the last step may not reach.
    evaluator.bounds_ms.1 = range.to_ms;
    answer(evaluator, root, steps)
}

fn answer(evaluator: Evaluator<'_>, root: &Node, steps: Steps) -> Result<Answer, QueryError> {
    let clock = evaluator.options.clock.as_ref();
    let now = || clock.map(|clock| clock());
    let start = now();
    let value = evaluator.value(root, steps)?;
    let total = now()
        .zip(start)
        .map(|(end, start)| end.saturating_sub(start));
    let stats = evaluator.stats(total.unwrap_or_default());
    let resolution = evaluator.resolution();
    let (warnings, infos) = evaluator.notes.into_lists();
    Ok(Answer {
        value,
        warnings,
        infos,
        stats,
        resolution,
    })
}

impl Evaluator<'_> {
    /// Hands over the columns of an instant vector.
    fn vector(&self, node: &Node, steps: Steps, sink: &mut Sink<'_>) -> Result<(), QueryError> {
        self.check()?;
        if node.invariant && steps.count > 1 {
            return self.broadcast(node, steps, sink);
        }
        match &node.expr {
            Expr::Selector(selector) => self.instant_selector(selector, steps, sink),
            Expr::Paren(inner) => self.vector(inner, steps, sink),
            Expr::Negate(inner) => self.negated(inner, steps, sink),
            Expr::Call(call) => self.call(node.at, call, steps, sink),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate, steps, sink),
            Expr::Binary(binary) => self.binary(binary, steps, sink),
            _ => Err(unexpected("instant vector")),
        }
    }

    fn columns(&self, node: &Node, steps: Steps) -> Result<Vec<Column>, QueryError> {
        let mut columns = Vec::new();
        self.vector(node, steps, &mut |column| {
            columns.push(column);
            Ok(())
        })?;
        Ok(columns)
    }

    /// What is the same at every step is evaluated at one.
    fn broadcast(&self, node: &Node, steps: Steps, sink: &mut Sink<'_>) -> Result<(), QueryError> {
        self.vector(node, steps.first(), &mut |narrow| {
            let mut column = self.column(narrow.labels, steps)?;
            column.drop_name = narrow.drop_name;
            column.values.fill(narrow.values[0]);
            sink(column)
        })
    }

    fn negated(&self, inner: &Node, steps: Steps, sink: &mut Sink<'_>) -> Result<(), QueryError> {
        self.renamed(inner, steps, sink, &mut |mut column, sink| {
            column.map(|value| -value);
            self.drop_name(&mut column);
            sink(column)
        })
    }
}

/// The types were checked when the text was read.
fn unexpected(wanted: &str) -> QueryError {
    QueryError::Execution(format!("expected {wanted}"))
}
