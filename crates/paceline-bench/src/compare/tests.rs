//! Comparisons of made-up results: what is paired, what is warned about, what the table says.

use super::*;
use crate::kept::parse;
use crate::report::{Figures, Report};
use crate::scenario::Scenario;
use crate::table::tests::{report, row_of};

/// A whole result whose only scenario has these rates.
fn result(rates: &[f64]) -> Report {
    let run = |&rate: &f64| Figures {
        rate,
        operations: 1_000,
        p50_ms: 1_000.0 / rate,
        p99_ms: 2_000.0 / rate,
        ..Figures::default()
    };
    Report {
        scenarios: vec![row_of(Scenario::Enqueue, rates.iter().map(run).collect())],
        ages: Vec::new(),
        partial: false,
        ..report()
    }
}

fn compared(before: &Report, after: &Report) -> Comparison {
    let home = tempfile::tempdir().unwrap();
    let shelf = Shelf::of(home.path());
    let before = shelf.keep(before).unwrap();
    let after = shelf.keep(after).unwrap();
    Comparison::of(
        &shelf,
        before.to_str().unwrap(),
        after.to_str().unwrap(),
        0.05,
    )
    .unwrap()
}

const STEADY: [f64; 5] = [1_000.0, 1_004.0, 998.0, 1_002.0, 1_001.0];

#[test]
fn the_same_runs_are_no_difference_and_half_the_rate_is_slower() {
    let check = |factor: f64, expected: Verdict| {
        let after: Vec<_> = STEADY.iter().map(|rate| rate * factor).collect();
        let comparison = compared(&result(&STEADY), &result(&after));
        assert_eq!(
            comparison.operations[0].comparison.verdict, expected,
            "{factor}"
        );
        assert_eq!(comparison.holds(), expected != Verdict::Slower);
    };
    check(1.0, Verdict::NoDifference);
    check(1.01, Verdict::NoDifference);
    check(0.5, Verdict::Slower);
    check(2.0, Verdict::Faster);
}

#[test]
fn too_few_runs_give_no_verdict() {
    let comparison = compared(&result(&STEADY[..2]), &result(&[500.0, 501.0]));
    assert_eq!(comparison.count(Verdict::Unstable), 1);
    let text = comparison.render(Format::Table).unwrap();
    assert!(text.contains("2 and 2 runs are too few"), "{text}");
}

#[test]
fn what_was_measured_under_another_load_or_once_alone_is_left_out() {
    let mut after = result(&STEADY);
    after.scenarios[0].load = "closed 8".to_owned();
    after
        .scenarios
        .push(row_of(Scenario::MemoryGet, Vec::new()));
    let comparison = compared(&result(&STEADY), &after);
    assert_eq!(comparison.operations.len(), 0);
    assert_eq!(comparison.left_out.len(), 2, "{:?}", comparison.left_out);
}

#[test]
fn another_machine_another_duration_and_an_interruption_are_warned_about() {
    let mut after = result(&STEADY);
    after.machine.cpu = "Other CPU".to_owned();
    after.conditions.duration_seconds = 1.0;
    after.suite_version += 1;
    after.partial = true;
    let warnings = compared(&result(&STEADY), &after).warnings.join("\n");
    for said in [
        "Other CPU",
        "1 s",
        "versions of the suite",
        "the second was interrupted",
    ] {
        assert!(warnings.contains(said), "{said}: {warnings}");
    }
    assert!(
        compared(&result(&STEADY), &result(&STEADY))
            .warnings
            .is_empty()
    );
}

#[test]
fn a_bare_handler_that_got_slower_accuses_the_machine() {
    let with_ceiling = |rate: f64| {
        let mut result = result(&STEADY);
        let run = Figures {
            rate,
            ..Figures::default()
        };
        result.scenarios.push(row_of(Scenario::Ceiling, vec![run]));
        result
    };
    let comparison = compared(&with_ceiling(50_000.0), &with_ceiling(40_000.0));
    let warnings = comparison.warnings.join("\n");
    assert!(warnings.contains("-20 % answers a second"), "{warnings}");
    assert_eq!(comparison.operations.len(), 1);
}

#[test]
fn open_loops_are_compared_by_latency_and_closed_ones_by_rate() {
    let figures = |scenario| {
        let mut report = result(&STEADY);
        let run = Figures {
            rate: 1.0,
            p50_ms: 1.0,
            p99_ms: 2.0,
            ..Figures::default()
        };
        report.scenarios = vec![row_of(scenario, vec![run])];
        let kept = parse(&serde_json::to_vec(&report).unwrap()).unwrap();
        let figures = kept.measurements().into_iter().map(|one| one.figure);
        figures.collect::<Vec<_>>()
    };
    assert_eq!(figures(Scenario::Enqueue), ["rate"]);
    assert_eq!(figures(Scenario::EnqueueOpen), ["p50", "p99"]);
}

#[test]
fn the_table_begins_with_what_got_slower() {
    let after: Vec<_> = STEADY.iter().map(|rate| rate * 0.5).collect();
    let comparison = compared(&result(&STEADY), &result(&after));
    let text = comparison.render(Format::Table).unwrap();
    let first = text.lines().next().unwrap();
    assert_eq!(first, "slower: enqueue (a change counts from 5 % on)");
    let table = text.lines().skip_while(|line| !line.is_empty());
    insta::assert_snapshot!(table.collect::<Vec<_>>().join("\n"), @r"

    operation  figure  unit     before  after  change                        p  verdict
    enqueue    rate    tasks/s   1,001    501  -50.0 % (-50.2 to -49.8)  0.008  SLOWER
    ");
}
