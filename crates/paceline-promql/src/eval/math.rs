//! Functions of one number: mathematics, rounding and clamping.

use super::column::ABSENT;
use super::context::{Evaluator, Sink};
use super::scalar::Scalars;
use super::steps::Steps;
use crate::error::QueryError;
use crate::parse::{MathFunction, Node};

impl Evaluator<'_> {
    pub(crate) fn math(
        &self,
        function: MathFunction,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let compute = compute_of(function);
        self.map_values(arg, steps, sink, &|_, value| compute(value))
    }

    pub(crate) fn round(
        &self,
        args: &[Node],
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let nearest = match args.get(1) {
            Some(node) => self.scalar(node, steps)?,
            None => Scalars::Constant(1.0),
        };
        self.map_values(&args[0], steps, sink, &|step, value| {
            // The inverse, since most are asked for as 0.1 and the like: 10 is exact.
            let inverse = 1.0 / nearest.at(step);
            (value * inverse + 0.5).floor() / inverse
        })
    }

    /// A step whose bounds are crossed has no value.
    pub(crate) fn clamp(
        &self,
        args: &[Node],
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let least = self.scalar(&args[1], steps)?;
        let most = self.scalar(&args[2], steps)?;
        self.map_values(&args[0], steps, sink, &|step, value| {
            let (least, most) = (least.at(step), most.at(step));
            match most < least {
                true => ABSENT,
                false => larger(least, smaller(most, value)),
            }
        })
    }

    pub(crate) fn clamp_max(
        &self,
        args: &[Node],
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let most = self.scalar(&args[1], steps)?;
        self.map_values(&args[0], steps, sink, &|step, value| {
            smaller(most.at(step), value)
        })
    }

    pub(crate) fn clamp_min(
        &self,
        args: &[Node],
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let least = self.scalar(&args[1], steps)?;
        self.map_values(&args[0], steps, sink, &|step, value| {
            larger(least.at(step), value)
        })
    }

    /// Of each step and value; the names go.
    fn map_values(
        &self,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
        change: &dyn Fn(usize, f64) -> f64,
    ) -> Result<(), QueryError> {
        self.renamed(arg, steps, sink, &mut |mut column, sink| {
            column.map_steps(change);
            self.drop_name(&mut column);
            sink(column)
        })
    }
}

/// As Go's `math.Min`: NaN if either is.
fn smaller(one: f64, other: f64) -> f64 {
    match one.is_nan() || other.is_nan() {
        true => f64::NAN,
        false => one.min(other),
    }
}

/// As Go's `math.Max`: NaN if either is.
fn larger(one: f64, other: f64) -> f64 {
    match one.is_nan() || other.is_nan() {
        true => f64::NAN,
        false => one.max(other),
    }
}

fn compute_of(function: MathFunction) -> fn(f64) -> f64 {
    match function {
        MathFunction::Abs => f64::abs,
        MathFunction::Acos => f64::acos,
        MathFunction::Acosh => f64::acosh,
        MathFunction::Asin => f64::asin,
        MathFunction::Asinh => f64::asinh,
        MathFunction::Atan => f64::atan,
        MathFunction::Atanh => f64::atanh,
        MathFunction::Ceil => f64::ceil,
        MathFunction::Cos => f64::cos,
        MathFunction::Cosh => f64::cosh,
        MathFunction::Deg => |value| value * 180.0 / std::f64::consts::PI,
        MathFunction::Exp => f64::exp,
        MathFunction::Floor => f64::floor,
        MathFunction::Ln => f64::ln,
        MathFunction::Log10 => f64::log10,
        MathFunction::Log2 => f64::log2,
        MathFunction::Rad => |value| value * std::f64::consts::PI / 180.0,
        MathFunction::Sgn => |value| {
            if value < 0.0 {
                -1.0
            } else if 0.0 < value {
                1.0
            } else {
                value
            }
        },
        MathFunction::Sin => f64::sin,
        MathFunction::Sinh => f64::sinh,
        MathFunction::Sqrt => f64::sqrt,
        MathFunction::Tan => f64::tan,
        MathFunction::Tanh => f64::tanh,
    }
}
