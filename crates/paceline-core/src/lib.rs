//! The rules of coordination, pure. Owns what an agent, a task, a message, a memory entry and an
//! election are and how each may change; refuses clocks, randomness, storage and protocols: time
//! and ids are arguments, and whoever stores the result has applied exactly one [`Transition`]s'
//! worth of change.
//!
//! A verb is a function `(current state, command, now) -> Result<transition, rejection>`.
//!
//! [`Transition`]: task::Transition

pub mod agent;
pub mod alert;
pub mod dependency;
pub mod election;
pub mod id;
pub mod json;
pub mod limits;
pub mod memory;
pub mod message;
pub mod priority;
pub mod quality;
pub mod rejection;
pub mod task;
mod text;
pub mod time;
pub mod tool_call;

pub use id::{AgentId, AssessmentId, ElectionName, MessageId, TaskId};
pub use json::Json;
pub use rejection::Rejection;
pub use time::{Clock, Now, Steady, Timestamp};
