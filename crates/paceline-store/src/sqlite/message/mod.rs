//! Messages on disk: an append-only log, streams as an index over it, readers as cursors.

pub(crate) mod cursor;
pub(crate) mod read;
pub(crate) mod send;
pub(crate) mod stream;
