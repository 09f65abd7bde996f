//! Alerts that an earlier run left under rules that this one has not. Owns who stands in for such a rule, so that
//! the end of its alerts is recorded and told; refuses to end them (`turn` does).

use std::collections::BTreeMap;
use std::sync::Arc;

use paceline_analysis::alerts::{Alert, Timing};
use paceline_analysis::anomaly::Unit;
use paceline_api::AlertRuleSource;
use paceline_promql::Query;

use super::book::Book;
use super::limits::ALERTS_A_RULE_MAX;
use super::rule::{ALERT_NAME, INTERVAL_MS, OF_FILE, Rule};

/// Nobody asks it.
const NO_QUESTION: &str = "vector(0)";

impl Book {
    /// Takes in what is known of rules that are gone from their alerts.
    pub fn adopt(&mut self) {
        let orphans = self.states.iter().filter(|(rule_id, state)| {
            !state.held.is_empty() && self.rule_or_gone(rule_id).is_none()
        });
        let orphans = orphans.filter(|(rule_id, _)| !self.awaits(rule_id));
        let adopted = orphans.filter_map(|(rule_id, state)| {
            let alert = state.held.values().next()?;
            stand_in(rule_id, alert).map(Arc::new)
        });
        let adopted: Vec<_> = adopted.collect();
        self.gone.extend(adopted);
    }

    /// A file with a mistake keeps its rules. After a start nobody knows which these were: the alerts of rules that
    /// no file has wait until all files can be read.
    #[must_use]
    pub fn awaits(&self, rule_id: &str) -> bool {
        let is_gone = || self.gone.iter().any(|rule| rule.rule_id == rule_id);
        !self.file_errors.is_empty() && rule_id.starts_with(OF_FILE) && !is_gone()
    }
}

fn stand_in(rule_id: &str, alert: &Alert) -> Option<Rule> {
    let name = alert.labels.get(ALERT_NAME)?;
    Some(Rule {
        rule_id: rule_id.to_owned(),
        name: name.clone(),
        group: String::new(),
        source: AlertRuleSource::File,
        file: None,
        threshold: None,
        request: None,
        record: None,
        query: Query::parse(NO_QUESTION).ok()?,
        compared: None,
        timing: Timing::default(),
        interval_ms: INTERVAL_MS,
        offset_ms: 0,
        alerts_max: ALERTS_A_RULE_MAX,
        labels: BTreeMap::new(),
        annotations: BTreeMap::new(),
        caused_by: Vec::new(),
        subject: name.clone(),
        unit: Unit::Plain,
        path: None,
        created_at: None,
        created_by: None,
        is_enabled: false,
    })
}
