//! Sections about what surrounds the operations: age, elections, what is missing, and how to get
//! each number again.

use super::{NOTHING, Section, Table, or_nothing, said, section, table_columns};
use crate::report::model::{Ageing, Report};
use crate::report::words;

pub(super) fn ageing(report: &Report) -> Option<Section> {
    let ageing = &report.ageing;
    if ageing.operations.is_empty() && ageing.figures.is_empty() {
        return None;
    }
    let rows = ageing.operations.iter().map(|row| {
        vec![
            row.operation.clone(),
            row.verdict.clone(),
            words::hundredths(row.exponent.estimate),
            format!(
                "{} to {}",
                words::hundredths(row.exponent.low),
                words::hundredths(row.exponent.high)
            ),
        ]
    });
    let table = Table {
        columns: table_columns(&["operation", "with age"], &["exponent", "interval"]),
        rows: rows.collect(),
    };
    let mut section = section("Does it slow down as it ages?", &hardly_grew(ageing), table);
    let mut sentences = figures(report);
    if section.table.is_some() {
        sentences.push(method(ageing));
    }
    section.sentences.splice(0..0, sentences);
    Some(section)
}

fn hardly_grew(ageing: &Ageing) -> String {
    match ageing.size_ratio {
        Some(ratio) => format!(
            "The store's size changed by a factor of {ratio:.2} only, too little to tell growth."
        ),
        None => "The store's size is not known, so growth cannot be told.".to_owned(),
    }
}

fn method(ageing: &Ageing) -> String {
    format!(
        "The time of each operation against the store's size ({}), which grew by a factor of {:.1}: \
         an exponent of 0 is flat, 1 means twice the time at twice the size.",
        ageing.size.as_deref().unwrap_or(NOTHING),
        ageing.size_ratio.unwrap_or(1.0),
    )
}

fn figures(report: &Report) -> Vec<String> {
    let ageing = &report.ageing;
    let figures = ageing.figures.iter().map(|one| {
        let number = |value: f64| words::count(value.max(0.0).round() as u64);
        format!(
            "`{}` went from {} to {}.",
            one.name,
            number(one.at_begin),
            number(one.at_end)
        )
    });
    let mut said: Vec<String> = figures.collect();
    let at = |at| words::moment(at, &report.period);
    let versions = ageing.versions.iter();
    said.extend(versions.map(|one| format!("Version {} since {}.", one.version, at(one.since))));
    let restarts: Vec<String> = ageing.restarts.iter().take(5).map(|one| at(*one)).collect();
    if !restarts.is_empty() {
        let times = words::plural(ageing.restarts.len() as u64, "time", "times");
        said.push(format!(
            "The server was restarted {times}: {}.",
            words::listed(&restarts)
        ));
    }
    said
}

/// A rule may be ignored so often in a week.
const IGNORED_A_WEEK: f64 = 3.0;
const WEEK_MS: f64 = 7.0 * 86_400_000.0;

pub(super) fn alerts(report: &Report) -> Option<Section> {
    if report.alerts.is_empty() {
        return None;
    }
    let rows = report.alerts.iter().map(|row| {
        let numbers = [row.fired, row.told, row.acknowledged, row.ignored];
        let numbers = numbers.into_iter().map(words::count);
        [row.rule.clone()].into_iter().chain(numbers).collect()
    });
    let table = Table {
        columns: table_columns(&["rule"], &["fired", "told", "acknowledged", "ignored"]),
        rows: rows.collect(),
    };
    let mut section = section("Alerts, and who listened", "", table);
    section.sentences = too_noisy(report);
    Some(section)
}

/// Those beyond the budget, by name: an alert that is ignored teaches people to ignore alerts.
fn too_noisy(report: &Report) -> Vec<String> {
    let weeks = (report.period.to.0 - report.period.from.0) as f64 / WEEK_MS;
    let budget = (IGNORED_A_WEEK * weeks).max(1.0);
    let noisy: Vec<String> = report
        .alerts
        .iter()
        .filter(|row| budget < row.ignored as f64)
        .map(|row| {
            format!(
                "`{}` was told {} and nobody acknowledged {}: let it wait longer, move its limit, or \
                 switch it off.",
                row.rule,
                words::plural(row.told, "time", "times"),
                words::plural(row.ignored, "of its firings", "of its firings"),
            )
        })
        .collect();
    if noisy.is_empty() {
        let sentence = format!(
            "No rule was ignored more often than its budget of {IGNORED_A_WEEK:.0} a week."
        );
        return vec![sentence];
    }
    noisy
}

pub(super) fn elections(report: &Report) -> Option<Section> {
    let all = &report.elections;
    if all.failovers == 0 && all.elections.is_empty() {
        return None;
    }
    let rows = all.elections.iter().map(|row| {
        let counts = [
            row.terms,
            row.leaders,
            row.expired,
            row.died,
            row.resigned,
            row.epoch,
            row.backwards,
        ];
        [row.election.clone()]
            .into_iter()
            .chain(counts.map(words::count))
            .collect()
    });
    let columns = [
        "terms",
        "leaders",
        "expired",
        "died",
        "resigned",
        "epoch",
        "backwards",
    ];
    let table = Table {
        columns: table_columns(&["election"], &columns),
        rows: rows.collect(),
    };
    let mut section = section(
        "Elections and outages",
        "No election was held in this period.",
        table,
    );
    section.sentences.insert(0, failovers(report));
    let backwards: u64 = all.elections.iter().map(|row| row.backwards).sum();
    if 0 < backwards {
        let terms = words::plural(backwards, "term has", "terms have");
        section.sentences.push(format!(
            "{terms} an epoch that does not rise above the one before: this history was imported, and \
             whoever kept it let epochs go backwards."
        ));
    }
    Some(section)
}

fn failovers(report: &Report) -> String {
    let all = &report.elections;
    if all.failovers == 0 {
        return if all.elections.is_empty() {
            "No leader was lost.".to_owned()
        } else {
            "The record holds no failover, so how long nobody led is not known.".to_owned()
        };
    }
    format!(
        "{} lost and replaced: {} without one at the median, {} at most, {} in all.",
        words::plural(all.failovers, "leader was", "leaders were"),
        or_nothing(all.failover_p50_ms.map(words::duration)),
        or_nothing(all.failover_max_ms.map(words::duration)),
        words::duration(all.leaderless_ms),
    )
}

pub(super) fn not_measured(report: &Report) -> Option<Section> {
    let mut sentences = report.gaps.clone();
    if sentences.is_empty() {
        sentences.push("Nothing is known to be missing.".to_owned());
    }
    let few = &report.judged.too_few;
    if !few.is_empty() {
        let names: Vec<String> = few.iter().map(|name| format!("`{name}`")).collect();
        sentences.push(format!(
            "Too few records to be judged over time: {}.",
            words::listed(&names)
        ));
    }
    sentences.push(format!(
        "Days and months begin at midnight {}; of another time zone's, ask with `--utc-offset`.",
        report.period.zone()
    ));
    Some(said("Not measured, and not sure", sentences))
}

pub(super) fn reproductions(report: &Report) -> Option<Section> {
    let rows = report.reproductions.iter();
    let table = Table {
        columns: table_columns(&["number", "command"], &[]),
        rows: rows
            .map(|one| vec![one.what.clone(), one.command.clone()])
            .collect(),
    };
    let mut section = section("How to get these numbers again", "", table);
    section.sentences.insert(
        0,
        "In the data directory, or with the server's address in `PACELINE_URL`.".to_owned(),
    );
    (!report.reproductions.is_empty()).then_some(section)
}
