//! Everything about alerts that is in memory. Owns the rules in force, their alerts, silences and what
//! channels were told, and how each is stored; refuses to ask questions or to send anything.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use paceline_analysis::alerts::{
    Alert, AlertState, Candidate, Fingerprint, Held, Memory, Moment, NoticeStatus, Told, causes,
};
use paceline_api::{AlertFileError, AlertRuleHealth};
use paceline_core::Timestamp;
use paceline_core::alert::{Changes, Kept, Kind};
use serde::{Deserialize, Serialize};

use super::limits::FIRINGS_REMEMBERED;
use super::names::Names;
use super::rule::Rule;
use super::silence::Silenced;
use super::words::Known;

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;
/// Between the parts of a stored key; no name holds it.
const BETWEEN: char = '\n';

#[derive(Default)]
pub struct Book {
    /// Defaults first.
    pub rules: Vec<Arc<Rule>>,
    /// Taken away while they had alerts, whose end is told.
    pub gone: Vec<Arc<Rule>>,
    /// By the rule's id; also of rules that are gone, until their alerts are.
    pub states: HashMap<String, RuleState>,
    pub silences: BTreeMap<String, Silenced>,
    pub names: Names,
    /// By channel.
    pub told: BTreeMap<String, Memory>,
    pub file_errors: Vec<AlertFileError>,
    /// `ALERTS` as it was written last, and when.
    pub alert_series: BTreeSet<paceline_metrics::Labels>,
    pub alert_series_ms: i64,
    /// Rises with every change that people see.
    pub version: u64,
}

#[derive(Default)]
pub struct RuleState {
    pub held: Held,
    pub details: BTreeMap<Fingerprint, Detail>,
    pub health: AlertRuleHealth,
    pub last_error: Option<String>,
    pub evaluated_at: Option<Timestamp>,
    pub took_ns: u64,
    /// On the steady clock.
    pub due_ms: i64,
    /// Of a recording rule: what it wrote last, so that what is gone ends.
    pub recorded: BTreeSet<paceline_metrics::Labels>,
}

/// What is known of an alert beside its state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    pub normal: Option<(f64, f64)>,
    /// ` on Tuesdays at this hour`, where that is what the range is of.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub normal_hours: String,
    pub acknowledged: Option<Acknowledged>,
    /// On the wall, the newest last.
    pub fired_ms: Vec<i64>,
    /// When a channel last took a message that it fires.
    pub told_ms: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acknowledged {
    pub by: String,
    pub at: Timestamp,
    pub note: Option<String>,
}

/// An alert as it is stored, under its rule's id and its fingerprint.
#[derive(Serialize, Deserialize)]
struct KeptAlert {
    alert: Alert,
    detail: Detail,
}

/// One alert with everything about it.
#[derive(Clone, Copy)]
pub struct Entry<'b> {
    pub rule: &'b Arc<Rule>,
    pub fingerprint: Fingerprint,
    pub alert: &'b Alert,
    pub detail: &'b Detail,
    /// The name of its agent.
    pub agent: Option<&'b str>,
    pub is_rule_gone: bool,
}

impl Detail {
    /// What is normal, and on which hours.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64, &str)> {
        let (low, high) = self.normal?;
        Some((low, high, &self.normal_hours))
    }

    pub fn fire(&mut self, now_ms: i64) {
        self.fired_ms.retain(|at| now_ms - DAY_MS < *at);
        if FIRINGS_REMEMBERED <= self.fired_ms.len() {
            self.fired_ms.remove(0);
        }
        self.fired_ms.push(now_ms);
    }

    #[must_use]
    pub fn fired_within_hour(&self, now_ms: i64) -> usize {
        let is_recent = |at: &&i64| now_ms - HOUR_MS < **at;
        self.fired_ms.iter().filter(is_recent).count()
    }
}

static NO_DETAIL: Detail = Detail {
    normal: None,
    normal_hours: String::new(),
    acknowledged: None,
    fired_ms: Vec::new(),
    told_ms: None,
};

impl Book {
    #[must_use]
    pub fn rule(&self, rule_id: &str) -> Option<&Arc<Rule>> {
        self.rules.iter().find(|rule| rule.rule_id == rule_id)
    }

    /// The same, also where it is gone.
    #[must_use]
    pub fn rule_or_gone(&self, rule_id: &str) -> Option<&Arc<Rule>> {
        let mut all = self.rules.iter().chain(&self.gone);
        all.find(|rule| rule.rule_id == rule_id)
    }

    /// Takes rules away; what fires under them is over with the next turn.
    pub fn take_away(&mut self, is_gone: impl Fn(&Rule) -> bool) {
        let (gone, stay): (Vec<_>, Vec<_>) = self.rules.drain(..).partition(|rule| is_gone(rule));
        self.rules = stay;
        self.gone.extend(gone);
    }

    /// Alerts of the rules in force, and those that are over because their rule is gone.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let in_force = self.rules.iter().map(|rule| (rule, false));
        let all = in_force.chain(self.gone.iter().map(|rule| (rule, true)));
        let alerting = all.filter_map(|(rule, is_gone)| {
            let state = self.states.get(&rule.rule_id)?;
            Some((rule, is_gone, state))
        });
        alerting.flat_map(move |(rule, is_rule_gone, state)| {
            state.held.iter().map(move |(fingerprint, alert)| Entry {
                rule,
                fingerprint: *fingerprint,
                alert,
                detail: state.details.get(fingerprint).unwrap_or(&NO_DETAIL),
                agent: self.names.of(&alert.labels),
                is_rule_gone,
            })
        })
    }

    #[must_use]
    pub fn find(&self, fingerprint: Fingerprint) -> Option<Entry<'_>> {
        self.entries()
            .find(|entry| entry.fingerprint == fingerprint)
    }

    /// Each explained alert with its cause.
    #[must_use]
    pub fn causes(&self) -> BTreeMap<Fingerprint, Fingerprint> {
        let all: Vec<_> = self.entries().map(|entry| entry.candidate()).collect();
        causes(&all)
    }

    /// Of those that fire, how many another one explains.
    #[must_use]
    pub fn explained(&self) -> u64 {
        let causes = self.causes();
        let fires = |entry: &Entry<'_>| entry.alert.state == AlertState::Firing;
        let explained = |entry: &Entry<'_>| causes.contains_key(&entry.fingerprint);
        let all = self.entries();
        all.filter(|entry| fires(entry) && explained(entry)).count() as u64
    }

    /// How many fire, and how many are pending.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        let of = |state| {
            let all = self.entries().filter(|entry| entry.alert.state == state);
            all.count() as u64
        };
        (of(AlertState::Firing), of(AlertState::Pending))
    }

    /// An Alertmanager knows of it: what is remembered so that its end counts as heard or ignored.
    pub fn mark_told(
        &mut self,
        fingerprint: Fingerprint,
        channel: &str,
        status: NoticeStatus,
        now: Moment,
        changes: &mut Changes,
    ) {
        if self.find(fingerprint).is_none() {
            return;
        }
        let memory = self.told.entry(channel.to_owned()).or_default();
        if status == NoticeStatus::Resolved {
            memory.remove(&fingerprint);
        } else {
            let told = Told {
                first: now,
                last: now,
                is_over: false,
            };
            memory.insert(fingerprint, told);
            self.took(fingerprint, now.wall_ms, changes);
        }
        self.keep_told(channel, fingerprint, changes);
    }

    /// A channel took a message that it fires.
    pub fn took(&mut self, fingerprint: Fingerprint, at_ms: i64, changes: &mut Changes) {
        let Some(rule_id) = self.find(fingerprint).map(|one| one.rule.rule_id.clone()) else {
            return;
        };
        if let Some(state) = self.states.get_mut(&rule_id) {
            state.details.entry(fingerprint).or_default().told_ms = Some(at_ms);
        }
        self.keep(&rule_id, fingerprint, changes);
    }

    /// Puts an alert as it is now among what is to be stored, or takes it away.
    pub fn keep(&self, rule_id: &str, fingerprint: Fingerprint, changes: &mut Changes) {
        let key = format!("{rule_id}{BETWEEN}{fingerprint}");
        let state = self.states.get(rule_id);
        let alert = state.and_then(|state| state.held.get(&fingerprint));
        let Some(alert) = alert else {
            changes.remove.push((Kind::Held, key));
            return;
        };
        let details = state.and_then(|state| state.details.get(&fingerprint));
        let kept = KeptAlert {
            alert: alert.clone(),
            detail: details.cloned().unwrap_or_default(),
        };
        changes.put.extend(document(Kind::Held, key, &kept));
    }

    /// The same for what a channel remembers of an alert.
    pub fn keep_told(&self, channel: &str, fingerprint: Fingerprint, changes: &mut Changes) {
        let key = format!("{channel}{BETWEEN}{fingerprint}");
        let told = self.told.get(channel);
        match told.and_then(|memory| memory.get(&fingerprint)) {
            Some(told) => changes.put.extend(document(Kind::Told, key, told)),
            None => changes.remove.push((Kind::Told, key)),
        }
    }

    /// What channels were told that are not configured any more is forgotten.
    pub fn forget_removed(&mut self, configured: &[String]) -> Changes {
        let mut changes = Changes::default();
        let is_gone = |channel: &String| !configured.contains(channel);
        for (channel, memory) in self.told.extract_if(.., |channel, _| is_gone(channel)) {
            let keys = memory
                .keys()
                .map(|name| format!("{channel}{BETWEEN}{name}"));
            changes.remove.extend(keys.map(|key| (Kind::Told, key)));
        }
        changes
    }

    /// Takes in what was stored; what cannot be read is of a newer version, and left out.
    pub fn restore(&mut self, held: Vec<Kept>, told: Vec<Kept>, silences: Vec<Kept>) {
        for (rule_id, fingerprint, kept) in held.iter().filter_map(keyed::<KeptAlert>) {
            let state = self.states.entry(rule_id.to_owned()).or_default();
            state.held.insert(fingerprint, kept.alert);
            state.details.insert(fingerprint, kept.detail);
        }
        for (channel, fingerprint, kept) in told.iter().filter_map(keyed::<Told>) {
            let memory = self.told.entry(channel.to_owned()).or_default();
            memory.insert(fingerprint, kept);
        }
        for kept in silences {
            let silence = serde_json::from_str(&kept.body).map(Silenced::new);
            if let Ok(Ok(silence)) = silence {
                self.silences.insert(kept.key, silence);
            }
        }
    }
}

impl<'b> Entry<'b> {
    #[must_use]
    pub fn candidate(&self) -> Candidate<'b> {
        Candidate {
            fingerprint: self.fingerprint,
            rule: &self.rule.name,
            caused_by: &self.rule.caused_by,
            alert: self.alert,
        }
    }

    #[must_use]
    pub fn known(&self) -> Known<'b> {
        Known {
            normal: self.detail.range(),
            agent: self.agent,
            is_rule_gone: self.is_rule_gone,
        }
    }

    /// Since when it fires, or is observed.
    #[must_use]
    pub fn since(&self) -> Moment {
        self.alert.fired_at.unwrap_or(self.alert.active_at)
    }
}

/// One of the documents as it is stored; None cannot be, since its shapes have no maps with odd keys.
pub fn document<T: Serialize>(kind: Kind, key: String, value: &T) -> Option<(Kind, Kept)> {
    let body = serde_json::to_string(value).ok()?;
    Some((kind, Kept { key, body }))
}

fn keyed<T: serde::de::DeserializeOwned>(kept: &Kept) -> Option<(&str, Fingerprint, T)> {
    let (first, fingerprint) = kept.key.rsplit_once(BETWEEN)?;
    let fingerprint = u64::from_str_radix(fingerprint, 16).ok()?;
    let value = serde_json::from_str(&kept.body).ok()?;
    Some((first, Fingerprint(fingerprint), value))
}
