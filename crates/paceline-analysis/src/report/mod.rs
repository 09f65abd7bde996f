//! The report: what happened in a period, beside the one before, in words and numbers. Owns its
//! model, how it is built up from a stream of records, and its renderings; refuses to read anything
//! or to judge what the numbers do not show.

pub mod age;
mod bottlenecks;
mod build;
mod chart;
mod coverage;
mod csv;
mod document;
mod errors;
mod finish;
mod follow;
mod history;
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
mod sentences;
mod slowest;
mod timelines;
mod totals;
mod verdict;
mod words;
mod work;

pub use build::ReportBuilder;
pub use csv::csv;
pub use document::{Column, Document, Section, Table, document};
pub use html::html;
pub use markdown::markdown;
pub use model::Report;
pub use samples::{OperationSample, QualitySample, TaskSample, ToolSample};
