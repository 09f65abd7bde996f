//! Aggregations, `sum by (label) (vector)`. Owns their names, parameters and groupings.

use super::Problem;
use super::ast::{Aggregate, AggregateOp, Expr, Grouping, Node};
use super::call::{arguments, check_kind};
use super::expression::Parser;
use super::lexer::{Symbol, TokenKind};
use super::selector::valid_label_name;
use crate::answer::ValueKind;

const OPS: [(&str, AggregateOp); 12] = [
    ("sum", AggregateOp::Sum),
    ("avg", AggregateOp::Avg),
    ("count", AggregateOp::Count),
    ("min", AggregateOp::Min),
    ("max", AggregateOp::Max),
    ("group", AggregateOp::Group),
    ("stddev", AggregateOp::Stddev),
    ("stdvar", AggregateOp::Stdvar),
    ("topk", AggregateOp::Topk),
    ("bottomk", AggregateOp::Bottomk),
    ("quantile", AggregateOp::Quantile),
    ("count_values", AggregateOp::CountValues),
];

impl AggregateOp {
    pub(crate) fn as_str(self) -> &'static str {
        let found = OPS.iter().find(|(_, op)| *op == self);
        found.map_or("", |(name, _)| name)
    }
}

/// Their names are metrics' names too, unless a group or an argument follows.
pub(super) fn starts_at(parser: &Parser<'_>) -> bool {
    parser.peek_word().and_then(op_of).is_some() && has_group_or_args(parser)
}

/// Of the word that is next.
pub(super) fn has_group_or_args(parser: &Parser<'_>) -> bool {
    let after = parser.peek_after();
    match after.kind {
        TokenKind::Symbol(Symbol::ParenLeft) => true,
        TokenKind::Word => {
            let word = parser.slice(after);
            word.eq_ignore_ascii_case("by") || word.eq_ignore_ascii_case("without")
        }
        _ => false,
    }
}

pub(super) fn read(parser: &mut Parser<'_>) -> Result<Node, Problem> {
    let token = parser.take();
    let word = parser.slice(token);
    let Some(op) = op_of(word) else {
        return Err(Problem::new(token.start, "expected an aggregation"));
    };
    let before = self::grouping(parser)?;
    let mut args = arguments(parser)?;
    let grouping = match before {
        Some(grouping) => Some(grouping),
        None => self::grouping(parser)?,
    };
    let place = || format!("aggregation expression {:?}", word.to_ascii_lowercase());
    let wanted = 1 + usize::from(param_kind(op).is_some());
    if args.len() != wanted {
        let problem = format!(
            "wrong number of arguments for aggregate expression provided, expected {wanted}, got {}",
            args.len()
        );
        return Err(Problem::new(token.start, problem));
    }
    let Some(inner) = args.pop() else {
        return Err(Problem::new(token.start, "no arguments"));
    };
    check_kind(&inner, ValueKind::Vector, &place())?;
    let param = args.pop();
    if let (Some(param), Some(kind)) = (&param, param_kind(op)) {
        check_kind(param, kind, &format!("{} parameter", place()))?;
    }
    let aggregate = Aggregate {
        op,
        grouping: grouping.unwrap_or(Grouping {
            without: false,
            labels: Vec::new(),
            written: Vec::new(),
        }),
        param,
        inner,
    };
    parser.node(Expr::Aggregate(Box::new(aggregate)), token.start)
}

/// `(label, "label", ...)`
pub(super) fn label_list(parser: &mut Parser<'_>) -> Result<Vec<String>, Problem> {
    const PLACE: &str = "grouping opts";
    parser.expect(Symbol::ParenLeft, PLACE)?;
    let mut labels = Vec::new();
    while !parser.take_if(Symbol::ParenRight) {
        let token = parser.peek();
        match token.kind {
            TokenKind::Text => labels.push(parser.take_text()?),
            TokenKind::Word if valid_label_name(parser.slice(token)) => {
                parser.take();
                labels.push(parser.slice(token).to_owned());
            }
            _ => return Err(parser.unexpected(PLACE)),
        }
        if !parser.take_if(Symbol::Comma) && !parser.is_next(Symbol::ParenRight) {
            return Err(parser.unexpected(PLACE));
        }
    }
    Ok(labels)
}

fn grouping(parser: &mut Parser<'_>) -> Result<Option<Grouping>, Problem> {
    let without = parser.take_word_if("without");
    if !without && !parser.take_word_if("by") {
        return Ok(None);
    }
    let written = label_list(parser)?;
    let mut labels = written.clone();
    labels.sort();
    labels.dedup();
    Ok(Some(Grouping {
        without,
        labels,
        written,
    }))
}

fn op_of(word: &str) -> Option<AggregateOp> {
    OPS.iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map(|(_, op)| *op)
}

fn param_kind(op: AggregateOp) -> Option<ValueKind> {
    match op {
        AggregateOp::Topk | AggregateOp::Bottomk | AggregateOp::Quantile => Some(ValueKind::Scalar),
        AggregateOp::CountValues => Some(ValueKind::String),
        _ => None,
    }
}
