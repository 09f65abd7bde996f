//! The reports that are kept in a data directory, one a month: `reports/2026-10.json` and its page.
//! Owns their names and a write that leaves a whole file or none; refuses to decide when.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use paceline_analysis::Report;
use paceline_analysis::report::html;

const FOLDER: &str = "reports";
/// What a write leaves behind when the machine stops in its middle; never read.
const UNFINISHED: &str = "tmp";

/// Why a report could not be kept; nothing half-written is left in its place.
#[derive(Debug, thiserror::Error)]
#[error("write the report `{}`: {problem}", .path.display())]
pub struct KeepError {
    path: PathBuf,
    problem: io::Error,
}

impl KeepError {
    /// Whether there was no room.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.problem.kind() == io::ErrorKind::StorageFull
    }
}

/// Whether a month's report is there.
#[must_use]
pub fn is_kept(data_dir: &Path, month: &str) -> bool {
    path(data_dir, month, "json").exists()
}

/// Where a month's report is, when there is one.
pub fn place(data_dir: &Path, month: &str) -> PathBuf {
    path(data_dir, month, "json")
}

/// Months with a report, oldest first.
#[must_use]
pub fn kept_months(data_dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(data_dir.join(FOLDER)) else {
        return Vec::new();
    };
    let month = |entry: io::Result<fs::DirEntry>| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        let month = name.strip_suffix(".json")?.to_owned();
        paceline_analysis::Period::month(&month)
            .is_ok()
            .then_some(month)
    };
    let mut months: Vec<String> = entries.filter_map(month).collect();
    months.sort();
    months
}

/// The newest report of a month that ended no later than `before_ms`, or why it cannot be read.
pub(super) fn last_kept(data_dir: &Path, before_ms: i64) -> Option<Result<Report, String>> {
    let ended = |month: &String| {
        let period = paceline_analysis::Period::month(month);
        period.is_ok_and(|period| period.to.0 <= before_ms)
    };
    let month = kept_months(data_dir).into_iter().rfind(ended)?;
    let read = fs::read(path(data_dir, &month, "json"))
        .map_err(|error| error.to_string())
        .and_then(|text| serde_json::from_slice(&text).map_err(|error| error.to_string()));
    Some(read.map_err(|problem| format!("The kept report of {month} cannot be read: {problem}.")))
}

/// Both forms of a month's report, written in full but not yet in place.
pub struct Written {
    pages: Vec<(PathBuf, PathBuf)>,
}

/// Writes and syncs both forms under names that nobody reads.
///
/// # Errors
/// [`KeepError`], with the folder as it was.
pub fn write(data_dir: &Path, month: &str, report: &Report) -> Result<Written, KeepError> {
    let folder = data_dir.join(FOLDER);
    let about = |path: &Path| {
        let path = path.to_owned();
        move |problem| KeepError { path, problem }
    };
    fs::create_dir_all(&folder).map_err(about(&folder))?;
    let json = serde_json::to_vec_pretty(report).map_err(io::Error::other);
    let json = json.map_err(about(&path(data_dir, month, "json")))?;
    let mut written = Written { pages: Vec::new() };
    for (extension, text) in [("html", html(report).into_bytes()), ("json", json)] {
        let place = path(data_dir, month, extension);
        let unfinished = folder.join(format!("{month}.{extension}.{UNFINISHED}"));
        written.pages.push((unfinished.clone(), place.clone()));
        write_whole(&unfinished, &text).map_err(about(&place))?;
    }
    Ok(written)
}

impl Written {
    /// Puts them in place, the JSON last: it is what says that a month is done.
    ///
    /// # Errors
    /// [`KeepError`] when a rename fails.
    pub fn put_in_place(mut self) -> Result<PathBuf, KeepError> {
        let pages = std::mem::take(&mut self.pages);
        let mut last = PathBuf::new();
        for (unfinished, place) in pages {
            fs::rename(&unfinished, &place).map_err(|problem| KeepError {
                path: place.clone(),
                problem,
            })?;
            last = place;
        }
        // A rename is safe once its folder is.
        if let Some(folder) = last.parent() {
            let synced = File::open(folder).and_then(|folder| folder.sync_all());
            synced.map_err(|problem| KeepError {
                path: last.clone(),
                problem,
            })?;
        }
        Ok(last)
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        for (unfinished, _) in &self.pages {
            // Nothing is there when it is the write that failed.
            drop(fs::remove_file(unfinished));
        }
    }
}

/// Writes a file whole or not at all: what was there before stays until the new one is on disk.
///
/// # Errors
/// When it cannot be written; nothing is left of it then.
pub fn write_file(path: &Path, text: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        // A pipe or a terminal: nothing can be renamed over it.
        return fs::write(path, text);
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{UNFINISHED}"));
    let unfinished = path.with_file_name(name);
    let written = write_whole(&unfinished, text).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        drop(fs::remove_file(&unfinished));
    }
    written
}

fn write_whole(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn path(data_dir: &Path, month: &str, extension: &str) -> PathBuf {
    data_dir.join(FOLDER).join(format!("{month}.{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder.join(FOLDER)).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_report_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let report = Report::default();
        drop(write(folder.path(), "2026-09", &report).unwrap());
        assert_eq!(names(folder.path()), Vec::<String>::new());
        let place = write(folder.path(), "2026-10", &report)
            .unwrap()
            .put_in_place()
            .unwrap();
        assert!(place.ends_with("2026-10.json") && is_kept(folder.path(), "2026-10"));
        assert_eq!(names(folder.path()), ["2026-10.html", "2026-10.json"]);
        assert_eq!(kept_months(folder.path()), ["2026-10"]);
        let later = paceline_analysis::Period::month("2026-11").unwrap();
        let read = last_kept(folder.path(), later.from.0).unwrap();
        assert_eq!(read.unwrap(), report);
        assert!(last_kept(folder.path(), later.from.0 - 1).is_none());
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join(FOLDER),
            "a file where the folder would be",
        )
        .unwrap();
        let error = write(folder.path(), "2026-10", &Report::default())
            .err()
            .unwrap();
        assert!(error.to_string().contains("reports"), "{error}");
    }

    #[test]
    fn damage_is_told_and_stops_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(FOLDER)).unwrap();
        fs::write(path(folder.path(), "2026-10", "json"), "{").unwrap();
        let told = last_kept(folder.path(), i64::MAX).unwrap().unwrap_err();
        assert!(
            told.contains("2026-10") && told.contains("cannot be read"),
            "{told}"
        );
    }
}
