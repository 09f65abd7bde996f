//! Ages as text. Owns one line an operation, with its times, its exponent and their course, and the
//! names of those that grow; refuses to leave an operation without figures out.

use std::fmt::Write as _;

use super::{align, dash, grouped, millis, sparkline};
use crate::report::AgeRow;

// Writing to a `String` cannot fail, so results of `writeln!` are dropped in this file.

pub fn render(out: &mut String, rows: &[AgeRow]) {
    out.push('\n');
    let headings = headings(rows.first());
    let headings: Vec<_> = headings.iter().map(String::as_str).collect();
    align(out, &headings, rows.iter().map(cells).collect());
    let _ = writeln!(out, "\n{}", summary(rows));
}

fn headings(row: Option<&AgeRow>) -> Vec<String> {
    let ages = row.iter().flat_map(|row| &row.ages);
    let ages = ages.map(|age| format!("p50 ms at {}", grouped(age.stored as f64)));
    let mut headings = vec!["operation".to_owned()];
    headings.extend(ages);
    headings.extend(["ratio", "exponent", "course", "errors", "growth"].map(str::to_owned));
    headings
}

fn cells(row: &AgeRow) -> Vec<String> {
    let medians: Vec<_> = row.ages.iter().map(|age| age.p50_ms).collect();
    let exponent = row.growth.as_ref().map_or_else(dash, |growth| {
        format!(
            "{:.3} ({:.3} to {:.3})",
            growth.exponent, growth.low, growth.high
        )
    });
    let words = row.growth.as_ref().map(|growth| growth.words.clone());
    let mut cells = vec![row.operation.clone()];
    cells.extend(medians.iter().map(|&ms| millis(ms)));
    cells.extend([
        format!("{:.2}", row.ratio),
        exponent,
        from_zero(&medians),
        row.errors.to_string(),
        words.unwrap_or_else(|| "not measured at every age".to_owned()),
    ]);
    cells
}

/// On a scale that begins at nothing, so that twice the time is twice the height.
fn from_zero(values: &[f64]) -> String {
    let with_zero: Vec<_> = std::iter::once(0.0).chain(values.iter().copied()).collect();
    sparkline(&with_zero).chars().skip(1).collect()
}

fn summary(rows: &[AgeRow]) -> String {
    let growing: Vec<_> = rows.iter().filter(|row| !row.check.holds).collect();
    let names: Vec<_> = growing.iter().map(|row| row.operation.as_str()).collect();
    match names.len() {
        0 => "every operation is flat: nothing shows that it takes longer as the store ages"
            .to_owned(),
        count => format!(
            "{count} of {} operations are not flat: {}",
            rows.len(),
            names.join("; ")
        ),
    }
}
