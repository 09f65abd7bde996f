//! The state machine of one rule. Owns what follows from one evaluation; refuses to remember anything
//! but its alerts.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::{Fingerprint, Labels};

/// A resolved alert stays known for so long, so that its end is told although a delivery failed.
const RESOLVED_KEPT_MS: i64 = 15 * 60 * 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertState {
    Pending,
    Firing,
    Resolved,
}

/// One moment on two clocks: what people read, and what durations are measured with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub wall_ms: i64,
    /// Milliseconds on a clock that never goes back.
    pub steady_ms: i64,
}

/// How long something has to be seen before it fires, and unseen before it is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    pub for_ms: i64,
    pub keep_firing_for_ms: i64,
}

/// One answer of the rule's expression, its labels complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    pub labels: Labels,
    pub annotations: Labels,
    pub value: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub labels: Labels,
    /// As of the last time that it was observed.
    pub annotations: Labels,
    #[serde(with = "super::kept_number")]
    pub value: f64,
    pub state: AlertState,
    /// First observed, without a break since.
    pub active_at: Moment,
    pub fired_at: Option<Moment>,
    pub resolved_at: Option<Moment>,
    /// Not observed since, and kept firing.
    pub unseen_since: Option<Moment>,
}

/// What is worth telling. Pending alerts come and go in silence.
#[derive(Clone, Debug, PartialEq)]
pub enum Transition {
    Pending(Fingerprint),
    Fired(Fingerprint),
    Resolved(Fingerprint),
    /// A pending alert that did not last, or a resolved one that is old.
    Forgotten(Fingerprint),
}

/// A rule's alerts by their labels.
pub type Held = BTreeMap<Fingerprint, Alert>;

/// What one evaluation led to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turn {
    pub transitions: Vec<Transition>,
    /// Two answers had the same labels; only the first of them counts. The rule is at fault.
    pub doubled: Option<Labels>,
}

impl Turn {
    /// Takes in what the rule's expression answered at `now`.
    pub fn take(held: &mut Held, observed: Vec<Observed>, timing: Timing, now: Moment) -> Self {
        let mut turn = Self::default();
        let mut seen = std::collections::BTreeSet::new();
        for one in observed {
            let name = Fingerprint::of(&one.labels);
            if !seen.insert(name) {
                turn.doubled.get_or_insert(one.labels);
                continue;
            }
            turn.see(held.entry(name), name, one, now);
        }
        let mut over = Vec::new();
        for (name, alert) in held.iter_mut() {
            if !seen.contains(name) && turn.miss(*name, alert, timing, now) {
                over.push(*name);
            }
            if alert.state == AlertState::Pending
                && timing.for_ms <= now.steady_ms - alert.active_at.steady_ms
                && seen.contains(name)
            {
                alert.state = AlertState::Firing;
                alert.fired_at = Some(now);
                turn.transitions.push(Transition::Fired(*name));
            }
        }
        for name in over {
            held.remove(&name);
            turn.transitions.push(Transition::Forgotten(name));
        }
        turn
    }

    fn see(
        &mut self,
        entry: Entry<'_, Fingerprint, Alert>,
        name: Fingerprint,
        one: Observed,
        now: Moment,
    ) {
        match entry {
            Entry::Occupied(mut known) if known.get().state != AlertState::Resolved => {
                let alert = known.get_mut();
                (alert.annotations, alert.value) = (one.annotations, one.value);
                alert.unseen_since = None;
            }
            entry => {
                entry.insert_entry(Alert {
                    labels: one.labels,
                    annotations: one.annotations,
                    value: one.value,
                    state: AlertState::Pending,
                    active_at: now,
                    fired_at: None,
                    resolved_at: None,
                    unseen_since: None,
                });
                self.transitions.push(Transition::Pending(name));
            }
        }
    }

    /// Not observed this time; whether it is to be forgotten.
    fn miss(&mut self, name: Fingerprint, alert: &mut Alert, timing: Timing, now: Moment) -> bool {
        match alert.state {
            AlertState::Pending => true,
            AlertState::Firing => {
                let since = *alert.unseen_since.get_or_insert(now);
                if timing.keep_firing_for_ms <= now.steady_ms - since.steady_ms {
                    alert.state = AlertState::Resolved;
                    alert.resolved_at = Some(now);
                    self.transitions.push(Transition::Resolved(name));
                }
                false
            }
            AlertState::Resolved => alert
                .resolved_at
                .is_none_or(|at| RESOLVED_KEPT_MS < now.steady_ms - at.steady_ms),
        }
    }
}

#[cfg(test)]
mod tests;
