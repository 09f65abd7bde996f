//! A question, from its text to its answer. Owns the entry points and the checks of the times asked
//! for; refuses to evaluate (`eval`) or to read (`parse`).

use paceline_metrics::{Matcher, SeriesSource};

use crate::answer::{Answer, ValueKind};
use crate::error::{ParseError, QueryError};
use crate::eval;
use crate::options::{Cancel, Options};
use crate::parse::{self, BinaryOp, Expr, Node};
use crate::pretty;

/// A PromQL expression that was read and checked.
#[derive(Clone, Debug)]
pub struct Query {
    text: String,
    root: Node,
}

/// What a question compares with a number.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The left side, a question of its own.
    pub left: Query,
    pub limit: f64,
    /// `>` or `>=`; false: `<` or `<=`.
    pub is_above: bool,
}

/// The points a range query is evaluated at: `from_ms`, then every `step_ms` up to `to_ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RangeSteps {
    pub from_ms: i64,
    pub to_ms: i64,
    pub step_ms: i64,
}

impl Query {
    /// # Errors
    /// [`ParseError`] with the place, when the text is no PromQL or is too long or too deep.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let root = parse::parse_expression(text)?;
        Ok(Self {
            text: text.to_owned(),
            root,
        })
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same question laid out for people: on one line, or on several when it is long.
    #[must_use]
    pub fn pretty(&self) -> String {
        pretty::pretty(&self.root)
    }

    /// Of `left > 5`, also where conditions follow it (`left > 5 and other`): both sides. Alerts tell
    /// by it what is normal.
    #[must_use]
    pub fn compared(&self) -> Option<Compared> {
        let (left, limit, is_above) = compared(&self.root)?;
        let left = Self::parse(&pretty::pretty(left)).ok()?;
        Some(Compared {
            left,
            limit,
            is_above,
        })
    }

    /// What an instant query answers with.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        self.root.kind()
    }

    /// Blocks while it evaluates.
    ///
    /// # Errors
    /// [`QueryError`]; nothing of an answer is given then.
    pub fn instant(
        &self,
        source: &dyn SeriesSource,
        at_ms: i64,
        options: &Options,
        cancel: &Cancel,
    ) -> Result<Answer, QueryError> {
        eval::instant(&self.text, &self.root, source, at_ms, options, cancel)
    }

    /// Blocks while it evaluates.
    ///
    /// # Errors
    /// [`QueryError`]; nothing of an answer is given then.
    pub fn range(
        &self,
        source: &dyn SeriesSource,
        range: RangeSteps,
        options: &Options,
        cancel: &Cancel,
    ) -> Result<Answer, QueryError> {
        if !matches!(self.kind(), ValueKind::Scalar | ValueKind::Vector) {
            return Err(QueryError::BadData(format!(
                "invalid expression type \"{}\" for range query, must be Scalar or instant Vector",
                self.kind().documented()
            )));
        }
        eval::range(&self.text, &self.root, source, range, options, cancel)
    }
}

fn compared(node: &Node) -> Option<(&Node, f64, bool)> {
    let binary = match &node.expr {
        Expr::Paren(inner) => return compared(inner),
        Expr::Binary(binary) => binary,
        _ => return None,
    };
    let is_above = match binary.op {
        BinaryOp::Greater | BinaryOp::GreaterEqual => true,
        BinaryOp::Less | BinaryOp::LessEqual => false,
        BinaryOp::And | BinaryOp::Unless => return compared(&binary.left),
        _ => return None,
    };
    let limit = number(&binary.right).filter(|_| !binary.return_bool)?;
    Some((&binary.left, limit, is_above))
}

fn number(node: &Node) -> Option<f64> {
    match &node.expr {
        Expr::Number(number) => Some(*number),
        Expr::Negate(inner) => number(inner).map(|number| -number),
        Expr::Paren(inner) => number(inner),
        _ => None,
    }
}

/// A selector without times, `name{label="value"}`, as in `match[]` of the HTTP API.
///
/// # Errors
/// [`ParseError`] when it is none.
pub fn parse_selector(text: &str) -> Result<Vec<Matcher>, ParseError> {
    parse::parse_selector(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_a_comparison_are_known() {
        let check = |text: &str, expected: Option<(&str, f64, bool)>| {
            let found = Query::parse(text).unwrap().compared();
            let found = found
                .as_ref()
                .map(|one| (one.left.text(), one.limit, one.is_above));
            assert_eq!(found, expected, "{text}");
        };
        check("a > 5", Some(("a", 5.0, true)));
        check(
            "(sum by (x) (rate(a[1m])) <= -1)",
            Some(("sum by (x) (rate(a[1m]))", -1.0, false)),
        );
        check("a >= (2) and b > 1", Some(("a", 2.0, true)));
        check("a < 1 unless b", Some(("a", 1.0, false)));
        check("a > b", None);
        check("a > bool 5", None);
        check("a == 5", None);
        check("a", None);
        check("a > 5 or b > 6", None);
    }
}
