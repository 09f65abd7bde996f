//! The report's operations as CSV (RFC 4180). Owns the quoting; refuses the other sections, which
//! have other columns.

use super::model::{Change, OperationFigures, OperationRow, Report};

const COLUMNS: &str = "operation,count,succeeded,failed,success_rate,mean_ms,p50_ms,p95_ms,p99_ms,\
min_ms,max_ms,previous_count,previous_success_rate,previous_mean_ms,previous_p50_ms,\
previous_p95_ms,previous_p99_ms,mean_change,p50_change,p95_change,p99_change,p50_change_low,\
p50_change_high,p95_change_low,p95_change_high,finding,since,stage";

#[must_use]
pub fn csv(report: &Report) -> String {
    let mut out = format!("{COLUMNS}\r\n");
    for row in &report.operations {
        let mut cells = cells(row);
        cells.extend(finding(report, &row.operation));
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn cells(row: &OperationRow) -> Vec<String> {
    let mut cells = vec![quoted(&row.operation)];
    cells.extend(current(row.current.as_ref()));
    cells.extend(previous(row.previous.as_ref()));
    cells.extend(changes(row.change.as_ref()));
    cells
}

fn changes(change: Option<&Change>) -> Vec<String> {
    let of = |change: &Change| {
        let (p50, p95) = (change.p50_interval, change.p95_interval);
        [
            change.mean,
            change.p50,
            change.p95,
            change.p99,
            p50.map(|one| one.low),
            p50.map(|one| one.high),
            p95.map(|one| one.low),
            p95.map(|one| one.high),
        ]
    };
    let cells = change.map_or([None; 8], of);
    cells
        .map(|ratio| ratio.map_or_else(String::new, |ratio| ratio.to_string()))
        .to_vec()
}

/// What changed in this operation, if anything: the kind, when, in which stage.
fn finding(report: &Report, operation: &str) -> [String; 3] {
    let of_operation = report.findings.iter().find(|finding| {
        finding
            .operations
            .iter()
            .any(|moved| moved.operation == operation)
    });
    let Some(finding) = of_operation else {
        return Default::default();
    };
    let direction = if finding.slower { "slower" } else { "faster" };
    let kind = match finding.kind {
        super::model::FindingKind::Step => "step",
        super::model::FindingKind::Spell => "spell",
        super::model::FindingKind::Drift => "drift",
        super::model::FindingKind::SlowAgent => "slow agent",
    };
    let stage = finding.stage.clone().unwrap_or_default();
    [
        format!("{kind} {direction}"),
        finding.since.to_string(),
        stage,
    ]
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
