//! What is pushed: a row has the labels of who measures, one time and many values. Owns the shape
//! in and the account out; refuses to say how it came over the wire.

use serde::Serialize;

use crate::Labels;

/// One time, many values. The series of a value is `labels` plus the value's `name` and `labels`.
#[derive(Clone, Debug)]
pub struct Row {
    /// Of the agent or target; without `__name__`.
    pub labels: Labels,
    /// Milliseconds since 1970 UTC.
    pub at_ms: i64,
    pub values: Vec<RowValue>,
}

#[derive(Clone, Debug)]
pub struct RowValue {
    /// The metric's name and the labels that only this value has (such as `le`), as one set.
    pub key: Labels,
    pub value: f64,
}

/// What became of a push. What was accepted is on disk.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Appended {
    pub accepted: u64,
    /// One entry a refused value: its place is (row, value), in the order of the push.
    pub refused: Vec<Refusal>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub row: usize,
    pub value: usize,
    pub reason: RefusalReason,
}

/// Why a value was not taken; each is counted under its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// The agent has as many metrics as it may have.
    TooManyMetrics,
    /// The engine has as many series as it may have.
    TooManySeries,
    /// More new series a minute than the engine takes in.
    TooMuchChurn,
    TooManyLabels,
    LabelTooLong,
    InvalidName,
    /// Older than the newest sample by more than the out-of-order window.
    TooOld,
    /// Further in the future than clocks differ.
    TooFarAhead,
    /// Another value is stored for the same series and time.
    Conflict,
    /// The series behind a `SeriesRef` went away: resolve it anew and push the sample again.
    UnknownSeries,
}

impl RefusalReason {
    pub const ALL: [Self; 10] = [
        Self::TooManyMetrics,
        Self::TooManySeries,
        Self::TooMuchChurn,
        Self::TooManyLabels,
        Self::LabelTooLong,
        Self::InvalidName,
        Self::TooOld,
        Self::TooFarAhead,
        Self::Conflict,
        Self::UnknownSeries,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooManyMetrics => "too_many_metrics",
            Self::TooManySeries => "too_many_series",
            Self::TooMuchChurn => "too_much_churn",
            Self::TooManyLabels => "too_many_labels",
            Self::LabelTooLong => "label_too_long",
            Self::InvalidName => "invalid_name",
            Self::TooOld => "too_old",
            Self::TooFarAhead => "too_far_ahead",
            Self::Conflict => "conflict",
            Self::UnknownSeries => "unknown_series",
        }
    }
}
