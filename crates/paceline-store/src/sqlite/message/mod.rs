//! Messages on disk: an append-only log, streams as an index over it, readers as cursors.

mod audience;
pub(crate) mod cursor;
pub(crate) mod list;
pub(crate) mod read;
mod row;
pub(crate) mod send;
pub(crate) mod stream;
