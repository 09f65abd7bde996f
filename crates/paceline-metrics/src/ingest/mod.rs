//! The way in. Owns the queue, the writer's thread and the order in which a push is checked,
//! logged, synced, stored and answered; refuses to know files and questions.

mod hot;
mod queue;
mod restore;
mod runs;
mod store;
mod thread;

pub(crate) use hot::{BLOCK_MS, Hot};
pub(crate) use queue::{Push, Queue};
pub(crate) use restore::Restore;
pub(crate) use thread::Writer;
