//! `absent` and `absent_over_time`. Owns which labels the missing series would have had.

use std::collections::HashSet;

use paceline_metrics::{Labels, METRIC_NAME, MatchOp, Matcher};

use super::column::{ABSENT, is_present};
use super::context::{Evaluator, Sink};
use super::steps::Steps;
use crate::error::QueryError;
use crate::parse::{Expr, FunctionId, Node};

impl Evaluator<'_> {
    pub(crate) fn absent(
        &self,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        self.where_nothing(arg, steps, sink, &mut |sink| self.vector(arg, steps, sink))
    }

    pub(crate) fn absent_over_time(
        &self,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let spec = self.window_spec(arg)?;
        self.where_nothing(arg, steps, sink, &mut |sink| {
            let id = FunctionId::AbsentOverTime;
            self.range_series(arg, steps, id, &mut |series| {
                let mut column = self.column(series.labels.clone(), steps)?;
                self.mark_present(&series, steps, spec, &mut column.values)?;
                sink(column)
            })
        })
    }

    /// 1 at every step at which `each` hands over nothing.
    fn where_nothing(
        &self,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
        each: &mut dyn FnMut(&mut Sink<'_>) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        let mut missing = self.column(labels_of(arg), steps)?;
        missing.values.fill(1.0);
        each(&mut |column| {
            for (missing, value) in missing.values.iter_mut().zip(&column.values) {
                if is_present(*value) {
                    *missing = ABSENT;
                }
            }
            Ok(())
        })?;
        sink(missing)
    }
}

/// Those a selector asks for exactly, once each.
fn labels_of(arg: &Node) -> Labels {
    let matchers: &[Matcher] = match &arg.expr {
        Expr::Selector(selector) | Expr::Range { selector, .. } => &selector.matchers,
        _ => &[],
    };
    let mut named: HashSet<&str> = HashSet::new();
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for matcher in matchers
        .iter()
        .filter(|matcher| matcher.name != METRIC_NAME)
    {
        let name = matcher.name.as_str();
        if matcher.op == MatchOp::Equal && named.insert(name) {
            pairs.push((name, &matcher.value));
        } else {
            pairs.retain(|(other, _)| *other != name);
        }
    }
    Labels::from_pairs(pairs)
}
