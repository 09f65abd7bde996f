//! What an operator does with two numbers.

use crate::eval::column::ABSENT;
use crate::parse::BinaryOp;

/// Of two scalars; a comparison gives 1 or 0.
pub(crate) fn scalar_operation(op: BinaryOp) -> fn(f64, f64) -> f64 {
    match op {
        BinaryOp::Add => |left, right| left + right,
        BinaryOp::Sub => |left, right| left - right,
        BinaryOp::Mul => |left, right| left * right,
        BinaryOp::Div => |left, right| left / right,
        BinaryOp::Mod => |left, right| left % right,
        BinaryOp::Pow => f64::powf,
        BinaryOp::Atan2 => f64::atan2,
        BinaryOp::Equal => |left, right| number(left == right),
        BinaryOp::NotEqual => |left, right| number(left != right),
        BinaryOp::Greater => |left, right| number(left > right),
        BinaryOp::Less => |left, right| number(left < right),
        BinaryOp::GreaterEqual => |left, right| number(left >= right),
        BinaryOp::LessEqual => |left, right| number(left <= right),
        // Sets have no operation on numbers; the types were checked when the text was read.
        BinaryOp::And | BinaryOp::Or | BinaryOp::Unless => |_, _| f64::NAN,
    }
}

/// A comparison without `bool` keeps `kept` or nothing.
pub(super) fn filtered(is_true: f64, kept: f64) -> f64 {
    if is_true == 0.0 { ABSENT } else { kept }
}

fn number(is_true: bool) -> f64 {
    f64::from(u8::from(is_true))
}
