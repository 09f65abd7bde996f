//! Elections on disk: one row an election, one row a term.

pub(crate) mod office;
pub(crate) mod row;
