//! The judgement: pure functions over numbers. Owns summaries, periods and the report's model with
//! its renderings; refuses clocks, files, stores and protocols: times come in as milliseconds since
//! 1970, records as plain values, and the same input gives the same bytes.

pub mod alerts;
pub mod anomaly;
mod autocorrelation;
pub mod benchmark;
pub mod bottleneck;
pub mod change_points;
pub mod compare;
pub mod correlation;
pub mod false_discovery;
pub mod growth;
pub mod instant;
mod normal;
pub mod period;
#[cfg(test)]
mod random;
mod rank_sum;
pub mod ranking;
pub mod report;
pub mod robust;
pub mod summary;
mod theil_sen;
pub mod tools;
pub mod trend;

pub use bottleneck::{Bottlenecks, OperationTime, Stage, bottlenecks};
pub use change_points::{
    ChangeOptions, ChangePoint, Changes, Level, change_points, change_points_with,
};
pub use compare::{Comparison, Measure, Pair, Verdict, compare, compare_all, compare_rates};
pub use correlation::{Link, Together, slow_together};
pub use growth::{Growth, GrowthVerdict, growth};
pub use instant::Instant;
pub use period::{Period, PeriodError};
pub use report::{Report, ReportBuilder};
pub use trend::{Trend, TrendVerdict, drift, trend};
