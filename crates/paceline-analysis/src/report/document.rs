//! The report laid out as headings, sentences and tables. Owns what a reader sees and in which
//! order; refuses any markup, so that every readable form says the same.

use serde::Serialize;

use super::model::Report;
use super::words;

mod changes;
mod fleet;
mod operations;
mod surroundings;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    pub title: String,
    /// Which time, and what it is compared with.
    pub subtitle: String,
    pub verdict: Vec<String>,
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Section {
    pub heading: &'static str,
    /// Above the table.
    pub sentences: Vec<String>,
    /// In order of importance.
    pub is_ranked: bool,
    /// Charts of the timelines belong here, where there is room for charts.
    pub has_charts: bool,
    pub table: Option<Table>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    pub name: &'static str,
    /// Aligned to the right.
    pub number: bool,
}

const NOTHING: &str = "–";

/// What every readable form of the report shows.
#[must_use]
pub fn document(report: &Report) -> Document {
    let sections = [
        changes::recommendations(report),
        changes::findings(report),
        changes::followed(report),
        operations::operations(report),
        operations::rules(report),
        operations::bottlenecks(report),
        operations::stages(report),
        changes::together(report),
        surroundings::ageing(report),
        operations::reliability(report),
        operations::slowest(report),
        operations::most_frequent(report),
        surroundings::elections(report),
        surroundings::alerts(report),
        fleet::work(report),
        fleet::agents(report),
        fleet::quality(report),
        fleet::tools(report),
        surroundings::not_measured(report),
        surroundings::reproductions(report),
    ];
    Document {
        title: format!("Performance of {}", report.period.name),
        subtitle: subtitle(report),
        verdict: report.verdict.lines().map(str::to_owned).collect(),
        sections: sections.into_iter().flatten().collect(),
    }
}

fn subtitle(report: &Report) -> String {
    let period = &report.period;
    let day = |at| words::moment(at, period);
    format!(
        "From {} to {}, compared with the time from {}.",
        day(period.from),
        day(period.to),
        day(period.previous_from)
    )
}

/// A table, or a sentence where it would have no rows.
fn section(heading: &'static str, otherwise: &str, table: Table) -> Section {
    if table.rows.is_empty() {
        return said(heading, vec![otherwise.to_owned()]);
    }
    Section {
        heading,
        table: Some(table),
        ..Section::default()
    }
}

fn said(heading: &'static str, sentences: Vec<String>) -> Section {
    Section {
        heading,
        sentences,
        ..Section::default()
    }
}

fn table_columns(texts: &[&'static str], numbers: &[&'static str]) -> Vec<Column> {
    let texts = texts.iter().map(|name| Column {
        name,
        number: false,
    });
    texts
        .chain(numbers.iter().map(|name| Column { name, number: true }))
        .collect()
}

fn or_nothing(text: Option<String>) -> String {
    text.unwrap_or_else(|| NOTHING.to_owned())
}
