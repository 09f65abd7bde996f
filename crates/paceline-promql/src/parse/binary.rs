//! Binary operators. Owns their precedence, `bool`, and which vectors match; refuses `fill`, which
//! is experimental.

use super::Problem;
use super::aggregate::label_list;
use super::ast::{Binary, BinaryOp, Cardinality, Expr, Matching, Node};
use super::expression::{Parser, UNARY_STRENGTH};
use super::lexer::{Symbol, Token, TokenKind};
use crate::answer::ValueKind;

#[derive(Clone, Copy)]
pub(super) struct Operator {
    op: BinaryOp,
    pub(super) strength: u8,
}

const POWER_STRENGTH: u8 = UNARY_STRENGTH + 1;

pub(super) fn operator_at(parser: &Parser<'_>) -> Option<Operator> {
    let (op, strength) = match parser.peek().kind {
        TokenKind::Symbol(symbol) => match symbol {
            Symbol::Plus => (BinaryOp::Add, 4),
            Symbol::Minus => (BinaryOp::Sub, 4),
            Symbol::Star => (BinaryOp::Mul, UNARY_STRENGTH),
            Symbol::Slash => (BinaryOp::Div, UNARY_STRENGTH),
            Symbol::Percent => (BinaryOp::Mod, UNARY_STRENGTH),
            Symbol::Caret => (BinaryOp::Pow, POWER_STRENGTH),
            Symbol::DoubleEqual => (BinaryOp::Equal, 3),
            Symbol::NotEqual => (BinaryOp::NotEqual, 3),
            Symbol::Greater => (BinaryOp::Greater, 3),
            Symbol::Less => (BinaryOp::Less, 3),
            Symbol::GreaterEqual => (BinaryOp::GreaterEqual, 3),
            Symbol::LessEqual => (BinaryOp::LessEqual, 3),
            _ => return None,
        },
        TokenKind::Word => word_operator(parser.peek_word()?)?,
        _ => return None,
    };
    Some(Operator { op, strength })
}

fn word_operator(word: &str) -> Option<(BinaryOp, u8)> {
    [
        ("or", BinaryOp::Or, 1),
        ("and", BinaryOp::And, 2),
        ("unless", BinaryOp::Unless, 2),
        ("atan2", BinaryOp::Atan2, UNARY_STRENGTH),
    ]
    .into_iter()
    .find(|(name, ..)| name.eq_ignore_ascii_case(word))
    .map(|(_, op, strength)| (op, strength))
}

/// At the operator, its left side read.
pub(super) fn finish(
    parser: &mut Parser<'_>,
    left: Node,
    operator: Operator,
) -> Result<Node, Problem> {
    let token = parser.take();
    let return_bool = parser.take_word_if("bool");
    let (matching, is_explicit) = matching(parser, operator.op)?;
    let tighter = match operator.op {
        // `^` alone groups to the right.
        BinaryOp::Pow => operator.strength,
        _ => operator.strength + 1,
    };
    let right = parser.expression(tighter)?;
    let at = left.at;
    let binary = Binary {
        op: operator.op,
        left,
        right,
        return_bool,
        matching,
    };
    check(parser, &binary, token, is_explicit)?;
    parser.node(Expr::Binary(Box::new(binary)), at)
}

fn matching(parser: &mut Parser<'_>, op: BinaryOp) -> Result<(Matching, bool), Problem> {
    let mut matching = Matching {
        cardinality: Cardinality::OneToOne,
        on: false,
        labels: Vec::new(),
        written: Vec::new(),
        include: Vec::new(),
    };
    matching.on = parser.take_word_if("on");
    if !matching.on && !parser.take_word_if("ignoring") {
        return Ok((matching, false));
    }
    matching.written = label_list(parser)?;
    matching.labels.clone_from(&matching.written);
    matching.labels.sort();
    let token = parser.peek();
    matching.cardinality = if parser.take_word_if("group_left") {
        Cardinality::ManyToOne
    } else if parser.take_word_if("group_right") {
        Cardinality::OneToMany
    } else {
        return Ok((matching, true));
    };
    if op.is_set() {
        let problem = format!("no grouping allowed for {op:?} operation").to_lowercase();
        return Err(Problem::new(token.start, problem));
    }
    // A parenthesis here always starts labels, as in Prometheus's grammar.
    if parser.is_next(Symbol::ParenLeft) {
        matching.include = label_list(parser)?;
    }
    let both = matching
        .include
        .iter()
        .find(|label| matching.on && matching.labels.contains(label));
    if let Some(label) = both {
        let problem = format!("label {label:?} must not occur in ON and GROUP clause at once");
        return Err(Problem::new(token.start, problem));
    }
    Ok((matching, true))
}

fn check(
    parser: &Parser<'_>,
    binary: &Binary,
    token: Token,
    is_explicit: bool,
) -> Result<(), Problem> {
    let problem = |text: &str| Err(Problem::new(token.start, text));
    let kinds = [binary.left.kind(), binary.right.kind()];
    if kinds
        .iter()
        .any(|kind| !matches!(kind, ValueKind::Scalar | ValueKind::Vector))
    {
        return problem("binary expression must contain only scalar and instant vector types");
    }
    let scalars = kinds
        .iter()
        .filter(|kind| **kind == ValueKind::Scalar)
        .count();
    if binary.return_bool && !binary.op.is_comparison() {
        return problem("bool modifier can only be used on comparison operators");
    }
    if scalars == 2 && binary.op.is_comparison() && !binary.return_bool {
        return problem("comparisons between scalars must use BOOL modifier");
    }
    if scalars > 0 && binary.op.is_set() {
        let text = format!(
            "set operator {:?} not allowed in binary scalar expression",
            parser.slice(token).to_ascii_lowercase()
        );
        return problem(&text);
    }
    if scalars > 0 && is_explicit {
        return problem("vector matching only allowed between instant vectors");
    }
    Ok(())
}
