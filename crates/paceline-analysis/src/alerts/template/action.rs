//! What stands between braces. Owns reading a pipeline and its value; refuses everything whose name is
//! not in its table.

use std::fmt;

use super::{Facts, number};

/// A term, and functions each of which takes what came before it as its last argument.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pipeline {
    stages: Vec<Stage>,
}

#[derive(Clone, Debug, PartialEq)]
enum Stage {
    Term(Term),
    Call(Function, Vec<Term>),
}

#[derive(Clone, Debug, PartialEq)]
enum Term {
    Label(String),
    ExternalLabel(String),
    Value,
    Text(String),
    Number(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filled {
    Text(String),
    Number(f64),
}

impl fmt::Display for Filled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Number(value) => formatter.write_str(&number::shortest(*value)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Humanize,
    Humanize1024,
    HumanizeDuration,
    HumanizePercentage,
    HumanizeTimestamp,
    Printf,
    ToLower,
    ToUpper,
}

const FUNCTIONS: &[(&str, Function)] = &[
    ("humanize", Function::Humanize),
    ("humanize1024", Function::Humanize1024),
    ("humanizeDuration", Function::HumanizeDuration),
    ("humanizePercentage", Function::HumanizePercentage),
    ("humanizeTimestamp", Function::HumanizeTimestamp),
    ("printf", Function::Printf),
    ("toLower", Function::ToLower),
    ("toUpper", Function::ToUpper),
];

pub(super) fn parse(text: &str) -> Result<Pipeline, String> {
    let mut stages = Vec::new();
    for stage in words(text)?.split(|word| *word == "|") {
        let Some((head, arguments)) = stage.split_first() else {
            return Err("a place without anything to fill it with".to_owned());
        };
        let is_first = stages.is_empty();
        let named = FUNCTIONS.iter().find(|(name, _)| name == head);
        let parsed = match (named, is_first) {
            (Some((_, function)), _) => {
                let terms: Result<Vec<Term>, String> =
                    arguments.iter().map(|word| term(word)).collect();
                Stage::Call(*function, terms?)
            }
            (None, true) if arguments.is_empty() => Stage::Term(term(head)?),
            _ => return Err(unknown(head)),
        };
        if let Stage::Call(function, terms) = &parsed {
            check(*function, head, terms.len() + usize::from(!is_first))?;
        }
        stages.push(parsed);
    }
    Ok(Pipeline { stages })
}

fn check(function: Function, name: &str, given: usize) -> Result<(), String> {
    let is_right = match function {
        Function::Printf => 0 < given,
        _ => given == 1,
    };
    if is_right {
        return Ok(());
    }
    Err(format!("`{name}` takes one value, not {given}"))
}

fn unknown(word: &str) -> String {
    let names: Vec<&str> = FUNCTIONS.iter().map(|(name, _)| *name).collect();
    format!(
        "`{word}` is not understood here; there are `$labels.NAME`, `$value`, `$externalLabels.NAME` and {}",
        names.join(", ")
    )
}

/// Words apart, quoted texts whole with their quotes.
fn words(text: &str) -> Result<Vec<&str>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '|' => 1,
            '"' | '`' => quoted_end(rest, first)?,
            _ => rest
                .find(|letter: char| letter.is_whitespace() || letter == '|')
                .unwrap_or(rest.len()),
        };
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    Ok(words)
}

fn quoted_end(text: &str, quote: char) -> Result<usize, String> {
    let mut escaped = false;
    for (place, letter) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if letter == '\\' && quote == '"' {
            escaped = true;
        } else if letter == quote {
            return Ok(place + 1);
        }
    }
    Err(format!("a text that begins with {quote} and does not end"))
}

fn term(word: &str) -> Result<Term, String> {
    for (prefix, make) in [
        ("$labels.", Term::Label as fn(String) -> Term),
        (".Labels.", Term::Label),
        ("$externalLabels.", Term::ExternalLabel),
        (".ExternalLabels.", Term::ExternalLabel),
    ] {
        if let Some(name) = word.strip_prefix(prefix) {
            return Ok(make(name.to_owned()));
        }
    }
    if word == "$value" || word == ".Value" {
        return Ok(Term::Value);
    }
    if let Some(inner) = word.strip_prefix('`') {
        return Ok(Term::Text(inner.trim_end_matches('`').to_owned()));
    }
    if word.starts_with('"') {
        return unquoted(word).map(Term::Text);
    }
    let number = word.parse().ok().filter(|value: &f64| value.is_finite());
    number.map(Term::Number).ok_or_else(|| unknown(word))
}

fn unquoted(word: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut letters = word[1..word.len() - 1].chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        text.push(match letters.next() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some(other @ ('"' | '\\')) => other,
            other => return Err(format!("`\\{}` in {word}", other.unwrap_or_default())),
        });
    }
    Ok(text)
}

impl Pipeline {
    pub(super) fn value(&self, facts: &Facts<'_>) -> Result<Filled, String> {
        let mut before: Option<Filled> = None;
        for stage in &self.stages {
            let value = match stage {
                Stage::Term(term) => term.value(facts),
                Stage::Call(function, terms) => {
                    let mut given: Vec<Filled> =
                        terms.iter().map(|term| term.value(facts)).collect();
                    given.extend(before.take());
                    function.call(&given)?
                }
            };
            before = Some(value);
        }
        Ok(before.unwrap_or(Filled::Text(String::new())))
    }
}

impl Term {
    fn value(&self, facts: &Facts<'_>) -> Filled {
        let named = |labels: &super::Labels, name: &String| {
            Filled::Text(labels.get(name).cloned().unwrap_or_default())
        };
        match self {
            Self::Label(name) => named(facts.labels, name),
            Self::ExternalLabel(name) => named(facts.external_labels, name),
            Self::Value => Filled::Number(facts.value),
            Self::Text(text) => Filled::Text(text.clone()),
            Self::Number(value) => Filled::Number(*value),
        }
    }
}

impl Function {
    fn call(self, given: &[Filled]) -> Result<Filled, String> {
        if self == Self::Printf {
            return printf(given).map(Filled::Text);
        }
        let one = given.first().ok_or("no value")?;
        let text = match self {
            Self::Humanize => number::humanize(numeric(one)?),
            Self::Humanize1024 => number::humanize_1024(numeric(one)?),
            Self::HumanizeDuration => number::humanize_duration(numeric(one)?),
            Self::HumanizePercentage => number::humanize_percentage(numeric(one)?),
            Self::HumanizeTimestamp => number::humanize_timestamp(numeric(one)?),
            Self::ToLower => one.to_string().to_lowercase(),
            Self::ToUpper => one.to_string().to_uppercase(),
            Self::Printf => String::new(),
        };
        Ok(Filled::Text(text))
    }
}

fn numeric(value: &Filled) -> Result<f64, String> {
    match value {
        Filled::Number(value) => Ok(*value),
        Filled::Text(text) => text.parse().map_err(|_| {
            format!(
                "`{}` is no number",
                text.chars().take(40).collect::<String>()
            )
        }),
    }
}

/// `%s`, `%v`, `%d`, and `%f`, `%g`, `%e` with a precision.
fn printf(given: &[Filled]) -> Result<String, String> {
    let (format, mut values) = match given.split_first() {
        Some((Filled::Text(format), values)) => (format, values.iter()),
        _ => return Err("`printf` begins with a text".to_owned()),
    };
    let mut text = String::new();
    let mut parts = format.split('%');
    text.push_str(parts.next().unwrap_or_default());
    while let Some(part) = parts.next() {
        let Some(place) = part.find(|letter: char| letter.is_ascii_alphabetic()) else {
            // `%%` leaves an empty part between its two signs.
            text.push('%');
            text.push_str(if part.is_empty() {
                parts.next().unwrap_or_default()
            } else {
                part
            });
            continue;
        };
        let value = values
            .next()
            .ok_or_else(|| format!("`{format}` asks for more values than there are"))?;
        let digits = part[..place].strip_prefix('.');
        let digits = match digits.map(str::parse) {
            None if place == 0 => None,
            Some(Ok(digits)) if digits <= number::DIGITS_MAX => Some(digits),
            _ => return Err(format!("`%{}` is not understood", &part[..=place])),
        };
        text.push_str(&match &part[place..=place] {
            "s" | "v" => value.to_string(),
            "d" => format!("{:.0}", numeric(value)?),
            "f" => format!("{:.*}", digits.unwrap_or(6), numeric(value)?),
            "g" => number::general(numeric(value)?, digits),
            "e" => number::scientific(numeric(value)?, digits.unwrap_or(6)),
            other => return Err(format!("`%{other}` is not understood")),
        });
        text.push_str(&part[place + 1..]);
    }
    Ok(text)
}
