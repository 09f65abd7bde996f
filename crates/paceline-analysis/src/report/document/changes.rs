//! Sections about change: what to do, what changed, what became of earlier advice.

use super::{Section, Table, said, table_columns};
use crate::report::model::{FindingKind, Report};
use crate::report::words;

pub(super) fn recommendations(report: &Report) -> Option<Section> {
    if report.recommendations.is_empty() {
        return None;
    }
    let rows = report.recommendations.iter().map(|one| {
        let is_idle = one.id.starts_with("largest:");
        let saves = if is_idle {
            String::new()
        } else {
            format!(
                " It would save about {} a period.",
                words::duration(one.saves_ms)
            )
        };
        // The evidence of a finding is told below, where it belongs.
        let told = report
            .findings
            .iter()
            .any(|finding| finding.sentence == one.evidence);
        let evidence = if told {
            String::new()
        } else {
            format!(" {}", one.evidence)
        };
        format!("{}{evidence}{saves}", one.action)
    });
    Some(Section {
        is_ranked: 1 < report.recommendations.len(),
        ..said("What to do first", rows.collect())
    })
}

pub(super) fn findings(report: &Report) -> Option<Section> {
    let groups = [
        (FindingKind::Step, "From one moment on"),
        (FindingKind::Drift, "Little by little"),
        (FindingKind::Spell, "For a while"),
        (FindingKind::SlowAgent, "Among agents"),
    ];
    let told = groups.into_iter().flat_map(|(kind, heading)| {
        let of_kind = report
            .findings
            .iter()
            .filter(move |finding| finding.kind == kind);
        of_kind.map(move |finding| format!("{heading}: {}", finding.sentence))
    });
    let mut sentences: Vec<String> = told.collect();
    if sentences.is_empty() && report.judged.operations == 0 {
        return None;
    }
    if sentences.is_empty() {
        sentences.push("No operation changed its speed, suddenly or little by little.".to_owned());
    }
    sentences.push(chance(report));
    Some(Section {
        has_charts: !report.timelines.is_empty(),
        ..said("What changed", sentences)
    })
}

/// How far such alarms can be trusted.
fn chance(report: &Report) -> String {
    let judged = &report.judged;
    let operations = words::plural(judged.operations, "operation was", "operations were");
    let agents = match judged.agents {
        0 => String::new(),
        agents => format!(
            ", and {} compared with each other",
            words::plural(agents, "agent was", "agents were")
        ),
    };
    format!(
        "{operations} judged over time{agents}; in a period in which nothing changes, chance alone \
         would raise {:.2} such alarms.",
        judged.chance_alarms
    )
}

pub(super) fn followed(report: &Report) -> Option<Section> {
    let first = report.followed.first()?;
    let mut sentences = vec![format!("Given in the report of {}.", first.given_in)];
    sentences.extend(
        report
            .followed
            .iter()
            .map(|one| format!("{} {}", one.action, one.sentence)),
    );
    Some(said("What became of the last recommendations", sentences))
}

pub(super) fn together(report: &Report) -> Option<Section> {
    let found = &report.together;
    if found.pairs_compared == 0 {
        return None;
    }
    let pairs = words::plural(found.pairs_compared, "pair was", "pairs were");
    let mut sentences = vec![format!(
        "{pairs} compared by the medians of quarters of days in both periods, with daily and weekly \
         rhythm, steps and drifts taken out. What moves together may share a cause: the machine, the \
         disk, the one writer, or a busy hour."
    )];
    sentences.extend(found.groups.iter().map(|group| group.sentence.clone()));
    if found.groups.is_empty() {
        sentences.push("No two operations slow down together beyond chance.".to_owned());
    }
    let rows = found.pairs.iter().map(|pair| {
        let correlation = words::hundredths(pair.correlation);
        vec![pair.first.clone(), pair.second.clone(), correlation]
    });
    let columns = table_columns(&["operation", "with"], &["correlation of ranks"]);
    let rows: Vec<_> = rows.collect();
    Some(Section {
        table: (!rows.is_empty()).then_some(Table { columns, rows }),
        ..said("Operations that slow down together", sentences)
    })
}
