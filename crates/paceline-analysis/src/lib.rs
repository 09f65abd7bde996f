//! The judgement: pure functions over numbers. Owns summaries, periods and the report's model with
//! its renderings; refuses clocks, files, stores and protocols: times come in as milliseconds since
//! 1970, records as plain values, and the same input gives the same bytes.

pub mod compare;
pub mod false_discovery;
pub mod growth;
pub mod instant;
mod normal;
pub mod period;
#[cfg(test)]
mod random;
mod rank_sum;
pub mod report;
pub mod robust;
pub mod summary;
mod theil_sen;

pub use compare::{Comparison, Measure, Pair, Verdict, compare, compare_all, compare_rates};
pub use growth::{Growth, GrowthVerdict, growth};
pub use instant::Instant;
pub use period::{Period, PeriodError};
pub use report::{Report, ReportBuilder};
