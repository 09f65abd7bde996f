//! Changes planted in a generated month are found, dated and attributed, and nothing else is
//! accused. The larger run, with its rates, is `examples/detection.rs`.

mod generator;

use generator::{DAY_MS, Months, Planted};
use paceline_analysis::Report;
use paceline_analysis::report::model::{Finding, FindingKind, GrowthRow};

/// Enough for the operations that changes are planted in; the example has a month's worth.
const RECORDS: usize = 200_000;

fn report(seed: u64, planted: Planted) -> Report {
    let records = RECORDS;
    Months {
        seed,
        records,
        planted,
    }
    .report()
}

fn only(report: &Report) -> &Finding {
    let told: Vec<_> = report
        .findings
        .iter()
        .map(|one| one.sentence.as_str())
        .collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    &report.findings[0]
}

fn assert_dated(finding: &Finding, report: &Report, day: i64) {
    let off_ms = finding.since.0 - (report.period.from.0 + day * DAY_MS);
    assert!(off_ms.abs() <= DAY_MS, "{} hours off", off_ms / 3_600_000);
}

#[test]
fn a_month_without_a_change_accuses_nobody() {
    for seed in 1..=2 {
        let report = report(seed, Planted::Nothing);
        assert_eq!(report.findings, [], "seed {seed}");
        assert!(
            report.verdict.contains("Nothing got slower"),
            "{}",
            report.verdict
        );
    }
}

#[test]
fn a_fifth_in_one_operation_is_dated_and_attributed() {
    let planted = Planted::Fifth {
        operation: "task_claim",
        day: 13,
    };
    let report = report(11, planted);
    let finding = only(&report);
    assert_dated(finding, &report, 13);
    assert_eq!(
        (finding.kind, finding.stage.as_deref()),
        (FindingKind::Step, Some("execute"))
    );
    let moved = &finding.operations[0];
    assert_eq!(
        (finding.operations.len(), moved.operation.as_str()),
        (1, "task_claim")
    );
    assert!(0.15 < moved.change && moved.change < 0.25, "{moved:?}");
    assert!(
        moved.change_low <= 0.2 && 0.2 <= moved.change_high + 0.02,
        "{moved:?}"
    );
    assert!(
        report.recommendations[0].id == "step:task_claim",
        "{:?}",
        report.recommendations
    );
}

#[test]
fn a_claim_that_scans_drifts_and_does_not_step() {
    let report = report(12, Planted::Scan);
    let finding = only(&report);
    assert_eq!(
        (finding.kind, finding.stage.as_deref()),
        (FindingKind::Drift, Some("execute"))
    );
    assert_eq!(finding.operations[0].operation, "task_claim");
    assert!(finding.meanwhile.rows_exponent.is_some(), "{finding:?}");
    let of_claim = |row: &&GrowthRow| row.operation == "task_claim";
    let claim = report
        .ageing
        .operations
        .iter()
        .find(of_claim)
        .expect("a row");
    assert_eq!(claim.verdict, "grows");
}

#[test]
fn a_slow_commit_is_one_cause_and_not_a_dozen() {
    let report = report(13, Planted::Commit { day: 20 });
    let finding = only(&report);
    assert_dated(finding, &report, 20);
    assert_eq!(
        (finding.kind, finding.stage.as_deref()),
        (FindingKind::Step, Some("commit"))
    );
    assert!(8 <= finding.operations.len(), "{:?}", finding.operations);
    let commits =
        |name: &str| !["message_read", "memory_get", "memory_search", "task_get"].contains(&name);
    assert!(
        finding
            .operations
            .iter()
            .all(|moved| commits(&moved.operation))
    );
    let grows = report
        .ageing
        .operations
        .iter()
        .filter(|row| row.verdict == "grows");
    assert_eq!(grows.map(|row| &row.operation).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn one_slow_agent_is_found_by_its_tasks() {
    let report = report(14, Planted::SlowAgent { agent: 5 });
    let agent = only(&report).agent.as_ref().expect("an agent");
    assert_eq!(
        (agent.agent_id.as_str(), agent.measured.as_str()),
        ("agt_05", "tasks")
    );
    assert!(0.3 < agent.slower && agent.slower < 0.75, "{agent:?}");
}

#[test]
fn what_the_load_does_is_not_blamed_on_the_code() {
    let report = report(
        15,
        Planted::Load {
            day: 10,
            times: 3.0,
        },
    );
    for finding in &report.findings {
        let around = &finding.meanwhile;
        assert!(
            around.load_change.is_some_and(|load| 1.0 < load),
            "{finding:?}"
        );
        assert!(
            finding.sentence.contains("load rose"),
            "{}",
            finding.sentence
        );
    }
    assert!(
        report
            .recommendations
            .iter()
            .all(|one| !one.id.starts_with("step:"))
    );
}

#[test]
fn the_same_month_gives_the_same_bytes() {
    let planted = Planted::Commit { day: 4 };
    let months = || {
        Months {
            seed: 16,
            records: 20_000,
            planted,
        }
        .report()
    };
    let bytes = || serde_json::to_vec(&months()).expect("JSON");
    assert_eq!(bytes(), bytes());
}
