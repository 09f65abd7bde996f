//! Rules and alerts in Prometheus's shapes, for Grafana and promtool ("HTTP API", Prometheus documentation,
//! version 3). Owns these; refuses what Prometheus has no word for.

use std::collections::BTreeMap;
use std::sync::Arc;

use paceline_analysis::alerts::{Alert, AlertState, Template};
use paceline_api::{AlertRuleHealth, Timestamp};
use serde_json::{Value, json};

use super::Alerts;
use super::book::{Book, RuleState};
use super::rule::Rule;

impl Alerts {
    #[must_use]
    pub fn as_prometheus_alerts(&self) -> Value {
        let book = self.book.lock();
        let active = book
            .entries()
            .filter(|entry| entry.alert.state != AlertState::Resolved);
        let alerts: Vec<Value> = active.map(|entry| alert(entry.alert)).collect();
        json!({ "alerts": alerts })
    }

    #[must_use]
    pub fn as_prometheus_rules(&self) -> Value {
        let book = self.book.lock();
        let mut groups: BTreeMap<(&str, &str), Vec<&Arc<Rule>>> = BTreeMap::new();
        for rule in book.rules.iter().filter(|rule| rule.is_enabled) {
            let file = rule.file.as_deref().unwrap_or_default();
            groups.entry((file, &rule.group)).or_default().push(rule);
        }
        let groups: Vec<Value> = groups
            .into_iter()
            .map(|((file, name), rules)| group(&book, file, name, &rules))
            .collect();
        json!({ "groups": groups })
    }
}

fn group(book: &Book, file: &str, name: &str, rules: &[&Arc<Rule>]) -> Value {
    let states = rules
        .iter()
        .filter_map(|rule| book.states.get(&rule.rule_id));
    let took_ns: u64 = states.clone().map(|state| state.took_ns).sum();
    let last = states.filter_map(|state| state.evaluated_at).max();
    let interval_ms = rules.first().map_or(0, |rule| rule.interval_ms);
    let shown: Vec<Value> = rules
        .iter()
        .map(|one| rule(one, book.states.get(&one.rule_id)))
        .collect();
    json!({
        "name": name,
        "file": file,
        "rules": shown,
        "interval": seconds(interval_ms),
        "limit": 0,
        "evaluationTime": took_ns as f64 / 1e9,
        "lastEvaluation": time(last.map(|at| at.0)),
    })
}

fn rule(rule: &Rule, state: Option<&RuleState>) -> Value {
    let texts = |all: &BTreeMap<String, Template>| -> BTreeMap<String, String> {
        let texts = all.iter();
        texts
            .map(|(name, text)| (name.clone(), text.text().to_owned()))
            .collect()
    };
    let health = match state.map(|state| state.health).unwrap_or_default() {
        AlertRuleHealth::Unknown => "unknown",
        AlertRuleHealth::Ok => "ok",
        AlertRuleHealth::Err => "err",
    };
    let mut shown = json!({
        "name": rule.record.as_ref().unwrap_or(&rule.name),
        "query": rule.query.text(),
        "labels": texts(&rule.labels),
        "health": health,
        "evaluationTime": state.map_or(0.0, |state| state.took_ns as f64 / 1e9),
        "lastEvaluation": time(state.and_then(|state| state.evaluated_at).map(|at| at.0)),
        "type": if rule.alerts() { "alerting" } else { "recording" },
    });
    if let Some(error) = state.and_then(|state| state.last_error.as_ref()) {
        shown["lastError"] = json!(error);
    }
    if rule.alerts() {
        let active = state.map(|state| state.held.values()).into_iter().flatten();
        let active: Vec<&Alert> = active
            .filter(|alert| alert.state != AlertState::Resolved)
            .collect();
        let worst = active.iter().map(|alert| alert.state).max();
        shown["state"] = json!(worst.map_or("inactive", word));
        shown["duration"] = json!(seconds(rule.timing.for_ms));
        shown["keepFiringFor"] = json!(seconds(rule.timing.keep_firing_for_ms));
        shown["annotations"] = json!(texts(&rule.annotations));
        shown["alerts"] = active.into_iter().map(alert).collect();
    }
    shown
}

fn alert(alert: &Alert) -> Value {
    let mut shown = json!({
        "labels": alert.labels,
        "annotations": alert.annotations,
        "state": word(alert.state),
        "activeAt": time(Some(alert.active_at.wall_ms)),
        "value": paceline_promql::format_value(alert.value),
    });
    if let Some(since) = alert.unseen_since {
        shown["keepFiringSince"] = json!(time(Some(since.wall_ms)));
    }
    shown
}

const fn word(state: AlertState) -> &'static str {
    match state {
        AlertState::Pending => "pending",
        AlertState::Firing => "firing",
        AlertState::Resolved => "inactive",
    }
}

fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

/// Go's zero time where there is none.
fn time(at_ms: Option<i64>) -> String {
    at_ms.map_or_else(
        || "0001-01-01T00:00:00Z".to_owned(),
        |at| Timestamp(at).to_string(),
    )
}
