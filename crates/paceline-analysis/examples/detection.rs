//! How often planted changes are found and how often clean months raise an alarm, over many seeds.
//! Owns the counts that `docs/decisions` quotes. Run it with `cargo run --release -p paceline-analysis
//! --example detection -- 20 2000000 50`: months of each planted change, records in a month and the
//! one before it, months without a change.

#[path = "../tests/generator/mod.rs"]
mod generator;

use generator::{DAY_MS, Months, Planted};
use paceline_analysis::Report;
use paceline_analysis::report::model::{Finding, FindingKind};

const RECORDS: usize = 2_000_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| {
        let given = arguments.next();
        given.and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (months, records) = (number(20), number(RECORDS as u64) as usize);
    clean(number(months), records);
    let step = Planted::Fifth {
        operation: "memory_search",
        day: 13,
    };
    let claim = Planted::Fifth {
        operation: "task_claim",
        day: 24,
    };
    planted(
        "a fifth in memory_search",
        months,
        records,
        step,
        |one, report| is_step(one, report, 13, "execute") && names(one) == ["memory_search"],
    );
    planted(
        "a fifth in task_claim",
        months,
        records,
        claim,
        |one, report| is_step(one, report, 24, "execute") && names(one) == ["task_claim"],
    );
    planted(
        "a claim that scans",
        months,
        records,
        Planted::Scan,
        |one, _| one.kind == FindingKind::Drift && names(one) == ["task_claim"],
    );
    planted(
        "a slow commit",
        months,
        records,
        Planted::Commit { day: 20 },
        |one, report| is_step(one, report, 20, "commit"),
    );
    planted(
        "a slow agent",
        months,
        records,
        Planted::SlowAgent { agent: 5 },
        |one, _| {
            one.agent
                .as_ref()
                .is_some_and(|agent| agent.agent_id == "agt_05")
        },
    );
    let load = Planted::Load {
        day: 10,
        times: 3.0,
    };
    planted("three times the load", months, records, load, |one, _| {
        one.meanwhile.follows_load
    });
}

fn clean(months: u64, records: usize) {
    let (mut alarms, mut with) = (0, 0);
    let mut stated = 0.0;
    for seed in 0..months {
        let report = Months {
            seed,
            records,
            planted: Planted::Nothing,
        }
        .report();
        alarms += report.findings.len();
        with += usize::from(!report.findings.is_empty());
        stated += report.judged.chance_alarms;
        for finding in &report.findings {
            println!("  seed {seed}: {}", finding.sentence);
        }
    }
    println!("clean: {alarms} alarms in {with} of {months} months; stated {stated:.1}");
}

fn planted(
    name: &str,
    months: u64,
    records: usize,
    planted: Planted,
    is_it: impl Fn(&Finding, &Report) -> bool,
) {
    let (mut found, mut others) = (0, 0);
    for seed in 1_000..1_000 + months {
        let report = Months {
            seed,
            records,
            planted,
        }
        .report();
        let (right, wrong): (Vec<_>, Vec<_>) =
            report.findings.iter().partition(|one| is_it(one, &report));
        found += usize::from(right.len() == 1);
        others += wrong.len() + right.len().saturating_sub(1);
        for finding in wrong.into_iter().chain(right.into_iter().skip(1)) {
            println!("  seed {seed}: {}", finding.sentence);
        }
    }
    println!("{name}: found in {found} of {months} months, {others} other alarms");
}

fn is_step(finding: &Finding, report: &Report, day: i64, stage: &str) -> bool {
    let off_ms = finding.since.0 - (report.period.from.0 + day * DAY_MS);
    finding.kind == FindingKind::Step
        && off_ms.abs() <= DAY_MS
        && finding.stage.as_deref() == Some(stage)
}

fn names(finding: &Finding) -> Vec<&str> {
    finding
        .operations
        .iter()
        .map(|moved| moved.operation.as_str())
        .collect()
}
