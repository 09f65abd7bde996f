//! The grammar's trunk: precedence, parentheses, literals and what may follow an expression. Owns
//! the cursor over the tokens and the bound on nesting; refuses details of calls, aggregations,
//! selectors and modifiers, which have their own files.

use std::sync::Arc;

use paceline_metrics::Matcher;

use super::ast::{Expr, Node};
use super::lexer::{self, Symbol, Token, TokenKind};
use super::number::parse_number;
use super::text::{quote_bytes, unquote};
use super::{DEPTH_MAX, Problem, aggregate, binary, call, functions};
use crate::answer::ValueKind;

pub(super) struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    next: usize,
    nesting: usize,
}

/// How tight operators bind; a unary sign binds as `*` does.
pub(super) const UNARY_STRENGTH: u8 = 5;

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Result<Self, Problem> {
        Ok(Self {
            text,
            tokens: lexer::tokens(text)?,
            next: 0,
            nesting: 0,
        })
    }

    pub(super) fn whole_expression(&mut self) -> Result<Node, Problem> {
        if self.peek().kind == TokenKind::End {
            return Err(Problem::new(0, "no expression found in input"));
        }
        let node = self.expression(0)?;
        self.expect_end()?;
        Ok(node)
    }

    pub(super) fn whole_selector(&mut self) -> Result<Vec<Matcher>, Problem> {
        let node = self.whole_expression()?;
        match node.expr {
            Expr::Selector(selector)
                if selector.shift.at.is_none() && selector.shift.offset_ms.is_none() =>
            {
                Ok(selector.matchers)
            }
            _ => Err(Problem::new(node.at, "expected a series selector")),
        }
    }

    /// Operators at least as tight as `strength`.
    pub(super) fn expression(&mut self, strength: u8) -> Result<Node, Problem> {
        self.nesting += 1;
        if DEPTH_MAX < self.nesting {
            return Err(self.problem_here(format!("nested deeper than {DEPTH_MAX} levels")));
        }
        let mut left = self.operand()?;
        while let Some(operator) = binary::operator_at(self) {
            if operator.strength < strength {
                break;
            }
            left = binary::finish(self, left, operator)?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    /// A node, if its tree is not too deep.
    pub(super) fn node(&self, expr: Expr, at: usize) -> Result<Node, Problem> {
        let node = Node::new(expr, at);
        if node.depth <= DEPTH_MAX {
            return Ok(node);
        }
        let problem = format!("deeper than {DEPTH_MAX} levels");
        Err(Problem::new(at, problem))
    }

    fn operand(&mut self) -> Result<Node, Problem> {
        let token = self.peek();
        match token.kind {
            TokenKind::Symbol(Symbol::Minus) => self.signed(true),
            TokenKind::Symbol(Symbol::Plus) => self.signed(false),
            _ => {
                let primary = self.primary()?;
                self.followers(primary)
            }
        }
    }

    fn signed(&mut self, negative: bool) -> Result<Node, Problem> {
        let sign = self.take();
        let inner = self.expression(UNARY_STRENGTH + 1)?;
        if !matches!(inner.kind(), ValueKind::Scalar | ValueKind::Vector) {
            let problem = format!(
                "unary expression only allowed on expressions of type scalar or instant vector, got {:?}",
                inner.kind().documented()
            );
            return Err(Problem::new(sign.start, problem));
        }
        let expr = match (inner.expr, negative) {
            (Expr::Number(value), true) => Expr::Number(-value),
            (expr, true) => Expr::Negate(Box::new(self.node(expr, inner.at)?)),
            (expr, false) => expr,
        };
        self.node(expr, sign.start)
    }

    fn primary(&mut self) -> Result<Node, Problem> {
        let token = self.peek();
        match token.kind {
            TokenKind::Number => {
                self.take();
                self.number(token)
            }
            TokenKind::Text => {
                self.take();
                self.node(self.text_of(token)?, token.start)
            }
            TokenKind::Symbol(Symbol::ParenLeft) => {
                self.take();
                let inner = self.expression(0)?;
                self.expect(Symbol::ParenRight, "paren expression")?;
                self.node(Expr::Paren(Box::new(inner)), token.start)
            }
            TokenKind::Symbol(Symbol::BraceLeft) => self.selector(),
            TokenKind::Word => self.word(token),
            _ => Err(self.unexpected("expression")),
        }
    }

    fn word(&mut self, token: Token) -> Result<Node, Problem> {
        let word = self.slice(token);
        if word.eq_ignore_ascii_case("nan") {
            self.take();
            return self.node(Expr::Number(f64::NAN), token.start);
        }
        if word.eq_ignore_ascii_case("inf") {
            self.take();
            return self.node(Expr::Number(f64::INFINITY), token.start);
        }
        if functions::is_experimental(&word.to_ascii_lowercase())
            && aggregate::has_group_or_args(self)
        {
            let problem = format!("{word:?} is experimental and not supported");
            return Err(Problem::new(token.start, problem));
        }
        if aggregate::starts_at(self) {
            return aggregate::read(self);
        }
        if self.peek_after().kind == TokenKind::Symbol(Symbol::ParenLeft) {
            return call::read(self);
        }
        self.selector()
    }

    fn number(&self, token: Token) -> Result<Node, Problem> {
        let text = self.slice(token);
        let value = parse_number(text)
            .ok_or_else(|| Problem::new(token.start, format!("bad number or duration {text:?}")))?;
        self.node(Expr::Number(value), token.start)
    }

    fn text_of(&self, token: Token) -> Result<Expr, Problem> {
        let bytes = self.unquoted(token)?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => Expr::Text(Arc::from(text)),
            Err(invalid) => Expr::InvalidText(quote_bytes(invalid.as_bytes())),
        })
    }

    fn unquoted(&self, token: Token) -> Result<Vec<u8>, Problem> {
        unquote(self.slice(token)).map_err(|problem| Problem::new(token.start, problem))
    }

    /// A string that names something: a label, a metric or a matcher's value.
    pub(super) fn take_text(&mut self) -> Result<String, Problem> {
        let token = self.take();
        String::from_utf8(self.unquoted(token)?)
            .map_err(|_| Problem::new(token.start, "string is not UTF-8"))
    }

    pub(super) fn peek(&self) -> Token {
        self.peek_at(0)
    }

    pub(super) fn peek_after(&self) -> Token {
        self.peek_at(1)
    }

    fn peek_at(&self, distance: usize) -> Token {
        let last = self.tokens.len() - 1;
        self.tokens[(self.next + distance).min(last)]
    }

    pub(super) fn take(&mut self) -> Token {
        let token = self.peek();
        self.next += 1;
        token
    }

    pub(super) fn is_next(&self, symbol: Symbol) -> bool {
        self.peek().kind == TokenKind::Symbol(symbol)
    }

    pub(super) fn take_if(&mut self, symbol: Symbol) -> bool {
        let is_next = self.is_next(symbol);
        if is_next {
            self.next += 1;
        }
        is_next
    }

    pub(super) fn expect(&mut self, symbol: Symbol, place: &str) -> Result<Token, Problem> {
        if self.is_next(symbol) {
            return Ok(self.take());
        }
        Err(self.unexpected(place))
    }

    /// The next token's text when it is a word.
    pub(super) fn peek_word(&self) -> Option<&'t str> {
        let token = self.peek();
        (token.kind == TokenKind::Word).then(|| self.slice(token))
    }

    pub(super) fn take_word_if(&mut self, word: &str) -> bool {
        let is_next = self
            .peek_word()
            .is_some_and(|found| found.eq_ignore_ascii_case(word));
        if is_next {
            self.next += 1;
        }
        is_next
    }

    pub(super) fn slice(&self, token: Token) -> &'t str {
        &self.text[token.start..token.end]
    }

    pub(super) fn unexpected(&self, place: &str) -> Problem {
        let token = self.peek();
        if token.kind == TokenKind::End {
            return Problem::new(token.start, format!("unexpected end of input in {place}"));
        }
        self.problem_here(format!("unexpected {:?} in {place}", self.slice(token)))
    }

    pub(super) fn problem_here(&self, problem: String) -> Problem {
        Problem::new(self.peek().start, problem)
    }

    fn expect_end(&self) -> Result<(), Problem> {
        match self.peek().kind {
            TokenKind::End => Ok(()),
            _ => Err(self.unexpected("expression")),
        }
    }
}
