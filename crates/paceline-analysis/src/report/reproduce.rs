//! How to get the report's numbers again. Owns the exact commands: from the record's lines, from
//! the server's series, and from the report's own JSON; refuses to run them.

use super::model::{FindingKind, Report, Reproduction};

const FINDINGS_MAX: usize = 5;

pub(super) fn reproductions(report: &Report) -> Vec<Reproduction> {
    let period = report.period.selection();
    let mut all = vec![
        of(
            "this report",
            format!("paceline report {period} --format html --output report.html"),
        ),
        of(
            "every number of it, as JSON",
            format!("paceline report {period} --format json"),
        ),
        of(
            "an operation's count and percentiles, from the record's lines",
            lines(
                "task_claim",
                &report.period.from.to_string(),
                &report.period.to.to_string(),
            ),
        ),
    ];
    let changed = report
        .findings
        .iter()
        .filter(|one| one.kind != FindingKind::SlowAgent);
    for finding in changed.take(FINDINGS_MAX) {
        let Some(first) = finding.operations.first() else {
            continue;
        };
        all.push(of(
            &format!(
                "the median of {} hour by hour, from the server's series",
                first.operation
            ),
            query(&format!(
                "histogram_quantile(0.5, sum by (le) \
                 (rate(paceline_operation_duration_seconds_bucket{{operation=\"{}\"}}[1h])))",
                first.operation
            )),
        ));
        if let Some(stage) = finding
            .stage
            .as_deref()
            .filter(|stage| *stage != "elsewhere")
        {
            all.push(of(
                &format!("the same of its {stage} stage"),
                query(&format!(
                    "histogram_quantile(0.5, sum by (le) (rate(paceline_operation_stage_seconds_bucket\
                     {{operation=\"{}\",stage=\"{stage}\"}}[1h])))",
                    first.operation
                )),
            ));
        }
    }
    all.push(of(
        "load, operations a second",
        query("sum(rate(paceline_operation_duration_seconds_count[1h]))"),
    ));
    all.push(of("the store's rows", query("sum(paceline_store_rows)")));
    all
}

fn of(what: &str, command: String) -> Reproduction {
    Reproduction {
        what: what.to_owned(),
        command,
    }
}

fn query(promql: &str) -> String {
    format!("paceline query '{promql}' --range 31d --step 1h")
}

/// Gzip's `-f` passes plain files through, so that one command reads the live file as well.
fn lines(operation: &str, from: &str, to: &str) -> String {
    format!(
        "gzip -cdf perf-metrics*.jsonl* | jq -s '[.[] | select(.operation_type == \"{operation}\" and \
         .timestamp >= \"{from}\" and .timestamp < \"{to}\") | .duration_ms] | sort | \
         {{count: length, p50: .[length / 2 | floor], p95: .[length * 0.95 | floor]}}'"
    )
}
