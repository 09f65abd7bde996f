//! The report's operations as CSV (RFC 4180). Owns the quoting; refuses the other sections, which
//! have other columns.

use super::model::{OperationFigures, OperationRow, Report};

const COLUMNS: &str = "operation,count,succeeded,failed,success_rate,mean_ms,p50_ms,p95_ms,p99_ms,\
min_ms,max_ms,previous_count,previous_success_rate,previous_mean_ms,previous_p50_ms,\
previous_p95_ms,previous_p99_ms,mean_change,p50_change,p95_change,p99_change";

#[must_use]
pub fn csv(report: &Report) -> String {
    let mut out = format!("{COLUMNS}\r\n");
    for row in &report.operations {
        out.push_str(&cells(row).join(","));
        out.push_str("\r\n");
    }
    out
}

fn cells(row: &OperationRow) -> Vec<String> {
    let mut cells = vec![quoted(&row.operation)];
    cells.extend(current(row.current.as_ref()));
    cells.extend(previous(row.previous.as_ref()));
    let change = row.change.as_ref();
    let change = change.map_or([None; 4], |one| [one.mean, one.p50, one.p95, one.p99]);
    cells.extend(change.map(|ratio| ratio.map_or_else(String::new, |ratio| ratio.to_string())));
    cells
}

fn current(figures: Option<&OperationFigures>) -> Vec<String> {
    let Some(figures) = figures else {
        return vec![String::new(); 10];
    };
    let all = &figures.durations;
    let mut cells = [all.count, figures.succeeded, figures.failed]
        .map(|n| n.to_string())
        .to_vec();
    let numbers = [
        figures.success_rate,
        all.mean_ms,
        all.p50_ms,
        all.p95_ms,
        all.p99_ms,
        all.min_ms,
        all.max_ms,
    ];
    cells.extend(numbers.map(|number| number.to_string()));
    cells
}

fn previous(figures: Option<&OperationFigures>) -> Vec<String> {
    let Some(figures) = figures else {
        return vec![String::new(); 6];
    };
    let all = &figures.durations;
    let numbers = [
        figures.success_rate,
        all.mean_ms,
        all.p50_ms,
        all.p95_ms,
        all.p99_ms,
    ];
    let mut cells = vec![all.count.to_string()];
    cells.extend(numbers.map(|number| number.to_string()));
    cells
}

/// Quoted where needed; what a spreadsheet would take for a formula gets an apostrophe.
fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    format!("{guard}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_and_formulas_disarmed() {
        let check = |text: &str, expected: &str| assert_eq!(quoted(text), expected);
        check("task_claim", "task_claim");
        check("a,\"b\"", "\"a,\"\"b\"\"\"");
        check("=1+1", "'=1+1");
        check("-a,b", "\"'-a,b\"");
    }
}
