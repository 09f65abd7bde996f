//! Reading all metrics of a data directory, as a server would. Owns a view of the folder in which
//! an engine can be opened without touching the original: blocks are linked, what an engine cuts or
//! rewrites at its start is copied.

use std::fs;
use std::io;
use std::path::Path;

use paceline_metrics::{
    Engine, EngineOptions, MatchOp, Matcher, Select, SeriesSource, SourceError, TimeRange,
};

use crate::metrics::METRICS_DIR;

/// What a full reading of the metrics found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricsInspection {
    pub series: u64,
    pub samples: u64,
    pub bytes: u64,
    /// Damaged places; what is around them is served.
    pub problems: Vec<String>,
}

/// `view` is an empty directory that the caller deletes. `None`: there are no metrics.
///
/// # Errors
/// When the folder cannot be read, or the view not be made.
pub fn inspect_metrics(
    data: &Path,
    view: &Path,
    now_ms: i64,
) -> io::Result<Option<MetricsInspection>> {
    let original = data.join(METRICS_DIR);
    if !original.is_dir() {
        return Ok(None);
    }
    let mut found = MetricsInspection::default();
    mirror(&original, view, &mut found.bytes)?;
    match Engine::open(EngineOptions::new(view), now_ms) {
        Ok(engine) => read_all(&engine, &mut found, now_ms),
        Err(error) => found.problems.push(error.to_string()),
    }
    let (from, to) = (view.display().to_string(), original.display().to_string());
    for problem in &mut found.problems {
        *problem = problem.replace(&from, &to);
    }
    Ok(Some(found))
}

/// Blocks never change and may be many gigabytes; everything else is small and copied.
fn mirror(from: &Path, to: &Path, bytes: &mut u64) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let about = entry.metadata()?;
        if about.is_dir() {
            mirror(&entry.path(), &target, bytes)?;
            continue;
        }
        *bytes += about.len();
        let is_block = entry.path().extension().is_some_and(|one| one == "block");
        if !(is_block && link(&entry.path(), &target)) {
            match fs::copy(entry.path(), &target) {
                // A running server may have dropped it meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                copied => drop(copied?),
            }
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> bool {
    let from = fs::canonicalize(from);
    from.is_ok_and(|from| std::os::unix::fs::symlink(from, to).is_ok())
}

#[cfg(not(unix))]
fn link(_from: &Path, _to: &Path) -> bool {
    false
}

/// Every checksum is looked at by reading everything.
fn read_all(engine: &Engine, found: &mut MetricsInspection, now_ms: i64) {
    let recovery = engine.recovery();
    found.problems.extend(recovery.damage.iter().cloned());
    let outcome = count(engine, found, now_ms);
    if let Err(error) = outcome {
        found.problems.push(error.to_string());
    }
    found.problems.sort();
    found.problems.dedup();
}

fn count(engine: &Engine, found: &mut MetricsInspection, now_ms: i64) -> Result<(), SourceError> {
    let Ok(every) = Matcher::new("__name__", MatchOp::NotEqual, "") else {
        return Ok(());
    };
    let selection = engine.select(&Select {
        matchers: vec![every],
        range: TimeRange {
            from_ms: 0,
            to_ms: now_ms.saturating_add(DAY_MS),
        },
        step_ms: 0,
        window_ms: 0,
        function: None,
        is_newest_enough: false,
    })?;
    let warnings = selection.warnings;
    for series in selection.series {
        match series {
            Ok(series) => {
                found.series += 1;
                found.samples += series.values.len() as u64;
            }
            Err(error) => found.problems.push(error.to_string()),
        }
    }
    found.problems.extend(warnings.all());
    Ok(())
}

const DAY_MS: i64 = 86_400_000;
