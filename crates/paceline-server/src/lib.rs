//! The shell around the rules: the only crate with servers, clocks and randomness. Owns how a
//! request becomes a measured operation and how its answer leaves; refuses to decide anything that
//! `paceline-core` decides or to store anything itself.

pub mod alerts;
pub mod anomalies;
pub mod auth;
mod benchmarks;
pub mod clock;
pub mod config;
mod dashboard;
pub mod export;
pub mod forward;
pub mod http;
pub mod ids;
pub mod import;
pub mod ingest;
pub mod inspect;
pub mod live;
pub mod maintenance;
pub mod mcp;
pub mod metrics;
pub mod notify;
pub mod operations;
pub mod record_format;
pub mod recorder;
pub mod report;
pub mod rule_files;
pub mod run;
pub mod tokens;
