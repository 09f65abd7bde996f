//! What follows an expression: `[range]`, `[range:step]`, `offset` and `@`. Owns which expression
//! may have which; refuses duration arithmetic, which is experimental.

use super::Problem;
use super::ast::{At, Expr, Node, Subquery, TimeShift};
use super::expression::Parser;
use super::lexer::{Symbol, TokenKind};
use super::number::parse_number;
use crate::answer::ValueKind;
use crate::eval::TIME_MS_MAX;

impl Parser<'_> {
    pub(super) fn followers(&mut self, mut node: Node) -> Result<Node, Problem> {
        loop {
            node = if self.is_next(Symbol::BracketLeft) {
                self.bracketed(node)?
            } else if self.is_next(Symbol::At) {
                self.pinned(node)?
            } else if self
                .peek_word()
                .is_some_and(|word| word.eq_ignore_ascii_case("offset"))
            {
                self.moved(node)?
            } else {
                return Ok(node);
            };
        }
    }

    fn bracketed(&mut self, node: Node) -> Result<Node, Problem> {
        let bracket = self.take();
        let range_ms = self.positive_duration()?;
        if !self.take_if(Symbol::Colon) {
            self.expect(Symbol::BracketRight, "range selector")?;
            return self.ranged(node, range_ms, bracket.start);
        }
        let step_ms = match self.is_next(Symbol::BracketRight) {
            true => None,
            false => Some(self.positive_duration()?),
        };
        self.expect(Symbol::BracketRight, "subquery selector")?;
        if node.kind() != ValueKind::Vector {
            let problem = format!(
                "subquery is only allowed on instant vector, got {} instead",
                node.kind().documented()
            );
            return Err(Problem::new(node.at, problem));
        }
        let at = node.at;
        let subquery = Subquery {
            inner: node,
            range_ms,
            step_ms,
            shift: TimeShift::default(),
        };
        self.node(Expr::Subquery(Box::new(subquery)), at)
    }

    fn ranged(&self, node: Node, range_ms: i64, bracket: usize) -> Result<Node, Problem> {
        let problem = match node.expr {
            Expr::Selector(selector) => {
                if selector.shift.offset_ms.is_some() {
                    "no offset modifiers allowed before range"
                } else if selector.shift.at.is_some() {
                    "no @ modifiers allowed before range"
                } else {
                    return self.node(Expr::Range { selector, range_ms }, node.at);
                }
            }
            _ => "ranges only allowed for vector selectors",
        };
        Err(Problem::new(bracket, problem))
    }

    fn pinned(&mut self, node: Node) -> Result<Node, Problem> {
        let sign = self.take();
        let at = self.pin()?;
        self.shifted(node, |shift| match shift.at.replace(at) {
            None => Ok(()),
            Some(_) => Err(Problem::new(
                sign.start,
                "@ <timestamp> may not be set multiple times",
            )),
        })
    }

    fn pin(&mut self) -> Result<At, Problem> {
        let preprocessor = [("start", At::Start), ("end", At::End)]
            .into_iter()
            .find(|(name, _)| self.take_word_if(name));
        if let Some((_, at)) = preprocessor {
            self.expect(Symbol::ParenLeft, "@ modifier")?;
            self.expect(Symbol::ParenRight, "@ modifier")?;
            return Ok(at);
        }
        let start = self.peek().start;
        let seconds = self.signed_seconds("@ modifier")?;
        let ms = (seconds * 1000.0).round();
        // A NaN is in no range.
        let is_time = (-TIME_MS_MAX as f64..=TIME_MS_MAX as f64).contains(&ms);
        if !is_time {
            let problem = format!("timestamp out of bounds for @ modifier: {seconds}");
            return Err(Problem::new(start, problem));
        }
        Ok(At::Ms(ms as i64))
    }

    fn moved(&mut self, node: Node) -> Result<Node, Problem> {
        let word = self.take();
        let seconds = self.signed_seconds("offset")?;
        let offset_ms = self.milliseconds(seconds, word.start)?;
        self.shifted(node, |shift| match shift.offset_ms.replace(offset_ms) {
            None => Ok(()),
            Some(_) => Err(Problem::new(
                word.start,
                "offset may not be set multiple times",
            )),
        })
    }

    /// The tree again, since what `@` pins is invariant.
    fn shifted(
        &self,
        mut node: Node,
        shift: impl FnOnce(&mut TimeShift) -> Result<(), Problem>,
    ) -> Result<Node, Problem> {
        match &mut node.expr {
            Expr::Selector(selector) | Expr::Range { selector, .. } => shift(&mut selector.shift)?,
            Expr::Subquery(subquery) => shift(&mut subquery.shift)?,
            _ => {
                let problem = "offset and @ modifiers must be preceded by an instant vector \
                               selector or range vector selector or a subquery";
                return Err(Problem::new(node.at, problem));
            }
        }
        self.node(node.expr, node.at)
    }

    fn positive_duration(&mut self) -> Result<i64, Problem> {
        let start = self.peek().start;
        let seconds = self.seconds("range")?;
        let ms = self.milliseconds(seconds, start)?;
        if ms <= 0 {
            return Err(Problem::new(start, "duration must be greater than 0"));
        }
        Ok(ms)
    }

    fn signed_seconds(&mut self, place: &str) -> Result<f64, Problem> {
        if self.take_if(Symbol::Minus) {
            return Ok(-self.seconds(place)?);
        }
        self.take_if(Symbol::Plus);
        self.seconds(place)
    }

    fn seconds(&mut self, place: &str) -> Result<f64, Problem> {
        let token = self.peek();
        let is_number = token.kind == TokenKind::Number;
        let value = is_number.then(|| parse_number(self.slice(token))).flatten();
        let Some(value) = value else {
            return Err(self.unexpected(place));
        };
        self.take();
        Ok(value)
    }

    /// A duration that still can be added to any time.
    fn milliseconds(&self, seconds: f64, at: usize) -> Result<i64, Problem> {
        const MS_MAX: f64 = (1_i64 << 53) as f64;
        let ms = (seconds * 1000.0).round();
        match ms.abs() <= MS_MAX {
            true => Ok(ms as i64),
            false => Err(Problem::new(at, "duration out of range")),
        }
    }
}
