//! Tasks on disk: one file a verb, each `load -> core's verb -> store`.

pub(crate) mod around;
pub(crate) mod cancel;
pub(crate) mod change;
pub(crate) mod claim;
pub(crate) mod complete;
pub(crate) mod enqueue;
pub(crate) mod fail;
mod finish;
pub(crate) mod graph;
pub(crate) mod list;
pub(crate) mod release;
pub(crate) mod renew;
pub(crate) mod row;
pub(crate) mod status;
pub(crate) mod story;
pub(crate) mod sweep;
pub(crate) mod update;
