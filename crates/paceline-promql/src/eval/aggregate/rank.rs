//! `topk` and `bottomk`: the series themselves, where they are among the first of their group. Of
//! equal values the smaller labels come first; a NaN is last.

use std::cmp::Ordering;

use super::groups::Groups;
use super::param;
use crate::error::QueryError;
use crate::eval::column::{ABSENT, Column, is_present};
use crate::eval::context::{Evaluator, Sink};
use crate::eval::order::{ascending, descending};
use crate::eval::scalar::Scalars;
use crate::eval::steps::Steps;
use crate::format::format_short;
use crate::parse::{Aggregate, AggregateOp};

impl Evaluator<'_> {
    pub(super) fn rank(
        &self,
        aggregate: &Aggregate,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let wanted = self.scalar(param(aggregate)?, steps)?;
        check_wanted(&wanted, steps)?;
        let mut groups = Groups::new(&aggregate.grouping);
        let mut ranked: Vec<Vec<Column>> = Vec::new();
        self.vector(&aggregate.inner, steps, &mut |column| {
            let (place, new) = groups.place(&column.labels);
            if new.is_some() {
                ranked.push(Vec::new());
            }
            ranked[place].push(column);
            Ok(())
        })?;
        let compare = match aggregate.op {
            AggregateOp::Bottomk => ascending,
            _ => descending,
        };
        for columns in ranked {
            self.check()?;
            let ranking = Ranking {
                columns,
                wanted: &wanted,
                compare,
            };
            match steps.count {
                1 => ranking.in_order(sink)?,
                _ => ranking.over_steps(steps, sink)?,
            }
        }
        Ok(())
    }
}

fn check_wanted(wanted: &Scalars, steps: Steps) -> Result<(), QueryError> {
    let fail = |text: String| Err(QueryError::Execution(text));
    for step in 0..steps.count {
        let wanted = wanted.at(step);
        if wanted.is_nan() {
            return fail("Parameter value is NaN".to_owned());
        }
        if i64::MAX as f64 <= wanted {
            let shown = format_short(wanted);
            return fail(format!("Scalar value {shown} overflows int64"));
        }
        if wanted <= i64::MIN as f64 {
            let shown = format_short(wanted);
            return fail(format!("Scalar value {shown} underflows int64"));
        }
    }
    Ok(())
}

struct Ranking<'w> {
    columns: Vec<Column>,
    wanted: &'w Scalars,
    compare: fn(f64, f64) -> Ordering,
}

impl Ranking<'_> {
    /// Of one step: the best first.
    fn in_order(mut self, sink: &mut Sink<'_>) -> Result<(), QueryError> {
        let mut chosen = Vec::new();
        self.choose(0, &mut chosen);
        chosen.sort_unstable_by(|one, other| self.compare(0, *one, *other));
        let mut columns: Vec<Option<Column>> = self.columns.drain(..).map(Some).collect();
        chosen
            .into_iter()
            .filter_map(|place| columns[place].take())
            .try_for_each(sink)
    }

    fn over_steps(mut self, steps: Steps, sink: &mut Sink<'_>) -> Result<(), QueryError> {
        let mut chosen = Vec::new();
        let mut is_chosen = vec![false; self.columns.len()];
        for step in 0..steps.count {
            self.choose(step, &mut chosen);
            chosen.iter().for_each(|place| is_chosen[*place] = true);
            for (column, is_chosen) in self.columns.iter_mut().zip(&mut is_chosen) {
                if !std::mem::take(is_chosen) {
                    column.values[step] = ABSENT;
                }
            }
        }
        self.columns
            .into_iter()
            .filter(Column::has_values)
            .try_for_each(sink)
    }

    /// The places of the best, in no order.
    fn choose(&self, step: usize, chosen: &mut Vec<usize>) {
        chosen.clear();
        let wanted = self.wanted.at(step);
        if wanted < 1.0 {
            return;
        }
        let present = |place: &usize| is_present(self.columns[*place].values[step]);
        chosen.extend((0..self.columns.len()).filter(present));
        // Larger than any vector is as good as all of it.
        let wanted = (wanted as u64).min(chosen.len() as u64) as usize;
        if wanted < chosen.len() {
            chosen.select_nth_unstable_by(wanted, |one, other| self.compare(step, *one, *other));
            chosen.truncate(wanted);
        }
    }

    fn compare(&self, step: usize, one: usize, other: usize) -> Ordering {
        let (one, other) = (&self.columns[one], &self.columns[other]);
        (self.compare)(one.values[step], other.values[step])
            .then_with(|| one.labels.cmp(&other.labels))
    }
}
