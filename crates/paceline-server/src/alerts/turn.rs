//! One turn: ask the rules that are due, move their alerts, find out who is to be told. Owns that
//! order and that all of it is one commit; refuses to send anything (`outbox` does, after the commit).
//!
//! ```text
//! due ─> ask (no lock) ─> move states ─> what is normal (no lock) ─> who is told ─> one commit
//! ```

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use paceline_analysis::alerts::{
    Alert, AlertState, Fingerprint, Held, Labels, Moment, Timing, Transition, Turn,
};
use paceline_api::{AlertChannelKind, AlertRuleHealth};
use paceline_core::Timestamp;
use paceline_core::alert::{Changes, Event, EventKind};
use serde_json::json;

use super::book::{Book, Detail, RuleState};
use super::evaluate::{self, Deadline};
use super::limits::{FIRINGS_RECORDED_AN_HOUR, REST_FACTOR};
use super::present::Present;
use super::rule::Rule;
use super::told::{tell_channel, telling};
use super::{Alerts, recording, words};
use crate::operations::OWN_PREFIX;

/// Of a start.
const GRACE_MS: i64 = 60_000;

/// `ALERTS` is written as often although nothing changed.
const ALERTS_WRITTEN_MS: i64 = 15_000;

/// What asking one rule came to.
struct Asked {
    rule: Arc<Rule>,
    answer: Result<Vec<(Labels, f64)>, String>,
    took_ns: u64,
}

/// What a turn leads to: what is to be stored, and what then goes into the metrics engine.
#[derive(Default)]
pub struct Outcome {
    pub changes: Changes,
    pub rows: Vec<paceline_metrics::Row>,
}

impl Alerts {
    /// Blocks while it asks.
    pub(super) fn take_turn(&self, deadline: &Deadline) -> Outcome {
        self.reload();
        self.learn_units();
        let now = self.moment();
        let lookback_ms = self.lookback_ms();
        let options = evaluate::options(lookback_ms);
        let has_agents = self.metrics.is_enabled();
        let recorder = &self.recorder;
        let source = Present::new(
            self.metrics.engine(),
            recorder,
            &self.names,
            has_agents,
            now.wall_ms,
        );
        let due = self.due(now);
        let ask = |rule: Arc<Rule>| {
            let begun_ns = self.clock.stopwatch_ns();
            let is_own = |record: &String| record.starts_with(OWN_PREFIX);
            let answer = if deadline.is_over() {
                Err("the rules before it took all of the time".to_owned())
            } else if rule.record.as_ref().is_some_and(is_own) {
                Err(format!(
                    "names that begin with `{OWN_PREFIX}` are the server's own"
                ))
            } else {
                let at_ms = now.wall_ms - rule.offset_ms;
                evaluate::answer(&rule, &source, at_ms, &options, &deadline.cancel)
            };
            if let (Some(record), Ok(samples)) = (&rule.record, &answer) {
                // The rules behind it see what it has found.
                source.record(record, recording::named(&rule, record, samples.clone()));
            }
            Asked {
                rule,
                answer,
                took_ns: self.clock.stopwatch_ns().saturating_sub(begun_ns),
            }
        };
        let asked: Vec<_> = due.into_iter().map(ask).collect();
        let mut outcome = Outcome::default();
        let (moved, fired) = self.move_on(asked, now, &mut outcome);
        if !moved.is_empty() {
            self.learn_names();
        }
        self.learn_normal(&fired, &source, now.wall_ms, &options, deadline);
        self.say(&moved, now, &mut outcome.changes);
        outcome
    }

    fn due(&self, now: Moment) -> Vec<Arc<Rule>> {
        let book = self.book.lock();
        let due_ms = |rule: &Rule| {
            book.states
                .get(&rule.rule_id)
                .map_or(i64::MIN, |s| s.due_ms)
        };
        let is_due = |rule: &&Arc<Rule>| rule.is_enabled && due_ms(rule) <= now.steady_ms;
        book.rules.iter().filter(is_due).cloned().collect()
    }

    /// Moves states; answers all transitions and those that fire now.
    fn move_on(
        &self,
        asked: Vec<Asked>,
        now: Moment,
        outcome: &mut Outcome,
    ) -> (Vec<Moved>, Vec<(Arc<Rule>, Fingerprint)>) {
        let mut book = self.book.lock();
        let mut moved = Vec::new();
        for one in asked {
            let Asked {
                rule,
                answer,
                took_ns,
            } = one;
            let state = book.states.entry(rule.rule_id.clone()).or_default();
            state.due_ms = now.steady_ms + next_ms(&rule, took_ns);
            state.took_ns = took_ns;
            state.evaluated_at = Some(Timestamp(now.wall_ms));
            match answer {
                Err(error) => fail(&rule, state, error),
                Ok(samples) if rule.alerts() => {
                    let observed = samples.into_iter();
                    let observed = observed.map(|sample| evaluate::observed(&rule, sample));
                    let timing = self.timing(&rule, &state.held, now);
                    let turn = Turn::take(&mut state.held, observed.collect(), timing, now);
                    match turn.doubled {
                        Some(labels) => fail(&rule, state, doubled(&labels)),
                        None => succeed(state),
                    }
                    moved.extend(transitions(&rule.rule_id, turn.transitions));
                }
                Ok(samples) => {
                    succeed(state);
                    let record = rule.record.as_deref().unwrap_or_default();
                    let found = recording::named(&rule, record, samples);
                    let rows = recording::rows(state, found, now.wall_ms);
                    outcome.rows.extend(rows);
                }
            }
        }
        moved.extend(end_orphans(&mut book, now));
        if !moved.is_empty() || ALERTS_WRITTEN_MS <= now.steady_ms - book.alert_series_ms {
            book.alert_series_ms = now.steady_ms;
            outcome
                .rows
                .extend(recording::alerts(&mut book, now.wall_ms));
        }
        let fired = moved.iter().filter(|one| one.what == What::Fired);
        let fired = fired.filter_map(|one| {
            let rule = book.rule(&one.rule_id)?;
            Some((Arc::clone(rule), one.fingerprint))
        });
        let fired = fired.collect();
        (moved, fired)
    }

    /// What fired before a restart is waited for: what agents push has not come again yet.
    fn timing(&self, rule: &Rule, held: &Held, now: Moment) -> Timing {
        let before = |alert: &Alert| {
            let fired = alert.fired_at.filter(|_| alert.state == AlertState::Firing);
            fired.is_some_and(|at| at.steady_ms < self.started_ms)
        };
        let left_ms = GRACE_MS - (now.steady_ms - self.started_ms);
        let grace_ms = if 0 < left_ms && held.values().any(before) {
            left_ms
        } else {
            0
        };
        Timing {
            keep_firing_for_ms: rule.timing.keep_firing_for_ms.max(grace_ms),
            ..rule.timing
        }
    }

    fn learn_normal(
        &self,
        fired: &[(Arc<Rule>, Fingerprint)],
        source: &Present<'_>,
        now_ms: i64,
        options: &paceline_promql::Options,
        deadline: &Deadline,
    ) {
        /// More fire at once only when something has happened that is not about one series.
        const LEARNT_AT_ONCE: usize = 20;
        for (rule, fingerprint) in fired.iter().take(LEARNT_AT_ONCE) {
            let labels = {
                let book = self.book.lock();
                let state = book.states.get(&rule.rule_id);
                state
                    .and_then(|state| state.held.get(fingerprint))
                    .map(|alert| alert.labels.clone())
            };
            let Some(labels) = labels.filter(|_| !deadline.is_over()) else {
                continue;
            };
            let cancel = &deadline.cancel;
            let (normal, hours) = match self.usual(rule, &labels, now_ms) {
                Some(usual) => (Some((usual.low, usual.high)), usual.hours),
                None => {
                    let normal = evaluate::normal(rule, &labels, source, now_ms, options, cancel);
                    (normal, String::new())
                }
            };
            let mut book = self.book.lock();
            if let Some(state) = book.states.get_mut(&rule.rule_id) {
                let detail = state.details.entry(*fingerprint).or_default();
                (detail.normal, detail.normal_hours) = (normal, hours);
            }
        }
    }

    /// What is to be stored of what moved, and to be told of what stands.
    fn say(&self, moved: &[Moved], now: Moment, changes: &mut Changes) {
        let mut book = self.book.lock();
        for one in moved {
            note(&mut book, one, now, changes);
        }
        let settings = self.settings.lock().clone();
        // Telling changes nobody's cause.
        let causes = book.causes();
        for channel in settings.notifier.iter().flat_map(|it| it.channels()) {
            if channel.kind() == AlertChannelKind::Alertmanager {
                continue;
            }
            let telling = telling(channel, settings.deduplicate_ms);
            tell_channel(&mut book, &causes, (channel, &telling), now, changes);
        }
        for one in moved {
            let is_gone = |state: &RuleState| !state.held.contains_key(&one.fingerprint);
            if let Some(state) = book.states.get_mut(&one.rule_id)
                && is_gone(state)
            {
                state.details.remove(&one.fingerprint);
            }
            book.keep(&one.rule_id, one.fingerprint, changes);
        }
        if !moved.is_empty() || !changes.deliveries.is_empty() {
            book.version += 1;
            self.changed.send_replace(book.version);
        }
    }
}

/// A transition of one alert.
struct Moved {
    rule_id: String,
    fingerprint: Fingerprint,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Fired,
    Resolved,
    /// Only its document changes.
    Other,
}

fn transitions(rule_id: &str, all: Vec<Transition>) -> impl Iterator<Item = Moved> {
    all.into_iter().map(move |transition| {
        let (fingerprint, what) = match transition {
            Transition::Pending(name) | Transition::Forgotten(name) => (name, What::Other),
            Transition::Fired(name) => (name, What::Fired),
            Transition::Resolved(name) => (name, What::Resolved),
        };
        Moved {
            rule_id: rule_id.to_owned(),
            fingerprint,
            what,
        }
    })
}

/// When it is asked again: at its interval, or later where it takes long.
fn next_ms(rule: &Rule, took_ns: u64) -> i64 {
    let took_ms = i64::try_from(took_ns / 1_000_000).unwrap_or(i64::MAX);
    // A turn comes a little late each time; without this every second one would be missed.
    rule.interval_ms.max(took_ms.saturating_mul(REST_FACTOR)) - 100
}

fn fail(rule: &Rule, state: &mut RuleState, error: String) {
    if state.health != AlertRuleHealth::Err {
        tracing::warn!(rule = rule.name, error, "a rule cannot be evaluated");
    }
    state.health = AlertRuleHealth::Err;
    state.last_error = Some(error);
}

fn succeed(state: &mut RuleState) {
    state.health = AlertRuleHealth::Ok;
    state.last_error = None;
}

fn doubled(labels: &Labels) -> String {
    let labels: Vec<_> = labels
        .iter()
        .map(|(name, value)| format!("{name}={value:?}"))
        .collect();
    format!(
        "several of its alerts have the same labels after its own were added: {{{}}}",
        labels.join(", ")
    )
}

/// What fired under a rule that is gone, or switched off, is over.
fn end_orphans(book: &mut Book, now: Moment) -> Vec<Moved> {
    let rules = book.rules.iter();
    let known: HashMap<&str, bool> = rules
        .map(|rule| (rule.rule_id.as_str(), rule.is_enabled))
        .collect();
    let mut moved = Vec::new();
    let awaited: BTreeSet<String> = {
        let orphans = book.states.keys();
        let orphans = orphans.filter(|id| !known.contains_key(id.as_str()));
        orphans.filter(|id| book.awaits(id)).cloned().collect()
    };
    for (rule_id, state) in &mut book.states {
        let is_in_force = known.get(rule_id.as_str()) == Some(&true);
        if !is_in_force && !awaited.contains(rule_id) && !state.held.is_empty() {
            let turn = Turn::take(&mut state.held, Vec::new(), Timing::default(), now);
            moved.extend(transitions(rule_id, turn.transitions));
        }
    }
    let is_known = |rule_id: &str| known.contains_key(rule_id);
    book.states
        .retain(|rule_id, state| is_known(rule_id) || !state.held.is_empty());
    let states = &book.states;
    let has_alerts = |rule: &Arc<Rule>| {
        let state = states.get(&rule.rule_id);
        state.is_some_and(|state| !state.held.is_empty())
    };
    // One that came back under its id is in force.
    book.gone
        .retain(|rule| has_alerts(rule) && !is_known(&rule.rule_id));
    moved
}

/// The event of a transition, unless it flaps.
fn note(book: &mut Book, one: &Moved, now: Moment, changes: &mut Changes) {
    let Some(state) = book.states.get_mut(&one.rule_id) else {
        return;
    };
    let detail = state.details.entry(one.fingerprint).or_default();
    let kind = match one.what {
        What::Other => return,
        What::Fired => {
            detail.fire(now.wall_ms);
            EventKind::Fired
        }
        What::Resolved => EventKind::Resolved,
    };
    let was_acknowledged = match one.what {
        // An acknowledgement is of one firing.
        What::Resolved => detail.acknowledged.take().is_some(),
        _ => false,
    };
    let flaps = FIRINGS_RECORDED_AN_HOUR < detail.fired_within_hour(now.wall_ms);
    let told_ms = detail.told_ms;
    let Some(rule) = book.rule_or_gone(&one.rule_id).cloned() else {
        return;
    };
    let Some(state) = book.states.get(&one.rule_id) else {
        return;
    };
    let Some(alert) = state.held.get(&one.fingerprint) else {
        return;
    };
    let known = words::Known {
        normal: state.details.get(&one.fingerprint).and_then(Detail::range),
        agent: book.names.of(&alert.labels),
        is_rule_gone: book.rule(&one.rule_id).is_none(),
    };
    let sentence = words::sentence(&rule, alert, &known, now.wall_ms);
    let fired_ms = alert.fired_at.map(|at| at.wall_ms);
    let was_told = fired_ms.is_some_and(|fired| told_ms.is_some_and(|told| fired <= told));
    changes.events.push(Event {
        at: Timestamp(now.wall_ms),
        kind,
        rule: rule.name.clone(),
        fingerprint: one.fingerprint.to_string(),
        is_ignored: kind == EventKind::Resolved && was_told && !was_acknowledged,
        is_counted_only: flaps,
        body: json!({
            "labels": alert.labels,
            "value": super::read::number(alert.value),
            "detail": sentence,
        })
        .to_string(),
    });
}

/// Alerts of a rule that another turn may look at: what a preview needs of the machine.
pub(super) fn step(
    held: &mut Held,
    rule: &Rule,
    samples: Vec<(Labels, f64)>,
    now: Moment,
) -> Vec<Transition> {
    let observed = samples.into_iter().map(|one| evaluate::observed(rule, one));
    Turn::take(held, observed.collect(), rule.timing, now).transitions
}
