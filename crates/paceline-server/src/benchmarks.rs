//! The results that `paceline bench` keeps in the data directory. Owns reading them within bounds and
//! naming those that cannot be used; which of them make a course, and where it steps, is
//! `paceline_analysis::benchmark`'. The load generator itself is not part of a server.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use paceline_analysis::Measure;
use paceline_analysis::benchmark::{Course, Kept, Probe, comparable, courses};
use paceline_api::{
    BenchmarkCourse, BenchmarkHistory, BenchmarkPoint, BenchmarkResult, BenchmarkStep,
};

pub const FOLDER: &str = "bench";
/// The newest; a result a day makes a year and a half.
const RESULTS_MAX: usize = 500;
/// A hundred times what the largest suite writes.
const RESULT_BYTES_MAX: u64 = 32 << 20;

/// What is kept, as courses; a file that is no result is named in it.
pub fn history(data_dir: &Path) -> BenchmarkHistory {
    let mut names = names(data_dir);
    let mut left_out = Vec::new();
    let older = names.len().saturating_sub(RESULTS_MAX);
    if 0 < older {
        names.drain(..older);
        left_out.push(format!(
            "{older} results older than the newest {RESULTS_MAX}"
        ));
    }
    let mut results = Vec::new();
    for name in names {
        match read(data_dir, &name) {
            Ok(kept) => results.push((name, kept)),
            Err(problem) => left_out.push(format!("`{FOLDER}/{name}.json`: {problem}")),
        }
    }
    let others = comparable(&mut results);
    if 0 < others {
        left_out.push(format!(
            "{others} results of another machine or build than the newest"
        ));
    }
    told(&results, left_out)
}

/// Oldest first: names begin with the time.
fn names(data_dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(data_dir.join(FOLDER)) else {
        return Vec::new();
    };
    let names = entries.filter_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        let stem = name.strip_suffix(".json")?;
        (!stem.starts_with('.')).then(|| stem.to_owned())
    });
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

fn read(data_dir: &Path, name: &str) -> Result<Kept, String> {
    let path = data_dir.join(FOLDER).join(format!("{name}.json"));
    let length = fs::metadata(&path)
        .map_err(|error| error.to_string())?
        .len();
    if RESULT_BYTES_MAX < length {
        return Err(format!(
            "it has {length} bytes, more than {RESULT_BYTES_MAX}"
        ));
    }
    let bytes = fs::read(&path).map_err(|error| error.to_string())?;
    let probe: Probe = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    probe.check().map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

fn told(results: &[(String, Kept)], left_out: Vec<String>) -> BenchmarkHistory {
    let names = results.iter().map(|(name, _)| name.as_str());
    let places: HashMap<&str, u32> = names.zip(0..).collect();
    let courses = courses(results).into_iter();
    BenchmarkHistory {
        courses: courses.map(|course| on_wire(course, &places)).collect(),
        results: results.iter().map(result).collect(),
        left_out,
    }
}

fn result((name, kept): &(String, Kept)) -> BenchmarkResult {
    BenchmarkResult {
        name: name.clone(),
        measured_at: kept.measured_at.clone(),
        version: kept.version.clone(),
        commit: kept.commit.clone(),
        partial: kept.partial,
    }
}

fn on_wire(course: Course, places: &HashMap<&str, u32>) -> BenchmarkCourse {
    let place = |name: &str| places.get(name).copied();
    let points = course.points.iter().filter_map(|point| {
        Some(BenchmarkPoint {
            result: place(&point.name)?,
            runs: u32::try_from(point.runs).unwrap_or(u32::MAX),
            median: point.median,
            p99_ms: point.p99_ms,
        })
    });
    let steps = course.changes.iter().filter_map(|step| {
        Some(BenchmarkStep {
            result: place(&step.name)?,
            change: step.change,
            low: step.low,
            high: step.high,
        })
    });
    BenchmarkCourse {
        points: points.collect(),
        steps: steps.collect(),
        figure: course.figure.to_owned(),
        is_cost: course.measure == Measure::Cost,
        operation: course.operation,
        unit: course.unit,
        load: course.load,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keep(data_dir: &Path, name: &str, cores: usize, rate: f64) {
        let figures = json!({"rate": rate, "p50_ms": 1.0, "p99_ms": 2.0});
        let scenario = json!({
            "scenario": "enqueue", "load": "closed 64", "is_open": false, "unit": "tasks",
            "median": figures, "runs": [figures, figures, figures],
        });
        let result = json!({
            "format": 2, "suite": "tasks", "suite_version": 1, "version": "0.1.0", "commit": "abc",
            "measured_at": "2026-11-01T10:00:00Z", "partial": false, "scenarios": [scenario],
            "machine": {"cores": cores, "cpu": "x", "memory_bytes": null, "kernel": "k", "filesystem": "f"},
            "conditions": {
                "build": "release", "durability": "full", "runs": 3, "warm_up_seconds_max": 1.0,
                "duration_seconds": 1.0, "fleet_size": 10, "remarks": [],
            },
        });
        let folder = data_dir.join(FOLDER);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.json")), result.to_string()).unwrap();
    }

    #[test]
    fn nothing_kept_is_an_empty_history() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(history(folder.path()), BenchmarkHistory::default());
    }

    #[test]
    fn a_step_is_at_the_first_result_on_the_new_level() {
        let folder = tempfile::tempdir().unwrap();
        for at in 0..40 {
            let level = if at < 25 { 1_000.0 } else { 600.0 };
            let wobble = f64::from(at * at * 37 % 101) / 50.0;
            keep(
                folder.path(),
                &format!("2026-11-01T10-00-{at:02}Z"),
                2,
                level + wobble,
            );
        }
        let history = history(folder.path());
        assert_eq!((history.results.len(), history.courses.len()), (40, 1));
        let course = &history.courses[0];
        assert_eq!((course.unit.as_str(), course.is_cost), ("tasks/s", false));
        assert_eq!(course.points[3].result, 3);
        let [step] = &course.steps[..] else {
            panic!("{:?}", course.steps);
        };
        assert_eq!(step.result, 25);
        assert!((-0.41..-0.39).contains(&step.change), "{step:?}");
    }

    #[test]
    fn what_cannot_be_used_is_named_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        keep(folder.path(), "2026-11-01", 64, 1.0);
        keep(folder.path(), "2026-11-02", 2, 2.0);
        fs::write(folder.path().join("bench/2026-11-01-broken.json"), "{").unwrap();
        fs::write(
            folder.path().join("bench/2026-11-01-old.json"),
            "{\"format\": 1}",
        )
        .unwrap();
        let history = history(folder.path());
        assert_eq!(history.results.len(), 1);
        let told = history.left_out.join("\n");
        assert!(told.contains("2026-11-01-broken.json"), "{told}");
        assert!(told.contains("format 1"), "{told}");
        assert!(told.contains("1 results of another machine"), "{told}");
    }

    #[test]
    fn only_the_newest_of_very_many_are_read() {
        let folder = tempfile::tempdir().unwrap();
        for at in 0..=RESULTS_MAX {
            keep(folder.path(), &format!("{at:04}"), 2, 1.0);
        }
        let history = history(folder.path());
        assert_eq!(history.results.len(), RESULTS_MAX);
        assert_eq!(history.results[0].name, "0001");
        assert!(history.left_out[0].starts_with("1 results older"));
    }
}
