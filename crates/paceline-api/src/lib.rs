//! The wire: every request, response, error code and operation name that Paceline speaks.
//!
//! Owns names and shapes, with their schemas. Refuses logic: limits, defaults and rules belong to
//! the core, status lines and headers to the server.
//!
//! Requests refuse unknown fields, so that a misspelt option is an error and not a surprise.
//! Responses accept them, so that an older client reads a newer server.

pub mod agent;
pub mod agent_history;
pub mod agent_performance;
pub mod alert;
pub mod alert_rule;
pub mod anomaly;
pub mod benchmark;
pub mod election;
pub mod error;
pub mod feature;
pub mod guard;
pub mod json;
pub mod kept;
pub mod live;
pub mod live_topic;
pub mod memory;
pub mod message;
pub mod metric;
pub mod operation;
pub mod page;
pub mod perf;
pub mod prometheus;
pub mod quality;
pub mod recipient;
pub mod schema;
pub mod task;
pub mod task_story;
pub mod task_write;
pub mod time;
pub mod tool_call;

pub use agent::*;
pub use agent_history::*;
pub use agent_performance::*;
pub use alert::*;
pub use alert_rule::*;
pub use anomaly::*;
pub use benchmark::*;
pub use election::*;
pub use error::*;
pub use feature::*;
pub use guard::Guarded;
pub use json::StrictJson;
pub use kept::*;
pub use live::*;
pub use live_topic::*;
pub use memory::*;
pub use message::*;
pub use metric::*;
pub use operation::Operation;
pub use page::Page;
pub use perf::*;
pub use quality::*;
pub use recipient::Recipient;
pub use schema::{input_schema, output_schema};
pub use task::*;
pub use task_story::*;
pub use task_write::*;
pub use time::Timestamp;
pub use tool_call::*;
