//! Shared memory on disk: versioned entries and a full-text index over them.

pub(crate) mod delete;
mod matching;
pub(crate) mod namespaces;
pub(crate) mod row;
pub(crate) mod search;
pub(crate) mod set;
