//! A typed async client: one method per route of the coordination server.
//!
//! Owns how requests travel: pooling, tokens, timeouts, retries. Refuses to know rules: what is
//! allowed, and why not, is the server's answer.
//!
//! [`Client`] is for programs; it pools connections and repeats what is safe to repeat.
//! [`Live`] is the live feed.
//! [`Connection`] is for load generation: one connection, no retries, no decoding.

mod agents;
mod alerts;
mod connection;
mod elections;
mod encode;
mod error;
mod live;
mod memory;
mod messages;
mod metrics;
mod prometheus;
mod quality;
mod records;
mod service;
mod tasks;
mod transport;

pub use bytes::Bytes;
pub use connection::Connection;
pub use error::ClientError;
pub use http::{Method, StatusCode};
pub use live::Live;
pub use transport::Client;
