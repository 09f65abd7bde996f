//! A question as text again, laid out for people. Owns the one-line form and where a long one is
//! broken, both as Prometheus's `promql format` has them; refuses to change what is asked.

mod line;

use crate::parse::{Aggregate, Binary, Call, Expr, Node};

/// A longer expression goes on several lines.
const LINE_CHARS_MAX: usize = 100;
const INDENT: &str = "  ";

pub(crate) fn pretty(node: &Node) -> String {
    at_level(node, 0)
}

/// Indented, without a newline at the end.
fn at_level(node: &Node, level: usize) -> String {
    let indent = INDENT.repeat(level);
    let whole = line::of(node);
    if whole.chars().count() <= LINE_CHARS_MAX {
        return indent + &whole;
    }
    match &node.expr {
        Expr::Aggregate(aggregate) => of_aggregate(aggregate, level),
        Expr::Binary(binary) => of_binary(binary, level),
        Expr::Call(call) => of_call(call, level),
        Expr::Paren(inner) => format!("{indent}(\n{}\n{indent})", at_level(inner, level + 1)),
        Expr::Subquery(subquery) => {
            at_level(&subquery.inner, level) + &line::of_subquery_times(subquery)
        }
        Expr::Negate(inner) => format!("{indent}-{}", at_level(inner, level).trim_start()),
        Expr::Number(_)
        | Expr::Text(_)
        | Expr::InvalidText(_)
        | Expr::Selector(_)
        | Expr::Range { .. } => indent + &whole,
    }
}

fn of_aggregate(aggregate: &Aggregate, level: usize) -> String {
    let indent = INDENT.repeat(level);
    let head = line::of_aggregate_head(aggregate);
    let param = aggregate
        .param
        .as_ref()
        .map(|param| at_level(param, level + 1) + ",\n");
    let param = param.unwrap_or_default();
    let inner = at_level(&aggregate.inner, level + 1);
    format!("{indent}{head}(\n{param}{inner}\n{indent})")
}

fn of_binary(binary: &Binary, level: usize) -> String {
    let indent = INDENT.repeat(level);
    let (left, right) = (
        at_level(&binary.left, level + 1),
        at_level(&binary.right, level + 1),
    );
    format!("{left}\n{indent}{}\n{right}", line::of_operator(binary))
}

fn of_call(call: &Call, level: usize) -> String {
    let indent = INDENT.repeat(level);
    let args: Vec<_> = call
        .args
        .iter()
        .map(|arg| at_level(arg, level + 1))
        .collect();
    format!(
        "{indent}{}(\n{}\n{indent})",
        call.function.name,
        args.join(",\n")
    )
}
