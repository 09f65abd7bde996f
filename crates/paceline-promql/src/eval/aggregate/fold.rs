//! Aggregations that take one value after the other: a group needs no more memory than its steps,
//! however many series it has, and series pass through one by one.

use super::groups::Groups;
use crate::error::QueryError;
use crate::eval::budget::Charge;
use crate::eval::column::{ABSENT, Column, is_present};
use crate::eval::context::{Evaluator, Sink};
use crate::eval::kahan::{KahanMean, KahanSum};
use crate::eval::steps::Steps;
use crate::parse::Aggregate;

pub(super) trait Fold {
    type State: Copy;

    fn first(value: f64) -> Self::State;
    fn next(state: Self::State, value: f64) -> Self::State;
    fn finish(state: Self::State) -> f64;

    fn of_first(value: f64) -> Option<Self::State> {
        is_present(value).then(|| Self::first(value))
    }
}

impl Evaluator<'_> {
    pub(super) fn fold<F: Fold>(
        &self,
        aggregate: &Aggregate,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let mut groups = Groups::new(&aggregate.grouping);
        let mut folded: Vec<Folded<F>> = Vec::new();
        self.vector(
            &aggregate.inner,
            steps,
            &mut |mut column| match groups.place(&column.labels) {
                (_, Some(labels)) => {
                    column.labels = labels;
                    folded.push(Folded::of_one(column));
                    Ok(())
                }
                (place, None) => folded[place].add(self, &column),
            },
        )?;
        for group in folded {
            self.check()?;
            sink(group.finish())?;
        }
        Ok(())
    }
}

struct Folded<F: Fold> {
    /// The first series, under the group's labels; many groups never see a second one.
    column: Column,
    states: Option<States<F>>,
}

struct States<F: Fold> {
    of_steps: Vec<Option<F::State>>,
    _charge: Charge,
}

impl<F: Fold> Folded<F> {
    fn of_one(column: Column) -> Self {
        Self {
            column,
            states: None,
        }
    }

    fn add(&mut self, evaluator: &Evaluator<'_>, column: &Column) -> Result<(), QueryError> {
        self.column.drop_name |= column.drop_name;
        let states = match &mut self.states {
            Some(states) => states,
            None => self.states.insert(States {
                _charge: evaluator.charge(3 * column.values.len())?,
                of_steps: self.column.values.iter().map(|v| F::of_first(*v)).collect(),
            }),
        };
        for (state, value) in states.of_steps.iter_mut().zip(&column.values) {
            if is_present(*value) {
                *state = match state {
                    Some(state) => Some(F::next(*state, *value)),
                    None => F::of_first(*value),
                };
            }
        }
        Ok(())
    }

    fn finish(self) -> Column {
        let mut column = self.column;
        match self.states {
            None => column.map(|value| F::finish(F::first(value))),
            Some(states) => {
                for (value, state) in column.values.iter_mut().zip(states.of_steps) {
                    *value = state.map_or(ABSENT, F::finish);
                }
            }
        }
        column
    }
}

pub(super) struct Sum;

impl Fold for Sum {
    type State = KahanSum;

    fn first(value: f64) -> KahanSum {
        KahanSum {
            sum: value,
            compensation: 0.0,
        }
    }

    fn next(state: KahanSum, value: f64) -> KahanSum {
        state.plus(value)
    }

    fn finish(state: KahanSum) -> f64 {
        state.total()
    }
}

pub(super) struct Avg;

impl Fold for Avg {
    type State = KahanMean;

    fn first(value: f64) -> KahanMean {
        KahanMean::default().plus(value)
    }

    fn next(state: KahanMean, value: f64) -> KahanMean {
        state.plus(value)
    }

    fn finish(state: KahanMean) -> f64 {
        state.mean()
    }
}

pub(super) struct Count;

impl Fold for Count {
    type State = f64;

    fn first(_: f64) -> f64 {
        1.0
    }

    fn next(state: f64, _: f64) -> f64 {
        state + 1.0
    }

    fn finish(state: f64) -> f64 {
        state
    }
}

pub(super) struct Group;

impl Fold for Group {
    type State = ();

    fn first(_: f64) {}

    fn next((): (), _: f64) {}

    fn finish((): ()) -> f64 {
        1.0
    }
}

/// A NaN loses against every number.
pub(super) struct Min;

impl Fold for Min {
    type State = f64;

    fn first(value: f64) -> f64 {
        value
    }

    fn next(state: f64, value: f64) -> f64 {
        match value < state || state.is_nan() {
            true => value,
            false => state,
        }
    }

    fn finish(state: f64) -> f64 {
        state
    }
}

/// A NaN loses against every number.
pub(super) struct Max;

impl Fold for Max {
    type State = f64;

    fn first(value: f64) -> f64 {
        value
    }

    fn next(state: f64, value: f64) -> f64 {
        match state < value || state.is_nan() {
            true => value,
            false => state,
        }
    }

    fn finish(state: f64) -> f64 {
        state
    }
}

/// Welford's method, without compensation as in Prometheus.
#[derive(Clone, Copy)]
pub(super) struct Spread {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Spread {
    fn first(value: f64) -> Self {
        Self {
            count: 1.0,
            mean: value,
            squares: if value.is_finite() { 0.0 } else { f64::NAN },
        }
    }

    fn next(self, value: f64) -> Self {
        let count = self.count + 1.0;
        let delta = value - self.mean;
        let mean = self.mean + delta / count;
        Self {
            count,
            mean,
            squares: self.squares + delta * (value - mean),
        }
    }

    fn variance(self) -> f64 {
        self.squares / self.count
    }
}

pub(super) struct Stdvar;

impl Fold for Stdvar {
    type State = Spread;

    fn first(value: f64) -> Spread {
        Spread::first(value)
    }

    fn next(state: Spread, value: f64) -> Spread {
        state.next(value)
    }

    fn finish(state: Spread) -> f64 {
        state.variance()
    }
}

pub(super) struct Stddev;

impl Fold for Stddev {
    type State = Spread;

    fn first(value: f64) -> Spread {
        Spread::first(value)
    }

    fn next(state: Spread, value: f64) -> Spread {
        state.next(value)
    }

    fn finish(state: Spread) -> f64 {
        state.variance().sqrt()
    }
}
