//! Where series come from. Owns the seam between questions and storage: the embedded engine and a
//! remote cluster both answer it. A selection is handed over series by series, so that whoever asks
//! decides how much is in memory at once.

use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Labels, Matcher};

/// Milliseconds since 1970 UTC, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    pub from_ms: i64,
    pub to_ms: i64,
}

/// One question for series.
#[derive(Clone, Debug)]
pub struct Select {
    /// All must match; at least one must refuse the empty value.
    pub matchers: Vec<Matcher>,
    pub range: TimeRange,
    /// The distance between the evaluated points; 0 for an instant. Lets a source answer a long
    /// range from rollups when no window is shorter than their step.
    pub step_ms: i64,
    /// The window of a range selector, or the lookback of an instant one.
    pub window_ms: i64,
    /// The function that reads the selection (`rate`, `max_over_time`, ...), where there is one:
    /// it decides which column of a rollup answers.
    pub function: Option<&'static str>,
    /// Of each series the newest sample in the range is all that is looked at, a staleness marker
    /// included: a source may leave out the others.
    pub is_newest_enough: bool,
}

/// One series with its samples in the range, oldest first, each time once.
#[derive(Clone, Debug)]
pub struct Series {
    pub labels: Labels,
    /// Shared between the series that were pushed in the same rows.
    pub timestamps: Arc<[i64]>,
    /// As many as `timestamps`; a staleness marker is one of them.
    pub values: Vec<f64>,
}

/// What a selection was answered from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    #[default]
    Raw,
    FiveMinutes,
    OneHour,
}

pub type SelectIter<'s> = Box<dyn Iterator<Item = Result<Series, SourceError>> + 's>;

pub struct Selection<'s> {
    pub resolution: Resolution,
    /// Told with the answer, such as damage that was passed over. Complete only when the series
    /// have been read: keep a clone, and ask it afterwards.
    pub warnings: Warnings,
    /// In no particular order, each series once.
    pub series: SelectIter<'s>,
}

/// What a selection passed over, each text once, at most [`Warnings::MAX`] of them.
#[derive(Clone, Debug, Default)]
pub struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    pub const MAX: usize = 32;

    pub fn add(&self, text: String) {
        let mut all = self.0.lock();
        if all.len() < Self::MAX && !all.contains(&text) {
            all.push(text);
        }
    }

    /// Those told so far.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        self.0.lock().clone()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricKind {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Unknown,
}

/// What is known of a metric's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    pub kind: MetricKind,
    pub unit: String,
    pub description: String,
}

#[derive(Debug, Error)]
pub enum SourceError {
    /// A limit that keeps one question from starving the others.
    #[error("select series: {what} is {got}, at most {max} are allowed")]
    TooMuch {
        what: &'static str,
        got: u64,
        max: u64,
    },
    #[error("read `{place}`: {problem}")]
    Damaged { place: String, problem: String },
    #[error("read series: {0}")]
    Io(#[from] std::io::Error),
    /// A remote source did not answer.
    #[error("ask `{url}`: {problem}")]
    Remote { url: String, problem: String },
}

/// The embedded engine or a remote cluster. Calls block; whoever must not block asks on a thread
/// of its own, and stops by dropping the iterator.
pub trait SeriesSource: Send + Sync {
    /// # Errors
    /// [`SourceError`] when nothing can be answered; one unreadable place is a warning instead.
    fn select<'s>(&'s self, select: &Select) -> Result<Selection<'s>, SourceError>;

    /// The labels of every series that matches one of the sets and has a sample in the range, at
    /// most `limit` (0: no limit). No set at all means every series.
    ///
    /// # Errors
    /// As for `select`.
    fn series(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
        limit: usize,
    ) -> Result<Vec<Labels>, SourceError>;

    /// Sorted, each once.
    ///
    /// # Errors
    /// As for `select`.
    fn label_names(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<Vec<String>, SourceError>;

    /// Sorted, each once.
    ///
    /// # Errors
    /// As for `select`.
    fn label_values(
        &self,
        name: &str,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<Vec<String>, SourceError>;

    /// By metric name, sorted.
    ///
    /// # Errors
    /// As for `select`.
    fn metadata(&self) -> Result<Vec<(String, Metadata)>, SourceError>;
}
