//! Which files of a data directory hold records. Owns their names and the choice by time; refuses
//! to open them.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use paceline_core::Timestamp;

/// Before `.jsonl` for the file being written, before `-DATE….jsonl.gz` for those put away.
pub const PERF_METRICS: &str = "perf-metrics";
/// What an import brought; never rotated.
pub const PERF_METRICS_IMPORTED: &str = "perf-metrics-imported";
pub const TOOL_TIMING: &str = "tool-timing";

const DAY_MS: i64 = 86_400_000;

/// The files of one kind that can hold records of `from` (inclusive) to `to` (exclusive), oldest
/// first. A file put away is named after the day it covers; one day of slack on either side allows
/// for a rotation that came late.
///
/// # Errors
/// When the directory cannot be listed.
pub fn record_files(
    folder: &Path,
    stem: &str,
    from: Timestamp,
    to: Timestamp,
) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name
            .to_str()
            .is_some_and(|name| may_hold(name, stem, from, to))
        {
            files.push(entry.path());
        }
    }
    // The live file sorts after the dated ones of its kind, `-` being before `.`.
    files.sort();
    drop_packed_originals(&mut files);
    Ok(files)
}

/// While a day is being put away, and after a crash just then, it is there plain and packed; the
/// packed one appears only when it is whole.
fn drop_packed_originals(files: &mut Vec<PathBuf>) {
    let packed: HashSet<PathBuf> = files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "gz"))
        .map(|file| file.with_extension(""))
        .collect();
    files.retain(|file| !packed.contains(file));
}

fn may_hold(name: &str, stem: &str, from: Timestamp, to: Timestamp) -> bool {
    let Some(rest) = name.strip_prefix(stem) else {
        return false;
    };
    if rest == ".jsonl" {
        return true;
    }
    let dated = rest
        .strip_suffix(".jsonl.gz")
        .or_else(|| rest.strip_suffix(".jsonl"));
    let Some(date) = dated.and_then(|dated| dated.strip_prefix('-')) else {
        return false;
    };
    match day_of(date) {
        Some(day) => from.0 < day + 2 * DAY_MS && day - DAY_MS < to.0,
        None => false,
    }
}

/// Midnight of the date that a name begins with.
fn day_of(text: &str) -> Option<i64> {
    let date = text.get(..10)?;
    let midnight: paceline_api::Timestamp = format!("{date}T00:00:00Z").parse().ok()?;
    Some(midnight.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_plain_and_packed_is_read_once() {
        let mut files: Vec<PathBuf> = ["a.jsonl", "a.jsonl.gz", "b.jsonl"]
            .map(PathBuf::from)
            .into();
        drop_packed_originals(&mut files);
        assert_eq!(files, ["a.jsonl.gz", "b.jsonl"].map(PathBuf::from));
    }

    #[test]
    fn files_are_chosen_by_kind_and_day() {
        let at = |text: &str| Timestamp(text.parse::<paceline_api::Timestamp>().unwrap().0);
        let (from, to) = (at("2026-10-05T00:00:00Z"), at("2026-10-07T00:00:00Z"));
        let check = |name: &str, expected: bool| {
            assert_eq!(may_hold(name, PERF_METRICS, from, to), expected, "{name}");
        };
        check("perf-metrics.jsonl", true);
        check("perf-metrics-2026-10-02.jsonl.gz", false);
        check("perf-metrics-2026-10-04.jsonl.gz", true);
        check("perf-metrics-2026-10-05.jsonl.gz", true);
        check("perf-metrics-2026-10-06T12-00-00.jsonl.gz", true);
        check("perf-metrics-2026-10-06.2.jsonl", true);
        check("perf-metrics-2026-10-08.jsonl.gz", false);
        check("perf-metrics-imported.jsonl", false);
        check("perf-metrics-2026-10-05.jsonl.gz.tmp", false);
        check("tool-timing.jsonl", false);
    }
}
