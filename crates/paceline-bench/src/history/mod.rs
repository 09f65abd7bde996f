//! The kept results over time. Owns which of them are read, and telling which were not; what belongs
//! to one course of an operation, and where it steps, is `paceline_analysis::benchmark`'.

mod table;

use anyhow::{Result, bail};
pub use paceline_analysis::benchmark::{Course, Point};
use paceline_analysis::benchmark::{comparable, courses};
use serde::Serialize;

use crate::kept::{self, Shelf};
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

impl History {
    /// Of everything on the shelf, or of one operation alone.
    pub fn of(shelf: &Shelf, operation: Option<&str>) -> Result<Self> {
        let mut left_out = Vec::new();
        let mut results = Vec::new();
        for name in shelf.names()? {
            match kept::read(&shelf.path_of(&name)) {
                Ok(kept) => results.push((name, kept)),
                Err(error) => left_out.push(format!("{error:#}")),
            }
        }
        let others = comparable(&mut results);
        if others != 0 {
            left_out.push(format!(
                "{others} results of another machine or build than the newest"
            ));
        }
        Ok(Self {
            format: FORMAT,
            operations: chosen(courses(&results), operation)?,
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
