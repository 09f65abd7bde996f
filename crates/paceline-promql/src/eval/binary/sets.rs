//! `and`, `unless` and `or`: which series stay is a matter of the other side's keys at each step.

use std::collections::HashMap;

use paceline_metrics::Labels;

use super::signature::signature;
use crate::error::QueryError;
use crate::eval::budget::Charge;
use crate::eval::column::{ABSENT, Column, is_present};
use crate::eval::context::{Evaluator, Sink};
use crate::eval::merge::Merger;
use crate::eval::steps::Steps;
use crate::parse::{Binary, BinaryOp, Matching};

/// By key, the steps at which the side has a series.
struct Keys<'m> {
    matching: &'m Matching,
    present: HashMap<Labels, Vec<bool>>,
    charges: Vec<Charge>,
}

impl Evaluator<'_> {
    pub(super) fn intersection(
        &self,
        binary: &Binary,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let mut keys = Keys::new(&binary.matching);
        self.vector(&binary.right, steps, &mut |column| keys.add(self, &column))?;
        let wanted = binary.op == BinaryOp::And;
        self.vector(&binary.left, steps, &mut |mut column| {
            keys.keep(&mut column, wanted);
            match column.has_values() {
                true => sink(column),
                false => Ok(()),
            }
        })
    }

    /// The left side, and of the right what has no equal key there.
    pub(super) fn union(
        &self,
        binary: &Binary,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let mut keys = Keys::new(&binary.matching);
        let mut merger = Merger::default();
        self.vector(&binary.left, steps, &mut |column| {
            keys.add(self, &column)?;
            merger.add(column)
        })?;
        self.vector(&binary.right, steps, &mut |mut column| {
            keys.keep(&mut column, false);
            match column.has_values() {
                true => merger.add(column),
                false => Ok(()),
            }
        })?;
        merger.drain(sink)
    }
}

impl<'m> Keys<'m> {
    fn new(matching: &'m Matching) -> Self {
        Self {
            matching,
            present: HashMap::new(),
            charges: Vec::new(),
        }
    }

    fn add(&mut self, evaluator: &Evaluator<'_>, column: &Column) -> Result<(), QueryError> {
        let key = signature(self.matching, &column.labels);
        if !self.present.contains_key(&key) {
            self.charges
                .push(evaluator.charge(column.values.len() / 8 + 1)?);
        }
        let present = self
            .present
            .entry(key)
            .or_insert_with(|| vec![false; column.values.len()]);
        for (there, value) in present.iter_mut().zip(&column.values) {
            *there |= is_present(*value);
        }
        Ok(())
    }

    /// Only the steps at which the key's presence is the wanted one.
    fn keep(&self, column: &mut Column, wanted: bool) {
        match self.present.get(&signature(self.matching, &column.labels)) {
            Some(present) => column.map_steps(|step, value| match present[step] == wanted {
                true => value,
                false => ABSENT,
            }),
            None if wanted => column.values.fill(ABSENT),
            None => {}
        }
    }
}
