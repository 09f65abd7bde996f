//! One file, or one folder, a command. Owns nothing but the list.

pub mod agent;
pub mod alert;
pub mod anomaly;
pub mod bench;
pub mod demo;
pub mod doctor;
pub mod election;
pub mod export;
pub mod feature;
pub mod import;
pub mod mcp;
pub mod memory;
pub mod message;
pub mod metric;
pub mod quality;
pub mod query;
pub mod report;
pub mod serve;
pub mod task;
pub mod token;
pub mod tool_call;
pub mod top;
