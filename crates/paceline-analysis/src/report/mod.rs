//! The report: what happened in a period, beside the one before, in words and numbers. Owns its
//! model, how it is built up from a stream of records, and its renderings; refuses to read anything
//! or to judge what the numbers do not show.

mod build;
mod csv;
mod document;
mod errors;
mod html;
mod markdown;
pub mod model;
mod named;
mod slowest;
mod totals;
mod verdict;
mod words;

pub use build::{OperationSample, QualitySample, ReportBuilder, ToolSample};
pub use csv::csv;
pub use html::html;
pub use markdown::markdown;
pub use model::Report;
