//! Alerts as they are shown. Owns the order of lists and what is said of each alert, rule and channel;
//! refuses to change any.

use std::collections::BTreeMap;
use std::sync::Arc;

use paceline_analysis::alerts::{AlertState as State, Fingerprint};
use paceline_analysis::anomaly::Unit;
use paceline_api::{
    Alert, AlertAcknowledgement, AlertEvent, AlertEventKind, AlertNoise, AlertRule, AlertState,
    AlertUnit, Timestamp,
};
use paceline_core::alert::{Event, EventKind, Noise};
use serde::Deserialize;

use super::book::{Acknowledged, Book, Entry};
use super::rule::{Rule, severity_of};
use super::words;

/// What JSON has for a number.
pub fn number(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn wire(at: paceline_core::Timestamp) -> Timestamp {
    Timestamp(at.0)
}

impl Book {
    /// All that a filter lets through, the most severe first, among those the one that fired last.
    pub fn listed(&self, takes: impl Fn(&Entry<'_>) -> bool, now_ms: i64) -> Vec<Alert> {
        let causes = self.causes();
        let mut explained: BTreeMap<Fingerprint, u64> = BTreeMap::new();
        for cause in causes.values() {
            *explained.entry(*cause).or_default() += 1;
        }
        let entries = self.entries().filter(|entry| takes(entry));
        let shown = entries.map(|entry| {
            let mut alert = self.shown(&entry, now_ms);
            let cause = causes.get(&entry.fingerprint);
            alert.caused_by = cause.map(ToString::to_string);
            alert.explains = explained.get(&entry.fingerprint).copied().unwrap_or(0);
            alert
        });
        let mut all: Vec<Alert> = shown.collect();
        all.sort_by(|one, other| order(other).cmp(&order(one)));
        all
    }

    fn shown(&self, entry: &Entry<'_>, now_ms: i64) -> Alert {
        let Entry {
            rule,
            alert,
            detail,
            ..
        } = entry;
        let now = paceline_core::Timestamp(now_ms);
        let silences = self.silences.values();
        let silences = silences.filter(|one| one.holds_back(&alert.labels, now));
        let at = |moment: paceline_analysis::alerts::Moment| Timestamp(moment.wall_ms);
        let is_recent = |ms: &&i64| now_ms - 86_400_000 < **ms;
        Alert {
            fingerprint: entry.fingerprint.to_string(),
            name: rule.name.clone(),
            rule_id: rule.rule_id.clone(),
            severity: severity_of(&alert.labels),
            state: match alert.state {
                State::Pending => AlertState::Pending,
                State::Firing => AlertState::Firing,
                State::Resolved => AlertState::Resolved,
            },
            labels: alert.labels.clone(),
            annotations: alert.annotations.clone(),
            value: number(alert.value).unwrap_or(0.0),
            unit: unit_of(rule.unit),
            sentence: words::sentence(rule, alert, &entry.known(), now_ms),
            link: words::link(rule, &alert.labels),
            active_at: at(alert.active_at),
            fired_at: alert.fired_at.map(at),
            resolved_at: alert.resolved_at.map(at),
            normal_low: detail.normal.and_then(|(low, _)| number(low)),
            normal_high: detail.normal.and_then(|(_, high)| number(high)),
            silenced_by: silences.map(|one| one.kept.silence_id.clone()).collect(),
            acknowledged: detail.acknowledged.as_ref().map(acknowledgement),
            caused_by: None,
            explains: 0,
            told_at: detail.told_ms.map(Timestamp),
            fired_today: detail.fired_ms.iter().filter(is_recent).count() as u64,
        }
    }

    pub fn rule_shown(&self, rule: &Arc<Rule>, noise: &BTreeMap<String, Noise>) -> AlertRule {
        let state = self.states.get(&rule.rule_id);
        let count = |wanted| {
            let held = state.map(|state| state.held.values());
            let matching = held.into_iter().flatten().filter(|a| a.state == wanted);
            matching.count() as u64
        };
        let texts = |all: &BTreeMap<String, paceline_analysis::alerts::Template>| {
            all.iter()
                .map(|(name, text)| (name.clone(), text.text().to_owned()))
                .collect()
        };
        let spoke = noise.get(&rule.name).cloned().unwrap_or_default();
        AlertRule {
            rule_id: rule.rule_id.clone(),
            name: rule.name.clone(),
            group: rule.group.clone(),
            source: rule.source,
            file: rule.file.clone(),
            threshold: rule.threshold.clone(),
            expr: rule.query.text().to_owned(),
            record: rule.record.clone(),
            for_seconds: rule.timing.for_ms as f64 / 1_000.0,
            keep_firing_for_seconds: rule.timing.keep_firing_for_ms as f64 / 1_000.0,
            severity: rule.severity(),
            labels: texts(&rule.labels),
            annotations: texts(&rule.annotations),
            caused_by: rule.caused_by.clone(),
            enabled: rule.is_enabled,
            health: state.map(|state| state.health).unwrap_or_default(),
            last_error: state.and_then(|state| state.last_error.clone()),
            evaluated_at: state.and_then(|state| state.evaluated_at).map(wire),
            evaluation_ms: state.map_or(0.0, |state| state.took_ns as f64 / 1e6),
            pending: count(State::Pending),
            firing: count(State::Firing),
            noise: AlertNoise {
                fired: spoke.fired,
                told: spoke.told,
                acknowledged: spoke.acknowledged,
                ignored: spoke.ignored,
            },
            created_at: rule.created_at.map(wire),
            created_by: rule.created_by.clone(),
        }
    }
}

pub fn unit_of(unit: Unit) -> AlertUnit {
    match unit {
        Unit::Milliseconds => AlertUnit::Milliseconds,
        Unit::Seconds => AlertUnit::Seconds,
        Unit::Share => AlertUnit::Share,
        Unit::Bytes => AlertUnit::Bytes,
        Unit::Plain => AlertUnit::Plain,
    }
}

/// Firing before pending before what is over.
fn order(alert: &Alert) -> (u8, paceline_api::AlertSeverity, Timestamp, &str) {
    let rank = match alert.state {
        AlertState::Firing => 2,
        AlertState::Pending => 1,
        AlertState::Resolved => 0,
    };
    let since = alert.fired_at.unwrap_or(alert.active_at);
    (rank, alert.severity, since, &alert.fingerprint)
}

pub fn acknowledgement(of: &Acknowledged) -> AlertAcknowledgement {
    AlertAcknowledgement {
        by: of.by.clone(),
        at: wire(of.at),
        note: of.note.clone(),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    labels: BTreeMap<String, String>,
    value: Option<f64>,
    detail: String,
}

pub fn event(event: Event) -> AlertEvent {
    let body: Body = serde_json::from_str(&event.body).unwrap_or_default();
    AlertEvent {
        at: wire(event.at),
        kind: match event.kind {
            EventKind::Fired => AlertEventKind::Fired,
            EventKind::Resolved => AlertEventKind::Resolved,
            EventKind::Acknowledged => AlertEventKind::Acknowledged,
            EventKind::Told => AlertEventKind::Told,
        },
        fingerprint: event.fingerprint,
        name: event.rule,
        severity: severity_of(&body.labels),
        labels: body.labels,
        value: body.value,
        detail: body.detail,
    }
}
