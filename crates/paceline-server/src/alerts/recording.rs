//! Recording rules. Owns how an answer becomes rows under the rule's name, and the end of series that
//! are no longer answered; refuses the server's own names.

use paceline_analysis::alerts::{Facts, Labels};
use paceline_metrics::{METRIC_NAME, Row, RowValue, stale_marker};

use super::book::RuleState;
use super::rule::Rule;

pub fn rows(
    rule: &Rule,
    state: &mut RuleState,
    samples: Vec<(Labels, f64)>,
    now_ms: i64,
) -> Vec<Row> {
    let Some(record) = &rule.record else {
        return Vec::new();
    };
    let named = |(mut labels, value): (Labels, f64)| {
        let external_labels = Labels::new();
        let facts = Facts {
            labels: &labels.clone(),
            external_labels: &external_labels,
            value,
        };
        for (name, template) in &rule.labels {
            labels.insert(name.clone(), template.fill(&facts));
        }
        labels.insert(METRIC_NAME.to_owned(), record.clone());
        let pairs = labels
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        (paceline_metrics::Labels::from_pairs(pairs), value)
    };
    let now: Vec<_> = samples.into_iter().map(named).collect();
    let gone: Vec<_> = state
        .recorded
        .iter()
        .filter(|labels| !now.iter().any(|(one, _)| one == *labels))
        .cloned()
        .collect();
    state.recorded = now.iter().map(|(labels, _)| labels.clone()).collect();
    let ended = gone.into_iter().map(|labels| (labels, stale_marker()));
    let values = now.into_iter().chain(ended);
    let values: Vec<_> = values.map(|(key, value)| RowValue { key, value }).collect();
    if values.is_empty() {
        return Vec::new();
    }
    vec![Row {
        labels: paceline_metrics::Labels::default(),
        at_ms: now_ms,
        values,
    }]
}
