//! One file, or one folder, a command. Owns nothing but the list.

pub mod agent;
pub mod election;
pub mod feature;
pub mod memory;
pub mod message;
pub mod quality;
pub mod task;
pub mod tool_call;
