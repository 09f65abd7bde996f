//! How much of the period was seen. Owns load, silences and the sentences about what is missing;
//! refuses to guess what happened meanwhile.

use super::gathered::{Gathered, OperationEntry};
use super::history::{Grid, History};
use super::model::{Report, Silence};
use super::words;
use crate::instant::Instant;

/// A shorter time without a record is not worth a word.
const SILENCE_HOURS_MIN: i64 = 6;

/// How much was done in each cell.
pub(super) fn load(operations: &[(&str, &History)], grid: &Grid) -> Vec<f64> {
    let of_cell = |cell: usize| operations.iter().map(|one| one.1.weight(cell)).sum();
    (0..grid.cells).map(of_cell).collect()
}

/// Runs of cells of the period without any record, oldest first.
pub(super) fn silences(load: &[f64], grid: &Grid) -> Vec<Silence> {
    let mut silences = Vec::new();
    let mut cell = grid.current;
    while cell < grid.cells {
        let length = load[cell..].iter().take_while(|done| **done == 0.0).count();
        if SILENCE_HOURS_MIN * 3_600_000 <= length as i64 * grid.cell_ms {
            silences.push(Silence {
                from: Instant(grid.at_ms(cell)),
                to: Instant(grid.at_ms(cell + length)),
            });
        }
        cell += length.max(1);
    }
    silences
}

/// What is missing, in sentences.
pub(super) fn gaps(
    report: &Report,
    from: &Gathered,
    operations: &[(String, OperationEntry)],
) -> Vec<String> {
    let mut gaps = Vec::new();
    if !operations.is_empty() {
        gaps.extend(silent(report, from));
    }
    let reported = operations
        .iter()
        .filter(|one| one.1.both.current.has_stages());
    let with_durations = operations
        .iter()
        .filter(|one| one.1.both.current.has_records());
    let without = with_durations.count() - reported.count();
    if 0 < without {
        let names = words::plural(without as u64, "operation", "operations");
        gaps.push(format!(
            "The records of {names} do not tell stages, so none is named for them."
        ));
    }
    if from.age.series.is_empty() {
        gaps.push(
            "The server's own series of its size and version do not reach into this period, so \
             neither is compared with speed."
                .to_owned(),
        );
    }
    let left_out =
        from.peers.operations.left_out + from.peers.tasks.left_out + from.peers.tools.left_out;
    if 0 < left_out {
        let durations = words::plural(left_out, "duration", "durations");
        gaps.push(format!(
            "{durations} of further agents or kinds of work were not compared."
        ));
    }
    if 0 < from.work.untimed {
        let tasks = words::plural(from.work.untimed, "ended task does", "ended tasks do");
        gaps.push(format!(
            "{tasks} not tell when it was begun, and has no duration."
        ));
    }
    gaps
}

fn silent(report: &Report, from: &Gathered) -> Option<String> {
    let length = |silence: &Silence| silence.to.0 - silence.from.0;
    let longest = report
        .silences
        .iter()
        .max_by_key(|silence| length(silence))?;
    let all: i64 = report.silences.iter().map(length).sum();
    let at = |at: Instant| words::moment(at, &report.period);
    let server = match from.age.was_recorded(longest.from.0, longest.to.0) {
        Some(true) => " The server was running then.",
        Some(false) => " The server recorded nothing of itself either: it was probably down.",
        None => "",
    };
    Some(format!(
        "No operation was recorded for {} in all, the longest time from {} to {}.{server}",
        words::duration(all as f64),
        at(longest.from),
        at(longest.to),
    ))
}
