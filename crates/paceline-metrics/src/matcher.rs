//! Which series a question means. Owns the four matchers of PromQL and their regular expressions,
//! anchored at both ends and of linear time (crate `regex`); an absent label matches as empty.

use regex::Regex;
use thiserror::Error;

use crate::Labels;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchOp {
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}

#[derive(Clone, Debug)]
pub struct Matcher {
    pub name: String,
    pub op: MatchOp,
    pub value: String,
    regex: Option<Regex>,
}

#[derive(Debug, Error)]
#[error("read the regular expression `{value}` of label `{name}`: {problem}")]
pub struct InvalidMatcher {
    pub name: String,
    pub value: String,
    pub problem: String,
}

impl Matcher {
    /// # Errors
    /// [`InvalidMatcher`] when a regular expression cannot be read or is too large when compiled.
    pub fn new(name: &str, op: MatchOp, value: &str) -> Result<Self, InvalidMatcher> {
        let regex = match op {
            MatchOp::Equal | MatchOp::NotEqual => None,
            MatchOp::Regex | MatchOp::NotRegex => {
                Some(anchored(value).map_err(|problem| InvalidMatcher {
                    name: name.to_owned(),
                    value: value.to_owned(),
                    problem: problem.to_string(),
                })?)
            }
        };
        Ok(Self {
            name: name.to_owned(),
            op,
            value: value.to_owned(),
            regex,
        })
    }

    /// Does a label with this value match? An absent label has the empty value.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        let by_regex = || {
            self.regex
                .as_ref()
                .is_some_and(|regex| regex.is_match(value))
        };
        match self.op {
            MatchOp::Equal => value == self.value,
            MatchOp::NotEqual => value != self.value,
            MatchOp::Regex => by_regex(),
            MatchOp::NotRegex => !by_regex(),
        }
    }

    /// Whether all it asks is that there is such a label (true), or that there is none (false).
    pub(crate) fn asks_presence(&self) -> Option<bool> {
        match (self.op, self.value.as_str()) {
            (MatchOp::NotEqual, "") | (MatchOp::Regex, ".+") => Some(true),
            (MatchOp::Equal, "") | (MatchOp::NotRegex, ".+") => Some(false),
            _ => None,
        }
    }

    #[must_use]
    pub fn matches_labels(&self, labels: &Labels) -> bool {
        self.matches(labels.get(&self.name))
    }
}

/// `.` matches a line's end too, as in Prometheus.
fn anchored(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?s:{pattern})$"))
}

#[cfg(test)]
mod tests {
    use super::{MatchOp, Matcher};

    #[test]
    fn regular_expressions_match_the_whole_value() {
        let check = |op, pattern: &str, value: &str, expected| {
            let matcher = Matcher::new("a", op, pattern).expect("valid");
            assert_eq!(matcher.matches(value), expected, "{pattern} {value:?}");
        };
        check(MatchOp::Regex, "a|b", "a", true);
        check(MatchOp::Regex, "a|b", "ab", false);
        check(MatchOp::Regex, "a.c", "a\nc", true);
        check(MatchOp::Regex, ".*", "", true);
        check(MatchOp::NotRegex, "a.*", "abc", false);
        check(MatchOp::Equal, "", "", true);
        check(MatchOp::NotEqual, "a", "", true);
    }

    #[test]
    fn a_regular_expression_that_explodes_is_refused() {
        assert!(Matcher::new("a", MatchOp::Regex, "(((a{1000}){1000}){1000})").is_err());
        assert!(Matcher::new("a", MatchOp::Regex, "(").is_err());
    }
}
