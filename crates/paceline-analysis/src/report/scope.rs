//! What is judged at all. Owns the number of records below which a change means nothing, and the names
//! of what nobody asked for; refuses to judge.

/// Records on each side before a change means something.
pub(super) const ENOUGH: u64 = 100;
/// Measured between two calls rather than by one: their length is somebody's choice.
pub(super) const WAITS: [&str; 2] = ["message_deliver", "leader_failover"];
