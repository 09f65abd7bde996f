//! Prometheus's rule files. Owns finding, bounding and reading them, and telling every mistake with its line;
//! refuses to evaluate a rule, and to give a part of a file that has a mistake.
//!
//! What is read here is what Prometheus reads ("Recording rules", "Alerting rules", documentation of
//! version 3), and a little less: a rule whose expression is no instant vector or scalar, two rules of a
//! group with one name and the same labels, and a template in a recording rule's labels are refused,
//! because none of them can work.

mod find;
mod read;
mod yaml;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

use paceline_analysis::alerts::Template;
use paceline_promql::Query;

pub use find::Found;

/// Of all files together.
pub const RULES_MAX: usize = 10_000;
pub const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
pub const FILES_MAX: usize = 1_000;

/// A file without a mistake.
#[derive(Clone, Debug)]
pub struct RuleFile {
    pub path: PathBuf,
    pub groups: Vec<Group>,
}

/// Rules that are evaluated in their order, at one moment.
#[derive(Clone, Debug)]
pub struct Group {
    /// Of its own in the file.
    pub name: String,
    /// None: as often as all.
    pub interval_ms: Option<i64>,
    /// So far in the past they are evaluated.
    pub query_offset_ms: Option<i64>,
    /// A rule with more alerts or series than so many fails.
    pub limit: Option<u64>,
    pub rules: Vec<FileRule>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleKind {
    Alert,
    Record,
}

#[derive(Clone, Debug)]
pub struct FileRule {
    pub kind: RuleKind,
    /// Of the alert, or of the series.
    pub name: String,
    /// An instant vector or a scalar.
    pub expr: Query,
    /// 0 for a series, like the next.
    pub for_ms: i64,
    pub keep_firing_for_ms: i64,
    /// With those of the group; a series' have no places to fill.
    pub labels: BTreeMap<String, Template>,
    pub annotations: BTreeMap<String, Template>,
    /// Where it begins, from 1.
    pub line: usize,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{}:{line}: {message}", path.display())]
pub struct FileError {
    pub path: PathBuf,
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// All rule files at these paths, which are files or folders; one that is not there holds none.
#[must_use]
pub fn read(paths: &[PathBuf]) -> (Vec<RuleFile>, Vec<FileError>) {
    Found::gather(paths).read()
}
