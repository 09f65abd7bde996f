//! The kept results over time. Owns which of them belong to one course of an operation: those of
//! the same machine and build under the same load. Refuses to join what was measured differently.

mod table;

use anyhow::{Result, bail};
use paceline_analysis::compare::Measure;
use paceline_analysis::{change_points, robust};
use serde::Serialize;

use crate::kept::{Kept, Measurement, Shelf};
use crate::run::Format;

/// Of the JSON form of a history.
const FORMAT: u32 = 1;

/// What `bench history` found.
#[derive(Clone, Debug, Serialize)]
pub struct History {
    pub format: u32,
    pub operations: Vec<Course>,
    /// What was not taken, as sentences.
    pub left_out: Vec<String>,
    /// Whether one operation was asked for, and is shown result by result.
    #[serde(skip)]
    is_about_one: bool,
}

/// One figure of one operation over time.
#[derive(Clone, Debug, Serialize)]
pub struct Course {
    pub operation: String,
    pub figure: &'static str,
    pub unit: String,
    pub load: String,
    pub measure: Measure,
    pub points: Vec<Point>,
    pub changes: Vec<Change>,
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

/// A step in the course: from this point on another level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    pub name: String,
    pub commit: Option<String>,
    /// Relative: 0.2 is 20 % more than before.
    pub change: f64,
    pub low: f64,
    pub high: f64,
}

impl History {
    /// Of everything on the shelf, or of one operation alone.
    pub fn of(shelf: &Shelf, operation: Option<&str>) -> Result<Self> {
        let mut left_out = Vec::new();
        let mut results = Vec::new();
        for name in shelf.names()? {
            match Kept::read(&shelf.path_of(&name)) {
                Ok(kept) => results.push((name, kept)),
                Err(error) => left_out.push(format!("{error:#}")),
            }
        }
        let others = keep_comparable(&mut results);
        if others != 0 {
            left_out.push(format!(
                "{others} results of another machine or build than the newest"
            ));
        }
        let mut courses = Vec::new();
        for (name, kept) in &results {
            for measurement in kept.measurements() {
                add(&mut courses, name, kept, measurement);
            }
        }
        let operations = chosen(courses, operation)?;
        Ok(Self {
            format: FORMAT,
            operations: operations.into_iter().map(Course::with_changes).collect(),
            left_out,
            is_about_one: operation.is_some(),
        })
    }

    /// Text that ends with a line feed.
    pub fn render(&self, format: Format) -> Result<String> {
        match format {
            Format::Table => Ok(table::render(self)),
            Format::Json => Ok(serde_json::to_string_pretty(self)? + "\n"),
        }
    }
}

impl Course {
    /// Where the level changed, and stayed changed.
    fn with_changes(mut self) -> Self {
        let medians: Vec<_> = self.points.iter().map(|point| point.median).collect();
        let found = change_points(&medians).points;
        let lasting = found.iter().filter(|change| change.persists);
        let changes = lasting.filter_map(|change| {
            let point = self.points.get(change.index)?;
            Some(Change {
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

/// Drops what the newest cannot be compared with; answers how many that were.
fn keep_comparable(results: &mut Vec<(String, Kept)>) -> usize {
    let Some((_, newest)) = results.last().cloned() else {
        return 0;
    };
    let before = results.len();
    results.retain(|(_, kept)| {
        kept.machine == newest.machine && kept.conditions.build == newest.conditions.build
    });
    before - results.len()
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

fn chosen(courses: Vec<Course>, operation: Option<&str>) -> Result<Vec<Course>> {
    let Some(operation) = operation else {
        return Ok(courses);
    };
    let mut names: Vec<_> = courses.iter().map(|one| one.operation.clone()).collect();
    names.dedup();
    let found: Vec<_> = courses
        .into_iter()
        .filter(|course| course.operation == operation)
        .collect();
    if found.is_empty() {
        match names.is_empty() {
            true => bail!("there are no kept results yet: `paceline bench` keeps one"),
            false => bail!(
                "no kept result has `{operation}`; there are {}",
                names.join(", ")
            ),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
