//! What was answered, on disk. Owns segments of checksummed frames, their sync and their replay;
//! refuses to answer: that is the writer's thread, after the sync.

mod body;
mod frame;
mod replay;
mod segment_file;
mod writer;

pub(crate) use body::{Body, RunBody, SchemaBody, put_labels, take_labels};
pub(crate) use frame::{HEADER as FRAME_HEADER, frame_len, next_frame, put_frame};
pub use replay::Recovery;
pub(crate) use replay::replay;
pub(crate) use segment_file::sync_dir;
pub(crate) use writer::LogWriter;
