//! The crate's tests against sources in memory, in one binary.

mod memory;
mod promqltest;
