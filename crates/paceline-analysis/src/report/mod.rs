//! The report: what happened in a period, beside the one before, in words and numbers. Owns its
//! model, how it is built up from a stream of records, and its renderings; refuses to read anything
//! or to judge what the numbers do not show. Imports point one way:
//!
//! ```text
//! model <- history, totals, judge <- gathered <- figures, bottlenecks, rules, verdict <- finish <- build
//!   ^------ document <- html (chart), markdown, csv
//! ```

pub mod age;
mod bottlenecks;
mod build;
mod chart;
mod coverage;
mod csv;
mod document;
mod errors;
mod escape;
mod figures;
mod finish;
mod follow;
mod gathered;
pub(crate) mod history;
mod html;
mod intervals;
mod judge;
mod markdown;
pub mod model;
mod named;
mod recommend;
mod reproduce;
mod rules;
mod samples;
mod scope;
mod sentences;
mod slowest;
mod timelines;
mod totals;
mod verdict;
pub(crate) mod words;
mod work;

pub use build::ReportBuilder;
pub use csv::csv;
pub use document::{Column, Document, Section, Table, document};
pub use html::html;
pub use markdown::markdown;
pub use model::Report;
pub use samples::{OperationSample, QualitySample, TaskSample, ToolSample};
