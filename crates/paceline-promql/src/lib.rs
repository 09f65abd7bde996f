//! The questions. Owns PromQL: reading, checking and evaluating it over a source of series; knows
//! labels, matchers and samples, and refuses to know storage, HTTP, clocks or threads.
//!
//! ```text
//! text -> parse (depth bounded) -> Node -> eval, a series at a time over all steps -> Answer
//!                                            |
//!                                   SeriesSource::select
//! ```

mod answer;
mod duration;
mod error;
mod eval;
mod format;
mod options;
mod parse;
mod pretty;
mod query;

pub use answer::{Answer, MatrixSeries, Point, Stats, Value, ValueKind, VectorSample};
pub use duration::parse_duration_ms;
pub use error::{ErrorKind, ParseError, QueryError};
pub use format::format_value;
pub use options::{Cancel, CancelOnDrop, Clock, Options, Stopped};
pub use query::{Compared, Query, RangeSteps, parse_selector};
