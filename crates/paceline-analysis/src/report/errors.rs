//! Which errors happened how often. Owns the making alike of messages that differ in ids and
//! numbers only, and a bound on how many kinds are told apart.

use std::collections::HashMap;

use super::model::ErrorRow;

const KINDS_MAX: usize = 1_000;
const ROWS_MAX: usize = 20;
const CHARS_MAX: usize = 160;
const UNSAID: &str = "(no message)";
const OTHER: &str = "(other)";

#[derive(Debug, Default)]
pub(super) struct ErrorCounts {
    kinds: HashMap<(String, String), f64>,
}

impl ErrorCounts {
    pub fn add(&mut self, operation: &str, error: Option<&str>, weight: f64) {
        let text = error.map_or_else(|| UNSAID.to_owned(), alike);
        self.count((operation.to_owned(), text), weight);
    }

    pub fn merge(&mut self, other: Self) {
        let mut kinds: Vec<_> = other.kinds.into_iter().collect();
        kinds.sort_by(|a, b| a.0.cmp(&b.0));
        for (kind, weight) in kinds {
            self.count(kind, weight);
        }
    }

    fn count(&mut self, mut kind: (String, String), weight: f64) {
        if KINDS_MAX <= self.kinds.len() && !self.kinds.contains_key(&kind) {
            kind = (OTHER.to_owned(), OTHER.to_owned());
        }
        *self.kinds.entry(kind).or_default() += weight;
    }

    pub fn into_rows(self) -> Vec<ErrorRow> {
        let row = |((operation, error), count): ((String, String), f64)| ErrorRow {
            operation,
            error,
            count: count.round() as u64,
        };
        let mut rows: Vec<_> = self.kinds.into_iter().map(row).collect();
        rows.sort_by(|a, b| {
            let by_name = (&a.operation, &a.error).cmp(&(&b.operation, &b.error));
            b.count.cmp(&a.count).then(by_name)
        });
        rows.truncate(ROWS_MAX);
        rows
    }
}

/// What stands in backticks becomes `…`, a run of digits `#`.
fn alike(message: &str) -> String {
    let mut text = String::new();
    let (mut quoted, mut in_number) = (false, false);
    for symbol in message.chars() {
        if CHARS_MAX <= text.chars().count() {
            text.push('…');
            break;
        }
        if symbol == '`' {
            text.push_str(if quoted { "…`" } else { "`" });
            quoted = !quoted;
        } else if !quoted {
            let digit = symbol.is_ascii_digit();
            match (digit, in_number) {
                (true, true) => {}
                (true, false) => text.push('#'),
                (false, _) if symbol.is_control() => text.push(' '),
                (false, _) => text.push(symbol),
            }
            in_number = digit;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_that_differ_in_ids_and_numbers_are_one_kind() {
        let check = |message: &str, expected: &str| assert_eq!(alike(message), expected);
        check(
            "task `tsk_1` is held by agent `agt_2`",
            "task `…` is held by agent `…`",
        );
        check(
            "fence 12 is stale, 345 is current",
            "fence # is stale, # is current",
        );
        check("two\nlines", "two lines");
        check("`unclosed 7", "`");
        check("", "");
    }

    #[test]
    fn the_most_frequent_come_first_and_kinds_are_bounded() {
        let mut errors = ErrorCounts::default();
        for kind in 0..3_000 {
            let letters: String = format!("{kind:04}")
                .chars()
                .map(|digit| char::from(b'a' + (digit as u8 - b'0')))
                .collect();
            errors.add("task_claim", Some(&letters), 1.0);
        }
        errors.add("task_claim", None, 2.5);
        assert!(errors.kinds.len() <= KINDS_MAX + 1);
        let rows = errors.into_rows();
        assert_eq!(
            (rows.len(), rows[0].operation.as_str(), rows[0].count),
            (ROWS_MAX, OTHER, 2_003)
        );
    }
}
