//! Search: entries by words or, without any, by age. Owns the list by age, and the snippet that
//! shows why an entry was found; refuses to know the index's language, which `matching` speaks.

use paceline_core::memory::{Hit, Search, search};
use paceline_core::{Json, Now, Timestamp};
use rusqlite::{Connection, Row};
use serde_json::Value;

use super::matching::matching;
use super::row::Stored;
use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::many;
use crate::sqlite::{page, sql};
use crate::{Page, PageRequest};

/// Characters of a snippet before and after the first word found.
const SNIPPET_BEFORE: usize = 40;
const SNIPPET_LENGTH: usize = 160;

pub(crate) fn run(
    db: &Connection,
    now: Now,
    wanted: &Search,
    request: &PageRequest,
) -> Outcome<Page<Hit>> {
    search::check(wanted)?;
    match &wanted.query {
        Some(query) => matching(db, now.wall, wanted, query, request),
        None => newest(db, now.wall, wanted, request),
    }
}

pub(super) fn scored(row: &Row<'_>) -> rusqlite::Result<(Stored, f64)> {
    Ok((Stored::read(row)?, row.get(10)?))
}

/// Newest first; the cursor is the entry at which the next page begins.
fn newest(
    db: &Connection,
    now: Timestamp,
    wanted: &Search,
    request: &PageRequest,
) -> Outcome<Page<Hit>> {
    let limit = usize::try_from(page::limit(request)).unwrap_or(1);
    let mut before = position(request)?;
    let mut hits = Vec::new();
    let mut looked_at = 0;
    let visits_max = paceline_core::limits::PAGE_VISITS_MAX;
    loop {
        let rows = step(db, wanted, before, limit + 1)?;
        let last = rows.len() <= limit;
        for (stored, _) in rows {
            let at = (stored.updated_at.0, stored.number);
            let entry = stored
                .entry(now)?
                .filter(|entry| has_tag(wanted, &entry.tags));
            if let Some(entry) = entry {
                if hits.len() == limit {
                    return Ok(page_of(hits, Some(before)));
                }
                let snippet = snippet(&words(&entry.value), &[]);
                let score = 0.0;
                hits.push(Hit {
                    entry,
                    score,
                    snippet,
                });
            }
            before = at;
            looked_at += 1;
        }
        if last {
            return Ok(page_of(hits, None));
        }
        if visits_max <= looked_at {
            return Ok(page_of(hits, Some(before)));
        }
    }
}

fn has_tag(wanted: &Search, tags: &[String]) -> bool {
    wanted.tag.as_ref().is_none_or(|tag| tags.contains(tag))
}

fn page_of(items: Vec<Hit>, next: Option<(i64, i64)>) -> Page<Hit> {
    let next_cursor = next.map(|(updated_at, number)| format!("{updated_at}.{number}"));
    Page { items, next_cursor }
}

fn step(
    db: &Connection,
    wanted: &Search,
    before: (i64, i64),
    limit: usize,
) -> Outcome<Vec<(Stored, f64)>> {
    let limit = limit as i64;
    match &wanted.namespace {
        Some(namespace) => many(
            db,
            sql::memory::NEWEST_IN_NAMESPACE,
            (before.0, before.1, limit, namespace),
            scored,
        ),
        None => many(db, sql::memory::NEWEST, (before.0, before.1, limit), scored),
    }
}

fn position(request: &PageRequest) -> Outcome<(i64, i64)> {
    let Some(cursor) = &request.cursor else {
        return Ok((i64::MAX, i64::MAX));
    };
    let parse = || {
        let (updated_at, number) = cursor.split_once('.')?;
        Some((updated_at.parse().ok()?, number.parse().ok()?))
    };
    let problem = "is none that this list has given";
    parse().ok_or_else(|| paceline_core::Rejection::invalid("cursor", problem).into())
}

/// The words of a value without JSON's quotes, braces and escapes: `\n` must not become a letter of
/// the word behind it.
pub(super) fn words(value: &Json) -> String {
    match serde_json::from_str(value.as_str()) {
        Ok(parsed) => {
            let mut text = String::new();
            gather(&parsed, &mut text);
            text
        }
        // Deeper than the parser goes; found by its raw text is better than not at all.
        Err(_) => value.as_str().to_owned(),
    }
}

fn gather(value: &Value, text: &mut String) {
    let mut say = |word: &str| {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    };
    match value {
        Value::Null => {}
        Value::Bool(truth) => say(if *truth { "true" } else { "false" }),
        Value::Number(number) => say(&number.to_string()),
        Value::String(string) => say(string),
        Value::Array(values) => values.iter().for_each(|value| gather(value, text)),
        Value::Object(fields) => {
            for (name, value) in fields {
                gather(&Value::String(name.clone()), text);
                gather(value, text);
            }
        }
    }
}

pub(super) fn snippet(value: &str, terms: &[String]) -> String {
    let lower = value.to_lowercase();
    let found = terms
        .iter()
        .filter_map(|term| lower.find(term.as_str()))
        .min();
    // Lower case may be longer or shorter than the original: the place is near enough.
    let place = found.map_or(0, |at| lower[..at].chars().count());
    let start = place.saturating_sub(SNIPPET_BEFORE);
    let text: String = value.chars().skip(start).take(SNIPPET_LENGTH).collect();
    let opening = if 0 < start { "…" } else { "" };
    let cut = value.chars().nth(start + SNIPPET_LENGTH).is_some();
    let ending = if cut { "…" } else { "" };
    format!("{opening}{text}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_indexed_without_their_json() {
        let check = |json: &str, expected: &str| {
            assert_eq!(words(&Json::trusted(json)), expected, "for {json}");
        };
        check(r#""line\nbreak""#, "line\nbreak");
        check(
            r#"{"a": ["b", 1, null, true], "c": {"d": "e"}}"#,
            "a b 1 true c d e",
        );
        check(r#""\u00e9t\u00e9""#, "été");
        let deep = "[".repeat(200) + &"]".repeat(200);
        check(&deep, &deep);
    }

    #[test]
    fn a_snippet_shows_the_first_word_found() {
        let long = format!("{} needle {}", "x".repeat(100), "y".repeat(300));
        let shown = snippet(&long, &["needle".to_owned()]);
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains(" needle "));
        assert_eq!(snippet("short", &["absent".to_owned()]), "short");
    }
}
