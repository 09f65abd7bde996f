//! Search by words. Owns the translation of what people type into the index's language, in which
//! none of it can be a syntax error, and the choice of order: few matches are ranked, many are
//! given the newest first, because a rank looks at every match before the first page is known.

use paceline_core::memory::{Hit, Search};
use paceline_core::{Rejection, Timestamp, limits};
use rusqlite::Connection;

use super::search::{scored, snippet};
use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::{many, one};
use crate::sqlite::{page, sql};
use crate::{Page, PageRequest};

/// How a search goes on; the cursor of its pages says which.
enum Course {
    /// Ranked; so many hits came before.
    Ranked { offset: i64 },
    /// The newest first, from below this number.
    Newest { words: Words, before: i64 },
}

/// What the last word of a query is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Whole,
    /// A beginning, since people search while they type.
    Begun,
}

impl Words {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Begun => "begun",
        }
    }
}

pub(super) fn matching(
    db: &Connection,
    now: Timestamp,
    wanted: &Search,
    query: &str,
    request: &PageRequest,
) -> Outcome<Page<Hit>> {
    let asked = Asked {
        db,
        now,
        wanted,
        terms: terms(query),
        limit: page::limit(request),
    };
    if asked.terms.is_empty() {
        return Ok(Page {
            items: Vec::new(),
            next_cursor: None,
        });
    }
    let course = match &request.cursor {
        Some(cursor) => named(cursor)?,
        None => asked.course()?,
    };
    match course {
        Course::Ranked { offset } => asked.ranked(offset),
        Course::Newest { words, before } => asked.newest(words, before),
    }
}

struct Asked<'a> {
    db: &'a Connection,
    now: Timestamp,
    wanted: &'a Search,
    terms: Vec<String>,
    limit: i64,
}

impl Asked<'_> {
    /// Whole words are looked at first: the index walks their list without gathering it, while a
    /// beginning that many words share is gathered from the lists of all of them.
    fn course(&self) -> Outcome<Course> {
        for words in [Words::Whole, Words::Begun] {
            if are_many(self.db, &match_text(&self.terms, words))? {
                let before = i64::MAX;
                return Ok(Course::Newest { words, before });
            }
        }
        Ok(Course::Ranked { offset: 0 })
    }

    fn ranked(&self, offset: i64) -> Outcome<Page<Hit>> {
        let text = match_text(&self.terms, Words::Begun);
        let hits = self.hits(sql::memory::MATCHING, text, offset)?;
        let hits = hits.into_iter().map(|(_, hit)| hit);
        Ok(page::cut((offset + 1..).zip(hits).collect(), self.limit))
    }

    fn newest(&self, words: Words, before: i64) -> Outcome<Page<Hit>> {
        let text = match_text(&self.terms, words) + &narrowed(self.wanted);
        let hits = self.hits(sql::memory::NEWEST_MATCHING, text, before)?;
        let mut page = page::cut(hits, self.limit);
        let next = page.next_cursor.take();
        page.next_cursor = next.map(|number| format!("{}.{number}", words.as_str()));
        Ok(page)
    }

    /// Hits under their entries' numbers, one more than the page takes.
    fn hits(&self, text: &'static str, words: String, place: i64) -> Outcome<Vec<(i64, Hit)>> {
        let Search { namespace, tag, .. } = self.wanted;
        let params = (words, namespace, self.now.0, tag, self.limit + 1, place);
        let found = many(self.db, text, params, scored)?;
        let mut hits = Vec::with_capacity(found.len());
        for (stored, rank) in found {
            let number = stored.number;
            if let Some(entry) = stored.entry(self.now)? {
                let snippet = snippet(&super::search::words(&entry.value), &self.terms);
                // The index ranks the best lowest.
                let score = 0.0 - rank;
                hits.push((
                    number,
                    Hit {
                        entry,
                        score,
                        snippet,
                    },
                ));
            }
        }
        Ok(hits)
    }
}

fn are_many(db: &Connection, text: &str) -> Outcome<bool> {
    let params = (text, limits::MEMORY_RANKED_MAX);
    let one_more = one(db, sql::memory::MORE_MATCH, params, |_| Ok(()))?;
    Ok(one_more.is_some())
}

fn named(cursor: &str) -> Outcome<Course> {
    let parse = || match cursor.split_once('.') {
        None => Some(Course::Ranked {
            offset: cursor.parse().ok().filter(|offset| 0 <= *offset)?,
        }),
        Some((words, before)) => {
            let known = [Words::Whole, Words::Begun];
            Some(Course::Newest {
                words: known.into_iter().find(|known| known.as_str() == words)?,
                before: before.parse().ok()?,
            })
        }
    };
    let problem = "is none that this list has given";
    parse().ok_or_else(|| Rejection::invalid("cursor", problem).into())
}

/// The words of a query as the index cuts them: runs of letters and digits.
fn terms(query: &str) -> Vec<String> {
    let words = query.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// All words.
fn match_text(terms: &[String], words: Words) -> String {
    let quoted: Vec<String> = terms.iter().map(|term| format!("\"{term}\"")).collect();
    let mut text = quoted.join(" ");
    if words == Words::Begun {
        text.push('*');
    }
    text
}

/// The namespace and the tag as words of their columns: the index then passes over entries of
/// others without a look at them. It knows no signs, so the statement compares exactly too.
fn narrowed(wanted: &Search) -> String {
    let columns = [("namespace", &wanted.namespace), ("tags", &wanted.tag)];
    let mut text = String::new();
    for (column, value) in columns {
        let has_words = |value: &&String| value.chars().any(|c| c.is_ascii_alphanumeric());
        if let Some(value) = value.as_ref().filter(has_words) {
            let quoted = value.replace('"', " ");
            text.push_str(&format!(" AND {column} : \"{quoted}\""));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_people_type_becomes_quoted_words() {
        let check = |query: &str, expected: &str| {
            let terms = terms(query);
            let text = if terms.is_empty() {
                String::new()
            } else {
                match_text(&terms, Words::Begun)
            };
            assert_eq!(text, expected, "for {query:?}");
        };
        check("rate limit", "\"rate\" \"limit\"*");
        check("\"unclosed AND (", "\"unclosed\" \"and\"*");
        check(
            "a:b^2 NEAR/3 -x*",
            "\"a\" \"b\" \"2\" \"near\" \"3\" \"x\"*",
        );
        check("***", "");
        check("Grüße", "\"grüße\"*");
    }

    #[test]
    fn a_cursor_that_no_search_gave_is_refused() {
        for cursor in ["", "-1", "x", "whole.", "whole.x", "other.7", ".7"] {
            assert!(named(cursor).is_err(), "{cursor:?}");
        }
        for cursor in ["0", "50", "whole.7", "begun.7"] {
            assert!(named(cursor).is_ok(), "{cursor:?}");
        }
    }
}
