//! PromQL's text. Owns its tokens, its grammar and the checks of types; refuses to know series.
//! Text, nesting and depth are bounded, so that neither reading, evaluating nor dropping a tree
//! can exhaust the stack.

mod aggregate;
mod ast;
mod binary;
mod call;
mod expression;
mod functions;
mod lexer;
mod modifier;
mod number;
mod selector;
mod text;

use paceline_metrics::Matcher;

pub(crate) use ast::{
    Aggregate, AggregateOp, At, Binary, BinaryOp, Call, Cardinality, Expr, Grouping, Matching,
    Node, Selector, Subquery, TimeShift,
};
pub(crate) use functions::{CalendarPart, FunctionId, MathFunction, OverFunction};

use crate::error::ParseError;
use expression::Parser;

/// Bytes of a question.
const TEXT_MAX: usize = 1 << 20;

/// Levels of a tree; a chain of binary operators has one for each.
pub(crate) const DEPTH_MAX: usize = 200;

pub(crate) fn parse_expression(text: &str) -> Result<Node, ParseError> {
    located(text, |parser| parser.whole_expression())
}

pub(crate) fn parse_selector(text: &str) -> Result<Vec<Matcher>, ParseError> {
    located(text, |parser| parser.whole_selector())
}

/// A problem and the byte where it is.
#[derive(Debug)]
pub(crate) struct Problem {
    at: usize,
    text: String,
}

impl Problem {
    fn new(at: usize, text: impl Into<String>) -> Self {
        Self {
            at,
            text: text.into(),
        }
    }
}

fn located<T>(
    text: &str,
    read: impl FnOnce(&mut Parser<'_>) -> Result<T, Problem>,
) -> Result<T, ParseError> {
    let read = || {
        if TEXT_MAX < text.len() {
            let problem = format!("query is longer than {TEXT_MAX} bytes");
            return Err(Problem::new(0, problem));
        }
        read(&mut Parser::new(text)?)
    };
    read().map_err(|problem| {
        let (line, column) = line_and_column(text, problem.at);
        ParseError {
            line,
            column,
            problem: problem.text,
        }
    })
}

/// Both from 1, as Prometheus counts them.
pub(crate) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let line_start = before.iter().rposition(|byte| *byte == b'\n');
    (line, before.len() - line_start.map_or(0, |at| at + 1) + 1)
}
