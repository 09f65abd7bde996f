//! What is kept of alerts and anomalies: rules that people made, alerts between two evaluations, what
//! happened to them, silences, deliveries that wait, findings of detectors. Owns the keys by which
//! each is found and how long it is kept; refuses to read a `body`, which is the judge's own document.
//!
//! ```text
//!             one evaluation = one commit                 the channel's own loop
//! rules ─────> held, events, told, deliveries ──────────> delivered, or tried again later
//!                                             (waiting)   or given up
//! ```

use serde::{Deserialize, Serialize};

use crate::{Steady, Timestamp};

/// Events, settled deliveries and anomalies are kept for so long.
pub const HISTORY_KEPT_MS: i64 = 90 * 86_400_000;

/// A document under its own name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub key: String,
    pub body: String,
}

/// Which documents a [`Kept`] is among.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A rule that a person made, and whether a default one is switched off.
    Rule,
    /// An alert between two evaluations.
    Held,
    /// Who was told of which alert.
    Told,
    Silence,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Rule, Self::Held, Self::Told, Self::Silence];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventKind {
    Fired,
    Resolved,
    Acknowledged,
    Told,
}

impl EventKind {
    pub const ALL: [Self; 4] = [Self::Fired, Self::Resolved, Self::Acknowledged, Self::Told];
}

/// One step of an alert's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Timestamp,
    pub kind: EventKind,
    pub rule: String,
    pub fingerprint: String,
    /// Of a resolved alert: it was told, and nobody acknowledged it.
    pub is_ignored: bool,
    /// It flaps: it counts as noise, and is not listed.
    pub is_counted_only: bool,
    pub body: String,
}

/// What a channel is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDelivery {
    pub delivery_id: String,
    pub channel: String,
    pub summary: String,
    pub alerts: u32,
    pub body: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeliveryState {
    Waiting,
    Delivered,
    GivenUp,
}

impl DeliveryState {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::GivenUp];
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub delivery_id: String,
    pub channel: String,
    pub state: DeliveryState,
    pub summary: String,
    pub alerts: u32,
    pub attempts: u32,
    pub created_at: Timestamp,
    /// On the steady clock; while it waits.
    pub due_at: Option<Steady>,
    pub settled_at: Option<Timestamp>,
    pub last_error: Option<String>,
    pub body: String,
}

/// How an attempt went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub delivery_id: String,
    pub outcome: AttemptOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttemptOutcome {
    Delivered,
    /// To be tried again then.
    Failed {
        why: String,
        again_at: Steady,
    },
    GivenUp {
        why: String,
    },
}

/// What a detector found in one series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anomaly {
    pub anomaly_id: String,
    /// A metric's or an operation's name.
    pub about: String,
    pub agent: Option<String>,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub body: String,
}

/// One commit: all of it, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    pub put: Vec<(Kind, Kept)>,
    pub remove: Vec<(Kind, String)>,
    pub events: Vec<Event>,
    pub deliveries: Vec<NewDelivery>,
    pub attempts: Vec<Attempt>,
    /// New ones, and known ones as they are now.
    pub anomalies: Vec<Anomaly>,
}

impl Changes {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what happened after this.
    pub fn then(&mut self, mut later: Self) {
        // All puts are made before all removals, so of one document only its last change is kept.
        let is_put = |(kind, key): &(Kind, String)| {
            let mut later = later.put.iter();
            later.any(|(other, kept)| other == kind && kept.key == *key)
        };
        self.remove.retain(|one| !is_put(one));
        let is_removed = |(kind, kept): &(Kind, Kept)| {
            let mut later = later.remove.iter();
            later.any(|(other, key)| other == kind && *key == kept.key)
        };
        self.put.retain(|one| !is_removed(one));
        self.put.append(&mut later.put);
        self.remove.append(&mut later.remove);
        self.events.append(&mut later.events);
        self.deliveries.append(&mut later.deliveries);
        self.attempts.append(&mut later.attempts);
        self.anomalies.append(&mut later.anomalies);
    }
}

/// Which events are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    pub fingerprint: Option<String>,
}

/// Which anomalies are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnomalyFilter {
    pub about: Option<String>,
    pub agent: Option<String>,
}

/// How often a rule spoke, and how often nobody did anything about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noise {
    pub rule: String,
    pub fired: u64,
    pub told: u64,
    pub acknowledged: u64,
    pub ignored: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_document_the_last_change_counts() {
        let kept = |body: &str| Kept {
            key: "a".to_owned(),
            body: body.to_owned(),
        };
        let put = |body: &str| Changes {
            put: vec![(Kind::Held, kept(body))],
            ..Changes::default()
        };
        let remove = || Changes {
            remove: vec![(Kind::Held, "a".to_owned())],
            ..Changes::default()
        };
        let mut changes = remove();
        changes.then(put("1"));
        assert_eq!((changes.put.len(), changes.remove.len()), (1, 0));
        changes.then(remove());
        assert_eq!((changes.put.len(), changes.remove.len()), (0, 1));
    }
}
