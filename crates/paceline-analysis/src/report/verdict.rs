//! The report's conclusion in sentences. Owns the thresholds at which a difference is worth a word,
//! and says each with its numbers; refuses causes, which totals cannot show.

use super::build::ENOUGH;
use super::model::{OperationRow, Report};
use super::words;

/// A smaller difference of the 95th percentile is not told in words.
const CHANGE_MIN: f64 = 0.20;
/// Nor is one that nobody would notice, in milliseconds.
const DIFFERENCE_MS_MIN: f64 = 0.1;
/// How many operations are named for each direction.
const NAMED_MAX: usize = 3;
/// A success rate this much lower is told.
const RATE_DROP_MIN: f64 = 0.001;

/// Writes the verdict and the gaps that follow from the numbers themselves.
pub(super) fn fill(report: &mut Report, sampled: bool) {
    report.verdict = sentences(report).join(" ");
    let mut gaps = gaps(report, sampled);
    gaps.append(&mut report.gaps);
    report.gaps = gaps;
}

fn sentences(report: &Report) -> Vec<String> {
    let name = &report.period.name;
    let totals = &report.reliability;
    let Some(rate) = totals.success_rate else {
        return vec![format!("No operation was recorded in {name}.")];
    };
    let operations = words::plural(totals.operations, "operation was", "operations were");
    let mut said = vec![format!(
        "{operations} recorded in {name}; {} succeeded.",
        words::percent(rate)
    )];
    let Some(before) = totals.previous_success_rate else {
        said.push("The period before has no records, so nothing can be compared.".to_owned());
        return said;
    };
    if RATE_DROP_MIN <= before - rate {
        said.push(format!(
            "Before it was {}: fewer succeed now.",
            words::percent(before)
        ));
    }
    said.extend(moved(report, "Slower", |difference| difference));
    said.extend(moved(report, "Faster", |difference| -difference));
    if said.len() == 1 {
        said.push(nothing_moved(report));
    }
    said
}

fn nothing_moved(report: &Report) -> String {
    if report.operations.iter().any(is_comparable) {
        let percent = words::percent(CHANGE_MIN);
        return format!("No operation's 95th percentile moved by {percent} or more.");
    }
    format!("Too few records to compare: {ENOUGH} of an operation are needed in each period.")
}

fn is_comparable(row: &OperationRow) -> bool {
    row.change.is_some_and(|change| change.enough)
}

/// One sentence naming what moved most in the direction where `sign` is positive.
fn moved(report: &Report, word: &str, sign: impl Fn(f64) -> f64) -> Option<String> {
    let mut rows: Vec<(f64, String)> = report
        .operations
        .iter()
        .filter_map(|row| {
            let (now, before) = (
                row.current?.durations.p95_ms,
                row.previous?.durations.p95_ms,
            );
            let change = row.change.filter(|change| change.enough)?.p95?;
            let told = CHANGE_MIN <= sign(change) && DIFFERENCE_MS_MIN <= sign(now - before);
            let (now, before) = (words::duration(now), words::duration(before));
            let text = format!(
                "`{}` {before} to {now} ({})",
                row.operation,
                words::change(change)
            );
            told.then_some((sign(change), text))
        })
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let more = rows.len().saturating_sub(NAMED_MAX) as u64;
    let named: Vec<_> = rows.into_iter().take(NAMED_MAX).map(|row| row.1).collect();
    let more = if 0 < more {
        format!(", and {more} more")
    } else {
        String::new()
    };
    (!named.is_empty()).then(|| {
        format!(
            "{word} than before at the 95th percentile: {}{more}.",
            named.join(", ")
        )
    })
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
    if !report.agents.is_empty() {
        gaps.push("Figures of agents count from their beginning, not for this period.".to_owned());
    }
    gaps
}
