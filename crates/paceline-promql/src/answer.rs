//! What a question is answered with. Owns the four kinds of values and what is told beside them;
//! refuses to know JSON.

use std::time::Duration;

use paceline_metrics::{Labels, Resolution};

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    Scalar,
    String,
    /// An instant vector.
    Vector,
    /// A range vector.
    Matrix,
}

impl ValueKind {
    /// `resultType` in the HTTP API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::String => "string",
            Self::Vector => "vector",
            Self::Matrix => "matrix",
        }
    }

    /// In Prometheus's error messages.
    #[must_use]
    pub(crate) fn documented(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::String => "string",
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
        }
    }
}

/// A range query answers with a matrix, always; an instant one with the expression's kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Scalar(Point),
    String {
        at_ms: i64,
        text: String,
    },
    /// Sorted by labels, unless the question sorts.
    Vector(Vec<VectorSample>),
    /// Sorted by labels; no series without points.
    Matrix(Vec<MatrixSeries>),
}

impl Value {
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Scalar(_) => ValueKind::Scalar,
            Self::String { .. } => ValueKind::String,
            Self::Vector(_) => ValueKind::Vector,
            Self::Matrix(_) => ValueKind::Matrix,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub at_ms: i64,
    pub value: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct VectorSample {
    pub labels: Labels,
    pub point: Point,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MatrixSeries {
    pub labels: Labels,
    /// Oldest first.
    pub points: Vec<Point>,
}

/// What the answer took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Samples that functions and selectors read, a sample once for every step that read it.
    pub samples: u64,
    /// Series that the source handed over.
    pub series: u64,
    /// Samples in memory at one time.
    pub samples_peak: u64,
    /// In the source, fetching series.
    pub fetch: Duration,
    /// Everything, `fetch` included.
    pub total: Duration,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub value: Value,
    /// Full texts, `PromQL warning: ... (line:column)`; each once, in the order they came up.
    pub warnings: Vec<String>,
    /// As `warnings`, with `PromQL info: `.
    pub infos: Vec<String>,
    pub stats: Stats,
    /// The coarsest that any selector was answered from.
    pub resolution: Resolution,
}
