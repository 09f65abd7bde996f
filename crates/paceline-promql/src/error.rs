//! What can go wrong with a question. Owns the two errors and their names in Prometheus's HTTP API;
//! refuses to say what status code they get.

use paceline_metrics::SourceError;
use thiserror::Error;

/// The text is no PromQL.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{line}:{column}: parse error: {problem}")]
pub struct ParseError {
    /// From 1.
    pub line: usize,
    /// In bytes of the line, from 1.
    pub column: usize,
    pub problem: String,
}

/// How Prometheus's HTTP API calls a failure (`errorType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    BadData,
    Execution,
    Timeout,
    Canceled,
}

impl ErrorKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadData => "bad_data",
            Self::Execution => "execution",
            Self::Timeout => "timeout",
            Self::Canceled => "canceled",
        }
    }
}

/// A question that could be read could not be answered.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The times asked for make no sense together.
    #[error("{0}")]
    BadData(String),
    /// The series do not fit the question; the text is Prometheus's.
    #[error("{0}")]
    Execution(String),
    /// A limit that keeps one question from starving the others.
    #[error("query needs {got} {what}, at most {max} are allowed")]
    TooMuch {
        what: &'static str,
        got: u64,
        max: u64,
    },
    #[error("query timed out")]
    Timeout,
    #[error("query was canceled")]
    Canceled,
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl QueryError {
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::BadData(_) => ErrorKind::BadData,
            Self::Execution(_) | Self::TooMuch { .. } | Self::Source(_) => ErrorKind::Execution,
            Self::Timeout => ErrorKind::Timeout,
            Self::Canceled => ErrorKind::Canceled,
        }
    }
}
