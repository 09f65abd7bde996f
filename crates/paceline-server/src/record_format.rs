//! The record on disk: one line of `perf-metrics.jsonl` and of `tool-timing.jsonl`, and the reading
//! of such files. Owns the shape of a line in both directions; refuses to know when files rotate
//! (the recorder does) and what the numbers mean (the analysis does).
//!
//! Every field of the contract is written, in one order, `null` where nothing is known. On reading,
//! an absent optional field and `null` are the same, unknown fields are passed over, and a line
//! that cannot be used is counted with its file, number and reason instead of stopping anything.

mod files;
mod lines;
mod perf;
mod quick;
mod tool;
mod write;

pub use files::{PERF_METRICS, PERF_METRICS_IMPORTED, TOOL_TIMING, record_files};
pub use lines::{BadLine, BadLines, LineError, read_lines, read_lines_from};
pub use perf::{PerfRecord, StagesMs, read_perf};
pub use tool::{ToolRecord, read_tools};
