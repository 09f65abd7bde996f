//! The report laid out as headings, sentences and tables. Owns what a reader sees and in which
//! order; refuses any markup, so that every readable form says the same.

use super::model::Report;

mod fleet;
mod operations;

pub(super) struct Document {
    pub title: String,
    pub verdict: String,
    pub sections: Vec<Section>,
}

pub(super) struct Section {
    pub heading: &'static str,
    /// Above the table.
    pub sentences: Vec<String>,
    pub table: Option<Table>,
}

pub(super) struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Clone, Copy)]
pub(super) struct Column {
    pub name: &'static str,
    pub number: bool,
}

const NOTHING: &str = "–";

pub(super) fn document(report: &Report) -> Document {
    Document {
        title: format!("Performance of {}", report.period.name),
        verdict: report.verdict.clone(),
        sections: vec![
            period(report),
            operations::operations(report),
            operations::stages(report),
            operations::reliability(report),
            operations::slowest(report),
            operations::most_frequent(report),
            fleet::tools(report),
            fleet::agents(report),
            fleet::quality(report),
            Section {
                heading: "Not measured",
                sentences: not_measured(report),
                table: None,
            },
        ],
    }
}

fn period(report: &Report) -> Section {
    let period = &report.period;
    Section {
        heading: "Period",
        sentences: vec![
            format!("From {} to {}.", period.from, period.to),
            format!(
                "Compared with {} to {}.",
                period.previous_from, period.previous_to
            ),
        ],
        table: None,
    }
}

fn not_measured(report: &Report) -> Vec<String> {
    if report.gaps.is_empty() {
        return vec!["Nothing is known to be missing.".to_owned()];
    }
    report.gaps.clone()
}

/// A table, or a sentence where it would have no rows.
fn section(heading: &'static str, otherwise: &str, table: Table) -> Section {
    if table.rows.is_empty() {
        return Section {
            heading,
            sentences: vec![otherwise.to_owned()],
            table: None,
        };
    }
    Section {
        heading,
        sentences: Vec::new(),
        table: Some(table),
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
