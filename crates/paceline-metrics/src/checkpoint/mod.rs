//! The head on disk, so that the log behind it may go. Owns the file `checkpoint`, which holds what
//! the log's segments before a number have brought; refuses to be half there: written, synced,
//! renamed. `docs/format/metrics-log.md` draws it.
//!
//! Samples cost eight bytes in the log and about one here, and are not packed again at the start.

mod read;
mod write;

pub(crate) use read::read_checkpoint;
pub(crate) use write::write_checkpoint;

const NAME: &str = "checkpoint";
const NEW: &str = "checkpoint.new";

const KEYS: u8 = 1;
const SCHEMA: u8 = 2;
const SEGMENT: u8 = 3;
const LATE: u8 = 4;
const START: u8 = 5;
const END: u8 = 6;

const VERSION: u64 = 1;
