//! The table as people see it, of made-up results.

use super::*;
use crate::choice::SUITE_VERSION;
use crate::options::Options;
use crate::report::{AgeFigures, AgeRow, Conditions, FORMAT, Figures, Growth, Machine};
use crate::scenario::Scenario;
use crate::target::Check;

fn figures(rate: f64, p50_ms: f64) -> Figures {
    Figures {
        rate,
        operations: 1_000,
        seconds: 3.0,
        warm_up_seconds: 0.6,
        is_warm: true,
        p50_ms,
        p90_ms: 1.5 * p50_ms,
        p99_ms: 4.0 * p50_ms,
        p999_ms: 20.0 * p50_ms,
        max_ms: 100.0 * p50_ms,
        server_cpu_us: Some(17.25),
        ..Figures::default()
    }
}

fn row(scenario: Scenario, run: Figures) -> Row {
    let error = (0 < run.errors).then(|| "POST /api/tasks answered 503: busy".to_owned());
    Row {
        first_error: error,
        ..row_of(scenario, vec![run])
    }
}

pub fn row_of(scenario: Scenario, runs: Vec<Figures>) -> Row {
    let ceilings = scenario.ceiling().map(|_| figures(50_000.0, 1.0));
    Row::new(
        scenario,
        &Options::default(),
        runs,
        ceilings.as_slice(),
        None,
    )
}

/// With a little of everything that a result may hold.
pub fn report() -> Report {
    let bad = Figures {
        errors: 12,
        warm_up_seconds: 3.0,
        is_warm: false,
        doubled_claims: 2,
        ..figures(9_876.5, 6.25)
    };
    let age = |stored, p50_ms| AgeFigures {
        stored,
        operations: 1_000,
        p50_ms,
        p99_ms: 1.0,
        max_ms: 2.0,
        turns_ms: vec![p50_ms; 5],
    };
    Report {
        format: FORMAT,
        suite: "all".to_owned(),
        suite_version: SUITE_VERSION,
        version: "0.1.0".to_owned(),
        commit: Some("a391320".to_owned()),
        measured_at: "2026-11-21T06:00:00Z".to_owned(),
        machine: Machine {
            cores: 2,
            cpu: "Example CPU".to_owned(),
            memory_bytes: Some(24 << 30),
            kernel: "6.1.0".to_owned(),
            filesystem: "ext4".to_owned(),
        },
        conditions: Conditions {
            build: "release".to_owned(),
            durability: "durable".to_owned(),
            runs: 5,
            warm_up_seconds_max: 3.0,
            duration_seconds: 3.0,
            fleet_size: 64,
            load_average_before: Some(0.25),
            load_average_after: Some(1.75),
            remarks: vec!["something else was running".to_owned()],
        },
        partial: true,
        scenarios: vec![
            row(Scenario::Ceiling, figures(50_123.4, 1.0)),
            row(Scenario::Enqueue, figures(30_000.0, 2.0)),
            row(Scenario::Lifecycle, bad),
            row(Scenario::Batch, figures(87.53, 11.4)),
        ],
        metrics: None,
        ages: vec![AgeRow {
            operation: "claim".to_owned(),
            ages: vec![age(1_000, 0.1), age(1_000_000, 0.2)],
            ratio: 2.0,
            growth: Some(Growth {
                exponent: 0.1,
                low: 0.09,
                high: 0.11,
                tail: 0.1,
                words: "GROWS".to_owned(),
            }),
            check: Check {
                target: "flat".to_owned(),
                measured: Some(0.09),
                holds: false,
            },
            errors: 0,
            first_error: None,
        }],
    }
}

#[test]
fn the_table_lines_up_and_shows_what_went_wrong() {
    insta::assert_snapshot!(render(&report()), @r"
    paceline 0.1.0 (a391320), release build
    2 cores, Example CPU, 24 GiB, Linux 6.1.0, ext4; durable
    medians of 5 runs of 3 s, each in fresh processes; warmed up for 0.6 to 3.0 s until throughput was even; it never was in 1 of 4
    ages measured in turns, one client, so that noise meets all alike
    load average: 0.2 before, 1.8 after
    note: something else was running
    PARTIAL: interrupted before all runs were done

    scenario    load                   rate  p50 ms  p90 ms  p99 ms  p99.9 ms  max ms  of ceiling  server us  errors  target
    ceiling     closed 64  50,123 answers/s    1.00    1.50    4.00      20.0     100           -       17.2       0  -
    enqueue     closed 64    30,000 tasks/s    2.00    3.00    8.00      40.0     200        60 %       17.2       0  >= 0.5 of ceiling ok
    lifecycle   closed 64     9,876 tasks/s    6.25    9.38    25.0       125     625        20 %       17.2      12  rate >= 8000/s ok, p99 < 20 ms MISSED
    batch_1000  closed 1       87.5 tasks/s    11.4    17.1    45.6       228   1,140           -       17.2       0  p50 < 20 ms ok

    operation  p50 ms at 1,000  p50 ms at 1,000,000  ratio                exponent  course  errors  growth
    claim                0.100                0.200   2.00  0.100 (0.090 to 0.110)  ▅█           0  GROWS

    1 of 1 operations are not flat: claim

    lifecycle: 2 tasks were handed to two agents
    lifecycle: first error: POST /api/tasks answered 503: busy
    ");
}

#[test]
fn numbers_are_short_and_grouped() {
    let check = |value, expected| assert_eq!(grouped(value), expected);
    check(0.0, "0");
    check(99.96, "100.0");
    check(999.4, "999");
    check(1_000.0, "1,000");
    check(1_234_567.0, "1,234,567");
    assert_eq!(
        [0.0714, 2.71928, 27.1828, 271.828].map(millis),
        ["0.071", "2.72", "27.2", "272"]
    );
}
