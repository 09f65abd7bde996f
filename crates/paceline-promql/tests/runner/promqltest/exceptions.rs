//! The statements that are not answered yet. Owns the list and the check that a reason is visible.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::script::Eval;
use super::store::Store;

/// `file:line reason`, sorted.
pub struct Exceptions(BTreeMap<(String, usize), String>);

/// Reasons other than this one name what is experimental.
const NATIVE: &str = "native histograms";

const EXPERIMENTAL: &[&str] = &[
    "double_exponential_smoothing",
    "duration expression",
    "end()",
    "fill",
    "histogram_quantiles",
    "info()",
    "limit_ratio",
    "limitk",
    "mad_over_time",
    "max_of",
    "min_of",
    "range()",
    "sort_by_label",
    "start()",
    "step()",
    "ts_of_first_over_time",
    "ts_of_last_over_time",
    "ts_of_max_over_time",
    "ts_of_min_over_time",
];

/// Functions of native histograms alone.
const OF_NATIVE: &[&str] = &[
    "histogram_avg(",
    "histogram_count(",
    "histogram_stddev(",
    "histogram_stdvar(",
    "histogram_sum(",
];

impl Exceptions {
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let lines = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        Self(
            lines
                .map(|line| {
                    let (place, reason) = line.split_once(' ').expect("a reason");
                    let (file, line) = place.split_once(':').expect("a line");
                    let line = line.parse().expect("a number");
                    ((file.to_owned(), line), reason.trim().to_owned())
                })
                .collect(),
        )
    }

    pub fn take(&mut self, file: &str, line: usize) -> Option<String> {
        self.0.remove(&(file.to_owned(), line))
    }

    pub fn unused(self) -> impl Iterator<Item = String> {
        self.0
            .into_keys()
            .map(|(file, line)| format!("{file}:{line} is excepted, but no statement is there"))
    }
}

pub fn is_visible(reason: &str, eval: &Eval, store: &Store) -> bool {
    if reason == NATIVE {
        return reads_native(eval, store);
    }
    let name = reason.trim_end_matches(')');
    EXPERIMENTAL.contains(&reason) && eval.query.contains(name)
}

/// A histogram in what is expected, a function of histograms, or a selector that finds one.
fn reads_native(eval: &Eval, store: &Store) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let query = &eval.query;
    let names_one = query
        .split(|c| !is_word(c))
        .any(|word| store.histograms.contains(word));
    let may_find_any = query.contains("__name__")
        || query
            .match_indices('{')
            .any(|(at, _)| !query[..at].ends_with(is_word));
    eval.lines
        .iter()
        .any(|line| line.contains("{{") || line.contains("{count:"))
        || OF_NATIVE.iter().any(|function| query.contains(function))
        || names_one
        || (may_find_any && !store.histograms.is_empty())
}
