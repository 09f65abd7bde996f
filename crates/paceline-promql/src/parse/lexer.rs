//! Text into tokens. Owns what separates them, comments and where each starts; refuses to decide
//! which words are keywords: that depends on the place.

use super::Problem;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A letter, `_` or `:`, then those and digits.
    Word,
    /// Starts with a digit or `.`: a number or a duration.
    Number,
    /// Quotes included.
    Text,
    Symbol(Symbol),
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    ParenLeft,
    ParenRight,
    BraceLeft,
    BraceRight,
    BracketLeft,
    BracketRight,
    Comma,
    Colon,
    At,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Caret,
    Equal,
    DoubleEqual,
    NotEqual,
    EqualTilde,
    NotTilde,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Longer ones first.
const SYMBOLS: [(&str, Symbol); 24] = [
    ("==", Symbol::DoubleEqual),
    ("=~", Symbol::EqualTilde),
    ("!=", Symbol::NotEqual),
    ("!~", Symbol::NotTilde),
    ("<=", Symbol::LessEqual),
    (">=", Symbol::GreaterEqual),
    ("(", Symbol::ParenLeft),
    (")", Symbol::ParenRight),
    ("{", Symbol::BraceLeft),
    ("}", Symbol::BraceRight),
    ("[", Symbol::BracketLeft),
    ("]", Symbol::BracketRight),
    (",", Symbol::Comma),
    (":", Symbol::Colon),
    ("@", Symbol::At),
    ("+", Symbol::Plus),
    ("-", Symbol::Minus),
    ("*", Symbol::Star),
    ("/", Symbol::Slash),
    ("%", Symbol::Percent),
    ("^", Symbol::Caret),
    ("=", Symbol::Equal),
    ("<", Symbol::Less),
    (">", Symbol::Greater),
];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut lexer = Lexer {
        text,
        at: 0,
        in_brackets: false,
    };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        tokens.push(token);
        if token.kind == TokenKind::End {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// There `:` separates, elsewhere it may start a metric's name.
    in_brackets: bool,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Token, Problem> {
        self.skip_blank();
        let start = self.at;
        let kind = match self.peek() {
            None => TokenKind::End,
            Some(first) if is_word_start(first) || (first == b':' && !self.in_brackets) => {
                self.skip_while(|byte| {
                    is_word_start(byte) || byte.is_ascii_digit() || byte == b':'
                });
                TokenKind::Word
            }
            Some(first) if first.is_ascii_digit() || first == b'.' => {
                self.skip_number();
                TokenKind::Number
            }
            Some(quote @ (b'"' | b'\'' | b'`')) => self.text_token(quote)?,
            Some(_) => self.symbol()?,
        };
        Ok(Token {
            kind,
            start,
            end: self.at,
        })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_while(&mut self, holds: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&holds) {
            self.at += 1;
        }
    }

    fn skip_blank(&mut self) {
        loop {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            if self.peek() != Some(b'#') {
                return;
            }
            self.skip_while(|byte| byte != b'\n' && byte != b'\r');
        }
    }

    /// Digits, letters and dots, and the sign of an exponent.
    fn skip_number(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let is_hex = rest.len() > 1 && rest[0] == b'0' && matches!(rest[1], b'x' | b'X');
        loop {
            self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_');
            let after_exponent = matches!(self.text.as_bytes()[self.at - 1], b'e' | b'E');
            if is_hex || !after_exponent || !matches!(self.peek(), Some(b'+' | b'-')) {
                return;
            }
            self.at += 1;
        }
    }

    fn text_token(&mut self, quote: u8) -> Result<TokenKind, Problem> {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' if quote != b'`' => self.at += 1,
                b'\n' if quote != b'`' => break,
                _ if byte == quote => return Ok(TokenKind::Text),
                _ => {}
            }
        }
        self.at = self.at.min(self.text.len());
        Err(Problem::new(start, "unterminated quoted string"))
    }

    fn symbol(&mut self) -> Result<TokenKind, Problem> {
        let rest = &self.text.as_bytes()[self.at..];
        let found = SYMBOLS
            .iter()
            .find(|(text, _)| rest.starts_with(text.as_bytes()));
        let Some((text, symbol)) = found else {
            let character = self.text[self.at..].chars().next().unwrap_or(' ');
            let problem = format!("unexpected character: {character:?}");
            return Err(Problem::new(self.at, problem));
        };
        match symbol {
            Symbol::BracketLeft => self.in_brackets = true,
            Symbol::BracketRight => self.in_brackets = false,
            _ => {}
        }
        self.at += text.len();
        Ok(TokenKind::Symbol(*symbol))
    }
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}
