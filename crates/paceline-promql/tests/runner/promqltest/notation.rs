//! Series as the scripts write them: `name{label="value"} 0+10x3 _ stale 5`. A native histogram is
//! read over: its place has no sample.

use paceline_metrics::{Labels, METRIC_NAME, stale_marker};
use paceline_promql::parse_duration_ms;

/// One place each.
#[derive(Clone, Copy, Debug)]
pub enum Item {
    Nothing,
    Histogram,
    Number(f64),
}

pub fn series(line: &str) -> (Labels, Vec<Item>) {
    let (labels, rest) = labels(line);
    (labels, items(rest))
}

/// The labels a line starts with, and the rest.
pub fn labels(line: &str) -> (Labels, &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let name_end = line.find(|c| !is_name(c)).unwrap_or(line.len());
    let mut pairs = vec![(METRIC_NAME.to_owned(), line[..name_end].to_owned())];
    let mut rest = &line[name_end..];
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner.trim_start();
        while !rest.starts_with('}') {
            let (name, after) = word(rest);
            rest = after.trim_start();
            if let Some(after) = rest.strip_prefix('=') {
                let (value, after) = word(after.trim_start());
                pairs.push((name, value));
                rest = after.trim_start();
            } else {
                pairs.push((METRIC_NAME.to_owned(), name));
            }
            rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        }
        rest = &rest[1..];
    }
    let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
    (Labels::from_pairs(pairs), rest.trim_start())
}

/// Quoted or not.
fn word(text: &str) -> (String, &str) {
    let quote = text.chars().next().expect("a word");
    if quote != '"' && quote != '\'' {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let end = text.find(|c| !is_word(c)).expect("an end");
        return (text[..end].to_owned(), &text[end..]);
    }
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.push(characters.next().expect("an escaped character").1),
            _ if character == quote => return (value, &text[at + 1..]),
            _ => value.push(character),
        }
    }
    panic!("unterminated {text}");
}

pub fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = item_end(rest);
        read_item(&rest[..end], &mut items);
        rest = rest[end..].trim_start();
    }
    items
}

/// Blanks within `{{...}}` do not end it.
fn item_end(text: &str) -> usize {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if character.is_whitespace() && depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

fn read_item(text: &str, items: &mut Vec<Item>) {
    let (value, times) = match text.rsplit_once('x') {
        Some((value, times)) if times.parse::<usize>().is_ok() => {
            (value, Some(times.parse::<usize>().expect("checked")))
        }
        _ => (text, None),
    };
    if value.contains("{{") {
        items.extend(vec![Item::Histogram; times.map_or(1, |times| times + 1)]);
    } else if value == "_" {
        items.extend(vec![Item::Nothing; times.unwrap_or(1)]);
    } else if value == "stale" {
        items.extend(vec![
            Item::Number(stale_marker());
            times.map_or(1, |t| t + 1)
        ]);
    } else {
        let (mut number, increase) = start_and_increase(value);
        for _ in 0..=times.unwrap_or(0) {
            items.push(Item::Number(number));
            // One after the other, with the rounding that brings.
            number += increase;
        }
    }
}

fn start_and_increase(text: &str) -> (f64, f64) {
    let bytes = text.as_bytes();
    let sign = (1..text.len())
        .find(|at| matches!(bytes[*at], b'+' | b'-') && !matches!(bytes[*at - 1], b'e' | b'E'));
    match sign {
        Some(at) if text.parse::<f64>().is_err() => (number(&text[..at]), number(&text[at..])),
        _ => (number(text), 0.0),
    }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("no number: {text}"))
}

/// Also a plain number of seconds.
pub fn duration_ms(text: &str) -> i64 {
    parse_duration_ms(text).unwrap_or_else(|| (number(text) * 1000.0) as i64)
}
