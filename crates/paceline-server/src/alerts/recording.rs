//! What rules write into the metrics engine: answers of recording rules under their names, and `ALERTS`, as
//! Prometheus has it: 1 for each alert that is pending or fires. Owns the end of series that are no
//! longer answered; refuses to decide what is written.

use std::collections::{BTreeMap, BTreeSet};

use paceline_analysis::alerts::{AlertState, Facts, Labels};
use paceline_metrics::{Label, METRIC_NAME, Row, RowValue, stale_marker};

use super::book::{Book, RuleState};
use super::rule::Rule;
use crate::operations::AGENT_LABEL;

type Sample = (paceline_metrics::Labels, f64);

/// An answer under the rule's name.
pub fn named(rule: &Rule, record: &str, samples: Vec<(Labels, f64)>) -> Vec<Sample> {
    let named = |(mut labels, value): (Labels, f64)| {
        let external_labels = Labels::new();
        let said = labels.clone();
        let facts = Facts {
            labels: &said,
            external_labels: &external_labels,
            value,
        };
        for (name, template) in &rule.labels {
            labels.insert(name.clone(), template.fill(&facts));
        }
        (series(record, &labels), value)
    };
    samples.into_iter().map(named).collect()
}

/// Rows of what is answered now, and of the end of what was before.
pub fn rows(state: &mut RuleState, now: Vec<Sample>, now_ms: i64) -> Vec<Row> {
    let present: BTreeSet<_> = now.iter().map(|(labels, _)| labels.clone()).collect();
    let gone: Vec<_> = state.recorded.difference(&present).cloned().collect();
    state.recorded = present;
    let ended = gone.into_iter().map(|labels| (labels, stale_marker()));
    rows_of(now.into_iter().chain(ended), now_ms)
}

/// `ALERTS`, written when it changes and every so often.
pub fn alerts(book: &mut Book, now_ms: i64) -> Vec<Row> {
    let mut present = BTreeSet::new();
    for entry in book.entries() {
        let state = match entry.alert.state {
            AlertState::Pending => "pending",
            AlertState::Firing => "firing",
            AlertState::Resolved => continue,
        };
        let mut labels = entry.alert.labels.clone();
        labels.insert("alertstate".to_owned(), state.to_owned());
        present.insert(series("ALERTS", &labels));
    }
    let gone: Vec<_> = book.alert_series.difference(&present).cloned().collect();
    let ended = gone.into_iter().map(|labels| (labels, stale_marker()));
    let rows = rows_of(
        present.iter().map(|one| (one.clone(), 1.0)).chain(ended),
        now_ms,
    );
    book.alert_series = present;
    rows
}

fn series(name: &str, labels: &Labels) -> paceline_metrics::Labels {
    let pairs = labels
        .iter()
        .filter(|(label, _)| *label != METRIC_NAME)
        .map(|(label, value)| (label.as_str(), value.as_str()));
    paceline_metrics::Labels::from_pairs(pairs.chain([(METRIC_NAME, name)]))
}

/// A row an agent, as agents' own come.
fn rows_of(samples: impl Iterator<Item = Sample>, at_ms: i64) -> Vec<Row> {
    let mut by_agent: BTreeMap<String, Vec<RowValue>> = BTreeMap::new();
    for (labels, value) in samples {
        let agent = labels.get(AGENT_LABEL).to_owned();
        let key = labels.iter().filter(|label| &*label.name != AGENT_LABEL);
        let key = paceline_metrics::Labels::new(key.cloned());
        by_agent
            .entry(agent)
            .or_default()
            .push(RowValue { key, value });
    }
    let row = |(agent, values): (String, Vec<RowValue>)| Row {
        labels: paceline_metrics::Labels::new([Label {
            name: AGENT_LABEL.into(),
            value: agent.into(),
        }]),
        at_ms,
        values,
    };
    by_agent.into_iter().map(row).collect()
}
