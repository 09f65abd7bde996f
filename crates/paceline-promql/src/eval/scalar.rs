//! Scalars. Owns one number a step, or one for all.

use super::budget::Charge;
use super::column::is_present;
use super::context::Evaluator;
use super::steps::Steps;
use super::unexpected;
use crate::error::QueryError;
use crate::parse::{Binary, Call, Expr, FunctionId, Node};

pub(crate) enum Scalars {
    Constant(f64),
    Each { values: Vec<f64>, _charge: Charge },
}

impl Scalars {
    pub(crate) fn at(&self, step: usize) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Each { values, .. } => values[step],
        }
    }

    pub(crate) fn is_constant(&self) -> bool {
        matches!(self, Self::Constant(_))
    }

    fn map(self, change: impl Fn(f64) -> f64) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(change(value)),
            Self::Each {
                mut values,
                _charge,
            } => {
                values.iter_mut().for_each(|value| *value = change(*value));
                Self::Each { values, _charge }
            }
        }
    }
}

impl Evaluator<'_> {
    pub(crate) fn scalar(&self, node: &Node, steps: Steps) -> Result<Scalars, QueryError> {
        self.check()?;
        if node.invariant && steps.count > 1 {
            return Ok(Scalars::Constant(self.scalar(node, steps.first())?.at(0)));
        }
        match &node.expr {
            Expr::Number(value) => Ok(Scalars::Constant(*value)),
            Expr::Paren(inner) => self.scalar(inner, steps),
            Expr::Negate(inner) => Ok(self.scalar(inner, steps)?.map(|value| -value)),
            Expr::Binary(binary) => self.scalar_binary(binary, steps),
            Expr::Call(call) => self.scalar_call(call, steps),
            _ => Err(unexpected("scalar")),
        }
    }

    fn scalar_binary(&self, binary: &Binary, steps: Steps) -> Result<Scalars, QueryError> {
        let left = self.scalar(&binary.left, steps)?;
        let right = self.scalar(&binary.right, steps)?;
        let operate = super::binary::scalar_operation(binary.op);
        if let (Scalars::Constant(left), Scalars::Constant(right)) = (&left, &right) {
            return Ok(Scalars::Constant(operate(*left, *right)));
        }
        self.each_step(steps, |step| operate(left.at(step), right.at(step)))
    }

    fn scalar_call(&self, call: &Call, steps: Steps) -> Result<Scalars, QueryError> {
        match call.function.id {
            FunctionId::Pi => Ok(Scalars::Constant(std::f64::consts::PI)),
            FunctionId::Time => self.each_step(steps, |step| steps.at(step) as f64 / 1000.0),
            FunctionId::Scalar => self.scalar_of_vector(&call.args[0], steps),
            _ => Err(unexpected("scalar")),
        }
    }

    /// The only value of a step, NaN where there is none or more than one.
    fn scalar_of_vector(&self, node: &Node, steps: Steps) -> Result<Scalars, QueryError> {
        let charge = self.charge(2 * steps.count)?;
        let mut values = vec![f64::NAN; steps.count];
        let mut seen = vec![false; steps.count];
        self.vector(node, steps, &mut |column| {
            for (step, value) in column.values.iter().enumerate() {
                if is_present(*value) {
                    values[step] = if seen[step] { f64::NAN } else { *value };
                    seen[step] = true;
                }
            }
            Ok(())
        })?;
        Ok(Scalars::Each {
            values,
            _charge: charge,
        })
    }

    fn each_step(&self, steps: Steps, value: impl Fn(usize) -> f64) -> Result<Scalars, QueryError> {
        let charge = self.charge(steps.count)?;
        Ok(Scalars::Each {
            values: (0..steps.count).map(value).collect(),
            _charge: charge,
        })
    }
}
