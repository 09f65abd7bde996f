//! `name{label="value"}`. Owns the matchers of a selector; refuses one that would match everything.

use std::sync::Arc;

use paceline_metrics::{METRIC_NAME, MatchOp, Matcher};

use super::Problem;
use super::ast::{Expr, Node, Selector, TimeShift};
use super::expression::Parser;
use super::lexer::{Symbol, TokenKind};

impl Parser<'_> {
    pub(super) fn selector(&mut self) -> Result<Node, Problem> {
        let start = self.peek().start;
        let mut named = Named::default();
        if let Some(word) = self.peek_word() {
            self.take();
            named.name = Some(word.to_owned());
        }
        if self.take_if(Symbol::BraceLeft) {
            self.matchers(&mut named)?;
        }
        let selector = named.into_selector(start)?;
        self.node(Expr::Selector(selector), start)
    }

    /// After the brace, with the closing one.
    fn matchers(&mut self, named: &mut Named) -> Result<(), Problem> {
        while !self.take_if(Symbol::BraceRight) {
            self.matcher(named)?;
            if !self.take_if(Symbol::Comma) && !self.is_next(Symbol::BraceRight) {
                return Err(self.unexpected("label matching"));
            }
        }
        Ok(())
    }

    fn matcher(&mut self, named: &mut Named) -> Result<(), Problem> {
        let token = self.peek();
        let (label, quoted) = match token.kind {
            TokenKind::Text => (self.take_text()?, true),
            TokenKind::Word if valid_label_name(self.slice(token)) => {
                self.take();
                (self.slice(token).to_owned(), false)
            }
            _ => return Err(self.unexpected("label matching")),
        };
        let ends = self.is_next(Symbol::Comma) || self.is_next(Symbol::BraceRight);
        if quoted && ends {
            return named.set_name(label, token.start);
        }
        let op = self.match_op()?;
        if self.peek().kind != TokenKind::Text {
            return Err(self.unexpected("label matching"));
        }
        let value = self.take_text()?;
        let matcher = Matcher::new(&label, op, &value)
            .map_err(|invalid| Problem::new(token.start, invalid.to_string()))?;
        named.matchers.push(matcher);
        Ok(())
    }

    fn match_op(&mut self) -> Result<MatchOp, Problem> {
        let op = match self.peek().kind {
            TokenKind::Symbol(Symbol::Equal) => MatchOp::Equal,
            TokenKind::Symbol(Symbol::NotEqual) => MatchOp::NotEqual,
            TokenKind::Symbol(Symbol::EqualTilde) => MatchOp::Regex,
            TokenKind::Symbol(Symbol::NotTilde) => MatchOp::NotRegex,
            _ => return Err(self.unexpected("label matching")),
        };
        self.take();
        Ok(op)
    }
}

/// As Prometheus's classic names: letters, digits and `_`, no digit first.
pub(super) fn valid_label_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(plain) && name.starts_with(|c: char| !c.is_ascii_digit())
}

#[derive(Default)]
struct Named {
    name: Option<String>,
    matchers: Vec<Matcher>,
}

impl Named {
    fn set_name(&mut self, name: String, at: usize) -> Result<(), Problem> {
        if let Some(first) = &self.name {
            let problem = format!("metric name must not be set twice: {first:?} or {name:?}");
            return Err(Problem::new(at, problem));
        }
        self.name = Some(name);
        Ok(())
    }

    fn into_selector(self, at: usize) -> Result<Selector, Problem> {
        let mut matchers = self.matchers;
        if let Some(name) = &self.name {
            if let Some(other) = matchers.iter().find(|matcher| matcher.name == METRIC_NAME) {
                let other = &other.value;
                let problem = format!("metric name must not be set twice: {name:?} or {other:?}");
                return Err(Problem::new(at, problem));
            }
            let by_name = Matcher::new(METRIC_NAME, MatchOp::Equal, name)
                .map_err(|invalid| Problem::new(at, invalid.to_string()))?;
            matchers.insert(0, by_name);
        }
        if matchers.iter().all(|matcher| matcher.matches("")) {
            let problem = "vector selector must contain at least one non-empty matcher";
            return Err(Problem::new(at, problem));
        }
        Ok(Selector {
            name: exact_name(&matchers),
            matchers,
            shift: TimeShift::default(),
        })
    }
}

fn exact_name(matchers: &[Matcher]) -> Option<Arc<str>> {
    matchers
        .iter()
        .find(|matcher| matcher.name == METRIC_NAME && matcher.op == MatchOp::Equal)
        .map(|matcher| Arc::from(matcher.value.as_str()))
}
