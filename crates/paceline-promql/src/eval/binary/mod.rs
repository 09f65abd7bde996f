//! Binary operators. Owns the dispatch by the kinds of the two sides.

mod matching;
mod operation;
mod scalar_side;
mod sets;
mod signature;

pub(crate) use operation::scalar_operation;

use super::context::{Evaluator, Sink};
use super::steps::Steps;
use crate::answer::ValueKind;
use crate::error::QueryError;
use crate::parse::{Binary, BinaryOp};
use scalar_side::ScalarSide;

impl Evaluator<'_> {
    /// Of at least one vector.
    pub(crate) fn binary(
        &self,
        binary: &Binary,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        match (binary.left.kind(), binary.right.kind(), binary.op) {
            (ValueKind::Scalar, ..) => self.with_scalar(binary, ScalarSide::Left, steps, sink),
            (_, ValueKind::Scalar, _) => self.with_scalar(binary, ScalarSide::Right, steps, sink),
            (.., BinaryOp::And | BinaryOp::Unless) => self.intersection(binary, steps, sink),
            (.., BinaryOp::Or) => self.union(binary, steps, sink),
            _ => self.matched(binary, steps, sink),
        }
    }
}
