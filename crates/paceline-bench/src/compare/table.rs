//! A comparison as text. Owns the verdict in words, first; refuses a verdict without its interval.

use std::fmt::Write as _;

use paceline_analysis::compare::{Doubt, Verdict};

use super::{Compared, Comparison, Source};
use crate::table::{align, dash, figure};

// Writing to a `String` cannot fail, so results of `writeln!` are dropped in this file.

pub fn render(comparison: &Comparison) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", summary(comparison));
    for (which, source) in [("before", &comparison.before), ("after", &comparison.after)] {
        let _ = writeln!(out, "{which:<7} {}", described(source));
    }
    for warning in &comparison.warnings {
        let _ = writeln!(out, "warning: {warning}");
    }
    if !comparison.operations.is_empty() {
        out.push('\n');
        let rows = comparison.operations.iter().map(cells).collect();
        align(&mut out, &HEADINGS, rows);
    }
    if !comparison.left_out.is_empty() {
        let _ = writeln!(out, "\nnot compared: {}", comparison.left_out.join("; "));
    }
    out
}

const HEADINGS: [&str; 8] = [
    "operation",
    "figure",
    "unit",
    "before",
    "after",
    "change",
    "p",
    "verdict",
];

fn summary(comparison: &Comparison) -> String {
    let count = |verdict| comparison.count(verdict);
    let names = |verdict| {
        let rows = comparison.operations.iter();
        let rows = rows.filter(|row| row.comparison.verdict == verdict);
        let mut names: Vec<_> = rows.map(|row| row.operation.as_str()).collect();
        names.dedup();
        names.join(", ")
    };
    let verdicts = match (count(Verdict::Slower), count(Verdict::Faster)) {
        (0, 0) => "nothing got slower or faster".to_owned(),
        (0, _) => format!("faster: {}", names(Verdict::Faster)),
        (_, 0) => format!("slower: {}", names(Verdict::Slower)),
        _ => format!(
            "slower: {}; faster: {}",
            names(Verdict::Slower),
            names(Verdict::Faster)
        ),
    };
    let unstable = match count(Verdict::Unstable) {
        0 => String::new(),
        count => format!("; {count} of {} are unstable", comparison.operations.len()),
    };
    let gate = 100.0 * comparison.gate;
    format!("{verdicts}{unstable} (a change counts from {gate} % on)")
}

fn described(source: &Source) -> String {
    let commit = source.commit.as_deref().unwrap_or("unknown commit");
    format!(
        "{} ({commit}), {}, suite {}, {}",
        source.version,
        source.measured_at,
        source.suite,
        source.path.display()
    )
}

fn cells(row: &Compared) -> Vec<String> {
    let compared = &row.comparison;
    let percent = |change: f64| format!("{:+.1}", 100.0 * change);
    let change = compared.change.map_or_else(dash, |change| {
        let (low, high) = (percent(change.low), percent(change.high));
        format!("{} % ({low} to {high})", percent(change.change))
    });
    vec![
        row.operation.clone(),
        row.figure.to_owned(),
        row.unit.clone(),
        figure(compared.before.median),
        figure(compared.after.median),
        change,
        compared
            .p_adjusted
            .map_or_else(dash, |p_value| format!("{p_value:.3}")),
        verdict(row),
    ]
}

fn verdict(row: &Compared) -> String {
    let compared = &row.comparison;
    let (before, after) = (compared.before.runs, compared.after.runs);
    match (compared.verdict, compared.doubt) {
        (Verdict::Slower, _) => "SLOWER".to_owned(),
        (Verdict::Faster, _) => "faster".to_owned(),
        (Verdict::NoDifference, _) => "no difference".to_owned(),
        (Verdict::Unstable, Some(Doubt::TooFewRuns)) => {
            format!("unstable: {before} and {after} runs are too few")
        }
        (Verdict::Unstable, Some(Doubt::IntervalTooWide)) => {
            "unstable: the interval is wider than the gate".to_owned()
        }
        (Verdict::Unstable, Some(Doubt::TooScattered)) => {
            "unstable: the runs are scattered".to_owned()
        }
        (Verdict::Unstable, None) => "unstable".to_owned(),
    }
}
