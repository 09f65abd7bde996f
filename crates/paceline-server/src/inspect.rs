//! Checks of a data directory that need no server. Owns what of the record is readable; the store
//! checks its own file. Changes nothing.

mod metrics;

use std::io;
use std::path::Path;

use paceline_core::Timestamp;

use crate::record_format::{
    BadLines, PERF_METRICS, PERF_METRICS_IMPORTED, read_perf, record_files,
};

pub use metrics::{MetricsInspection, inspect_metrics};
pub use paceline_store::sqlite::{Inspection, inspect};

/// What a full reading of the record found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordInspection {
    pub lines: u64,
    pub bad: BadLines,
    /// Files that could not be read at all, with the reason.
    pub unreadable: Vec<String>,
}

/// Reads every line of the operations' record.
///
/// # Errors
/// When the directory cannot be listed.
pub fn inspect_record(data: &Path) -> io::Result<RecordInspection> {
    let (first, last) = (Timestamp(i64::MIN), Timestamp(i64::MAX));
    let mut found = RecordInspection::default();
    for stem in [PERF_METRICS_IMPORTED, PERF_METRICS] {
        for file in record_files(data, stem, first, last)? {
            match read_perf(&file, &mut found.bad, |_| {}) {
                Ok(lines) => found.lines += lines,
                Err(error) => found
                    .unreadable
                    .push(format!("{}: {error}", file.display())),
            }
        }
    }
    Ok(found)
}
