//! What is usual of an alert's number. Owns whether a detector watches that very series; refuses what is near to it: a
//! rate over another window, an average of several.

use std::collections::BTreeMap;

use paceline_analysis::alerts::Labels;
use paceline_analysis::anomaly::Usual;
use paceline_api::{AlertStatistic, AlertThreshold};

use super::Alerts;
use super::rule::{ALERT_NAME, Rule, SEVERITY};
use super::threshold::WINDOW_SECONDS;
use crate::anomalies::Series;

impl Alerts {
    /// What the detector of that very series expects at this hour, if there is one.
    pub(super) fn usual(&self, rule: &Rule, labels: &Labels, now_ms: i64) -> Option<Usual> {
        let anomalies = self.anomalies.get()?.upgrade()?;
        let threshold = rule.threshold.as_ref()?;
        if threshold.operation.is_some() {
            // Figures are called alike there, and are of a minute.
            let window = threshold.window_seconds.unwrap_or(WINDOW_SECONDS);
            let series = Series::Own(&rule.subject);
            return (window == WINDOW_SECONDS)
                .then(|| anomalies.usual(series, now_ms))
                .flatten();
        }
        let metric = threshold.metric.as_deref()?;
        let statistic = threshold.statistic.unwrap_or(AlertStatistic::Value);
        if statistic != AlertStatistic::Value {
            return None;
        }
        let meant = meant(rule, threshold, labels);
        anomalies.usual(Series::Custom(metric, &meant), now_ms)
    }
}

/// Labels of the series: those that the rule asks for, and those that the alert has from it.
fn meant(rule: &Rule, threshold: &AlertThreshold, labels: &Labels) -> BTreeMap<String, String> {
    let is_own =
        |name: &str| [ALERT_NAME, SEVERITY].contains(&name) || rule.labels.contains_key(name);
    let of_series = labels.iter().filter(|(name, _)| !is_own(name));
    let of_series = of_series.chain(&threshold.matching);
    of_series
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
