//! Agents on disk: one file a verb.

pub(crate) mod leave;
pub(crate) mod list;
pub(crate) mod register;
pub(crate) mod row;
pub(crate) mod update;
