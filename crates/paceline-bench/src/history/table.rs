//! A history as text. Owns one line an operation with its course, or one line a result where a
//! single operation was asked for; refuses to hide which results were interrupted.

use std::fmt::Write as _;

use super::{Course, History, Point};
use crate::table::{align, dash, figure, sparkline};

/// Results that fit into a line; the newest.
const COURSE_LENGTH_MAX: usize = 40;

// Writing to a `String` cannot fail, so results of `writeln!` are dropped in this file.

pub fn render(history: &History) -> String {
    let mut out = String::new();
    match (history.operations.is_empty(), history.is_about_one) {
        (true, _) => out.push_str("nothing is kept yet; `paceline bench` keeps its results\n"),
        (false, false) => overview(&mut out, &history.operations),
        (false, true) => {
            for course in &history.operations {
                one(&mut out, course);
            }
        }
    }
    for left_out in &history.left_out {
        let _ = writeln!(out, "left out: {left_out}");
    }
    out
}

fn overview(out: &mut String, courses: &[Course]) {
    let headings = [
        "operation",
        "load",
        "figure",
        "unit",
        "results",
        "first",
        "last",
        "change",
        "p99 ms",
        "course",
        "steps",
    ];
    let rows = courses.iter().map(|course| {
        let values: Vec<_> = course.points.iter().map(|point| point.median).collect();
        let shown = &values[values.len().saturating_sub(COURSE_LENGTH_MAX)..];
        let (first, last) = (values.first(), values.last());
        let change = first.zip(last).map(|(first, last)| last / first - 1.0);
        let p99 = course.points.last().and_then(|point| point.p99_ms);
        vec![
            course.operation.clone(),
            course.load.clone(),
            course.figure.to_owned(),
            course.unit.clone(),
            values.len().to_string(),
            first.map_or_else(dash, |&value| figure(value)),
            last.map_or_else(dash, |&value| figure(value)),
            change.map_or_else(dash, |change| format!("{:+.1} %", 100.0 * change)),
            p99.map_or_else(dash, figure),
            sparkline(shown),
            steps(course),
        ]
    });
    align(out, &headings, rows.collect());
}

fn steps(course: &Course) -> String {
    let texts = course.changes.iter().map(|change| {
        let commit = change.commit.as_deref().unwrap_or(&change.name);
        format!("{:+.0} % at {commit}", 100.0 * change.change)
    });
    let texts: Vec<_> = texts.collect();
    if texts.is_empty() {
        dash()
    } else {
        texts.join(", ")
    }
}

fn one(out: &mut String, course: &Course) {
    let values: Vec<_> = course.points.iter().map(|point| point.median).collect();
    let _ = writeln!(
        out,
        "{} ({}), {} in {}: {}",
        course.operation,
        course.load,
        course.figure,
        course.unit,
        sparkline(&values)
    );
    let headings = ["result", "commit", "median", "p99 ms", "runs", "note"];
    let rows = course.points.iter().map(|point| {
        vec![
            point.name.clone(),
            point.commit.clone().unwrap_or_else(dash),
            figure(point.median),
            point.p99_ms.map_or_else(dash, figure),
            point.runs.to_string(),
            note(course, point),
        ]
    });
    align(out, &headings, rows.collect());
    out.push('\n');
}

fn note(course: &Course, point: &Point) -> String {
    let mut notes = Vec::new();
    if point.partial {
        notes.push("interrupted".to_owned());
    }
    let step = course
        .changes
        .iter()
        .find(|change| change.name == point.name);
    if let Some(step) = step {
        let percent = |change: f64| format!("{:+.1}", 100.0 * change);
        notes.push(format!(
            "from here on {} % ({} to {})",
            percent(step.change),
            percent(step.low),
            percent(step.high)
        ));
    }
    notes.join("; ")
}
