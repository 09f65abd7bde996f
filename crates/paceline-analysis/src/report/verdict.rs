//! The report's conclusion in sentences. Owns what is said first and how loudly; refuses to repeat
//! the findings' numbers where they have their own sentence.

use super::model::{Became, Finding, OperationRow, Report};
use super::rules;
use super::scope::{ENOUGH, WAITS};
use super::words;

/// A smaller difference of the 95th percentile is not told in words.
const CHANGE_MIN: f64 = 0.20;
/// Nor is one that nobody would notice, in milliseconds.
const DIFFERENCE_MS_MIN: f64 = 0.1;
/// How many operations are named for each direction.
const NAMED_MAX: usize = 3;
/// How many findings are told at once.
const FINDINGS_MAX: usize = 3;
/// A success rate this much lower is told.
const RATE_DROP_MIN: f64 = 0.001;

/// Writes the verdict and the gaps that follow from the numbers themselves.
pub(super) fn fill(report: &mut Report, sampled: bool) {
    report.verdict = paragraphs(report);
    let mut gaps = gaps(report, sampled);
    gaps.append(&mut report.gaps);
    report.gaps = gaps;
}

/// A line for each thing that is to be known.
fn paragraphs(report: &Report) -> String {
    let changed = findings(report).into_iter().chain(beside_findings(report));
    let changed: Vec<String> = changed.collect();
    let is_calm = changed.is_empty() && report.reliability.success_rate.is_some();
    let mut paragraphs = vec![size_of_period(report).join(" ")];
    paragraphs.extend(changed);
    if is_calm {
        paragraphs.push(all_is_well(report));
    }
    let notes = [not_compared(report), rules_broken(report), followed(report)];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    if !notes.is_empty() {
        paragraphs.push(notes.join(" "));
    }
    paragraphs.join("\n")
}

fn size_of_period(report: &Report) -> Vec<String> {
    let totals = &report.reliability;
    let Some(rate) = totals.success_rate else {
        return nothing_recorded(report);
    };
    let operations = words::plural(totals.operations, "operation was", "operations were");
    let mut said = vec![format!(
        "{operations} recorded in {}; {} succeeded.",
        report.period.name,
        words::percent(rate)
    )];
    said.extend(worse_rate(report, rate));
    said.extend(completed(report));
    said
}

fn not_compared(report: &Report) -> Option<String> {
    let totals = &report.reliability;
    let alone = totals.success_rate.is_some() && totals.previous_success_rate.is_none();
    alone.then(|| "The period before has no records, so nothing is compared with it.".to_owned())
}

fn completed(report: &Report) -> Option<String> {
    let completed: u64 = report.work.iter().map(|row| row.completed).sum();
    let tasks = words::plural(completed, "task", "tasks");
    let agents = words::plural(report.work_agents_total, "agent", "agents");
    (0 < completed).then(|| format!("{agents} completed {tasks}."))
}

/// A fleet may have worked without a single timed operation, such as an imported one.
fn nothing_recorded(report: &Report) -> Vec<String> {
    let mut said = vec![format!(
        "No operation was recorded in {}.",
        report.period.name
    )];
    said.extend(completed(report));
    let calls: u64 = report
        .tools
        .iter()
        .filter_map(|row| row.current)
        .map(|one| one.durations.count)
        .sum();
    if 0 < calls {
        said.push(format!(
            "{} recorded.",
            words::plural(calls, "tool call was", "tool calls were")
        ));
    }
    said
}

fn worse_rate(report: &Report, rate: f64) -> Option<String> {
    let before = report.reliability.previous_success_rate?;
    (RATE_DROP_MIN <= before - rate).then(|| {
        format!(
            "Before it was {}: fewer succeed now.",
            words::percent(before)
        )
    })
}

fn findings(report: &Report) -> Vec<String> {
    let (slower, faster): (Vec<&Finding>, Vec<&Finding>) =
        report.findings.iter().partition(|finding| finding.slower);
    let told = told(&slower, "slower", FINDINGS_MAX).into_iter();
    told.chain(self::told(&faster, "faster", 1)).collect()
}

fn told(findings: &[&Finding], word: &str, most: usize) -> Vec<String> {
    let count = match findings.len() {
        0 => return Vec::new(),
        1 => format!("One thing got {word}."),
        more => format!("{more} things got {word}."),
    };
    let mut told: Vec<String> = findings
        .iter()
        .take(most)
        .map(|one| one.sentence.clone())
        .collect();
    told[0] = format!("{count} {}", told[0]);
    told
}

fn beside_findings(report: &Report) -> Vec<String> {
    let slower = moved(report, "slower", |difference| difference);
    let faster = moved(report, "faster", |difference| -difference);
    slower.into_iter().chain(faster).collect()
}

fn all_is_well(report: &Report) -> String {
    if 0 < report.judged.operations {
        let operations = words::plural(report.judged.operations, "operation", "operations");
        return format!(
            "Nothing got slower: {operations} were judged, and none changed its speed."
        );
    }
    if report.operations.iter().any(is_comparable) {
        let percent = words::percent(CHANGE_MIN);
        return format!("No operation's 95th percentile moved by {percent} or more.");
    }
    format!("Too few records to judge: {ENOUGH} of an operation are needed in each period.")
}

fn is_comparable(row: &OperationRow) -> bool {
    row.change.is_some_and(|change| change.enough)
}

/// Whether a change between the periods is more than days differ anyway.
fn is_sure(row: &OperationRow) -> bool {
    let Some(change) = row.change.filter(|change| change.enough) else {
        return false;
    };
    change
        .p95_interval
        .is_none_or(|interval| 0.0 < interval.low * interval.high)
}

/// One sentence naming what moved most in the direction where `sign` is positive, apart from what a
/// finding has told already.
fn moved(report: &Report, word: &str, sign: impl Fn(f64) -> f64) -> Option<String> {
    let told = |row: &OperationRow| {
        let moved = report
            .findings
            .iter()
            .flat_map(|finding| &finding.operations);
        moved
            .into_iter()
            .any(|moved| moved.operation == row.operation)
    };
    let asked = |row: &&OperationRow| !WAITS.contains(&row.operation.as_str()) && !told(row);
    let mut rows: Vec<(f64, String)> = report
        .operations
        .iter()
        .filter(asked)
        .filter(|row| is_sure(row))
        .filter_map(|row| {
            let (now, before) = (
                row.current?.durations.p95_ms,
                row.previous?.durations.p95_ms,
            );
            let change = row.change?.p95?;
            let told = CHANGE_MIN <= sign(change) && DIFFERENCE_MS_MIN <= sign(now - before);
            let (now, before) = (words::duration(now), words::duration(before));
            let change_text = words::change(change);
            let text = format!("`{}` {before} to {now} ({change_text})", row.operation);
            told.then_some((sign(change), text))
        })
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let more = rows.len().saturating_sub(NAMED_MAX);
    let named: Vec<_> = rows.into_iter().take(NAMED_MAX).map(|row| row.1).collect();
    let more = if 0 < more {
        format!(", and {more} more")
    } else {
        String::new()
    };
    (!named.is_empty()).then(|| {
        format!(
            "The slowest calls of these are {word} than in the period before (95th percentile): \
             {}{more}.",
            named.join(", ")
        )
    })
}

fn rules_broken(report: &Report) -> Option<String> {
    let broken = |rule: &str| {
        report
            .broken_rules
            .iter()
            .filter(|one| one.rule == rule)
            .count() as u64
    };
    let errors = broken(rules::ERRORS);
    (0 < errors).then(|| {
        let operations = words::plural(errors, "operation fails", "operations fail");
        format!("{operations} more often than once in a hundred calls.")
    })
}

fn followed(report: &Report) -> Option<String> {
    let done = report
        .followed
        .iter()
        .filter(|one| one.became == Became::Done)
        .count();
    let all = report.followed.len();
    match (all, done) {
        (0, _) => None,
        (1, 0) => Some("What the last report recommended is not done yet.".to_owned()),
        (1, _) => Some("What the last report recommended is done.".to_owned()),
        _ => Some(format!(
            "Of the last report's {all} recommendations {done} are done."
        )),
    }
}

fn gaps(report: &Report, sampled: bool) -> Vec<String> {
    let mut gaps = Vec::new();
    if sampled {
        gaps.push("Busy seconds are a uniform sample: counts are estimates.".to_owned());
    }
    let few = report
        .operations
        .iter()
        .filter(|row| row.change.is_some_and(|change| !change.enough));
    let few: Vec<_> = few.map(|row| format!("`{}`", row.operation)).collect();
    if !few.is_empty() {
        let names = few.join(", ");
        gaps.push(format!(
            "Under {ENOUGH} records in one of the periods, so no change is judged: {names}."
        ));
    }
    let guessed = report.tools.iter().filter_map(|row| row.current);
    let guessed: u64 = guessed.map(|figures| figures.success_reported).sum();
    if 0 < guessed {
        let calls = words::plural(guessed, "tool call has", "tool calls have");
        gaps.push(format!(
            "{calls} a success flag that an imported file guessed (reported)."
        ));
    }
    gaps
}
