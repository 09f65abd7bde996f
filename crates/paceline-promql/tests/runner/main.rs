//! The crate's tests against sources in memory, in one binary.

mod layout;
mod limits;
mod memory;
mod parsing;
mod promqltest;
mod properties;
mod questions;
mod range_bounds;
