//! A question, from its text to its answer. Owns the entry points and the checks of the times asked
//! for; refuses to evaluate (`eval`) or to read (`parse`).

use paceline_metrics::{Matcher, SeriesSource};

use crate::answer::{Answer, ValueKind};
use crate::error::{ParseError, QueryError};
use crate::eval;
use crate::options::{Cancel, Options};
use crate::parse::{self, Node};
use crate::pretty;

/// A PromQL expression that was read and checked.
#[derive(Clone, Debug)]
pub struct Query {
    text: String,
    root: Node,
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

/// A selector without times, `name{label="value"}`, as in `match[]` of the HTTP API.
///
/// # Errors
/// [`ParseError`] when it is none.
pub fn parse_selector(text: &str) -> Result<Vec<Matcher>, ParseError> {
    parse::parse_selector(text)
}
