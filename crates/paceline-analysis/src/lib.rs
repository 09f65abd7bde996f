//! The judgement: pure functions over numbers. Owns summaries, periods and the report's model with
//! its renderings; refuses clocks, files, stores and protocols: times come in as milliseconds since
//! 1970, records as plain values, and the same input gives the same bytes.

pub mod instant;
pub mod period;
pub mod report;
pub mod summary;

pub use instant::Instant;
pub use period::{Period, PeriodError};
pub use report::{Report, ReportBuilder};
