//! One figure of one operation over time. Owns which results belong to one course, those of the same
//! machine and build under the same load, and where its level changed for good.

use serde::Serialize;

use super::kept::{Kept, Measurement};
use crate::change_points::change_points;
use crate::compare::Measure;
use crate::robust;

/// One figure of one operation over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Course {
    pub operation: String,
    pub figure: &'static str,
    pub unit: String,
    pub load: String,
    pub measure: Measure,
    pub points: Vec<Point>,
    pub changes: Vec<Step>,
}

/// One kept result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The kept result's.
    pub name: String,
    pub measured_at: String,
    pub version: String,
    pub commit: Option<String>,
    pub runs: usize,
    pub median: f64,
    pub p99_ms: Option<f64>,
    pub partial: bool,
}

/// From this point on another level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    pub name: String,
    pub commit: Option<String>,
    /// Relative: 0.2 is 20 % more than before.
    pub change: f64,
    pub low: f64,
    pub high: f64,
}

/// Drops what the newest cannot be compared with; answers how many that were. Oldest first, as are
/// the courses of them.
pub fn comparable(results: &mut Vec<(String, Kept)>) -> usize {
    let Some((_, newest)) = results.last().cloned() else {
        return 0;
    };
    let before = results.len();
    results.retain(|(_, kept)| {
        kept.machine == newest.machine && kept.conditions.build == newest.conditions.build
    });
    before - results.len()
}

/// Of results that are comparable, each with its name.
#[must_use]
pub fn courses(results: &[(String, Kept)]) -> Vec<Course> {
    let mut courses = Vec::new();
    for (name, kept) in results {
        for measurement in kept.measurements() {
            add(&mut courses, name, kept, measurement);
        }
    }
    courses.into_iter().map(Course::with_changes).collect()
}

impl Course {
    /// Where the level changed, and stayed changed.
    fn with_changes(mut self) -> Self {
        let medians: Vec<_> = self.points.iter().map(|point| point.median).collect();
        let found = change_points(&medians).points;
        let lasting = found.iter().filter(|change| change.persists);
        let changes = lasting.filter_map(|change| {
            let point = self.points.get(change.index)?;
            Some(Step {
                name: point.name.clone(),
                commit: point.commit.clone(),
                change: change.change,
                low: change.low,
                high: change.high,
            })
        });
        self.changes = changes.collect();
        self
    }
}

fn add(courses: &mut Vec<Course>, name: &str, kept: &Kept, measurement: Measurement) {
    let Some(median) = robust::median(&measurement.runs) else {
        return;
    };
    let point = Point {
        name: name.to_owned(),
        measured_at: kept.measured_at.clone(),
        version: kept.version.clone(),
        commit: kept.commit.clone(),
        runs: measurement.runs.len(),
        median,
        p99_ms: measurement.p99_ms,
        partial: kept.partial,
    };
    let found = courses.iter_mut().find(|course| {
        course.operation == measurement.operation
            && course.figure == measurement.figure
            && course.load == measurement.load
    });
    match found {
        Some(course) => course.points.push(point),
        None => courses.push(Course {
            operation: measurement.operation,
            figure: measurement.figure,
            unit: measurement.unit,
            load: measurement.load,
            measure: measurement.measure,
            points: vec![point],
            changes: Vec::new(),
        }),
    }
}
