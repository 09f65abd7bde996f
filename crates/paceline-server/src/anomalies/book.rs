//! Anomalies that go on, and those that the store has yet to take. Owns their beginnings, ends and
//! sentences, and what began together; refuses to judge values and to store.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use paceline_analysis::anomaly::{Evidence, OutOfLine, Unit, describe, describe_peer};
use paceline_api::{Anomaly, AnomalyKind, Timestamp};
use paceline_core::alert;
use serde::{Deserialize, Serialize};

use super::limits::{LATELY_MAX, OPEN_MAX, TOGETHER_MAX, TOGETHER_MS, UNSAVED_MAX};
use super::words;
use crate::ids::new_id;

/// What is said of a series, whatever it does.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// The series among all that are watched.
    pub key: String,
    pub subject: String,
    /// A metric's or an operation's name.
    pub name: String,
    pub agent: Option<String>,
    pub expr: String,
    pub labels: BTreeMap<String, String>,
    pub unit: Unit,
    pub unit_word: String,
    pub link: String,
    pub resolution_ms: i64,
}

/// An anomaly with what the detector needs to hear of it: this is its document in the store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Noted {
    pub shown: Anomaly,
    pub key: String,
    name: String,
    agent: Option<String>,
    /// Its sentence without what happened at the same moment.
    said: String,
    pub evidence: Option<Evidence>,
    pub out: Option<OutOfLine>,
}

#[derive(Default)]
pub struct Book {
    known: BTreeMap<String, Noted>,
    /// The store has them otherwise.
    changed: BTreeSet<String>,
    /// Those that began last.
    lately: VecDeque<String>,
    open: usize,
}

impl Book {
    /// Answers the anomaly's id; none where so many go on that nobody would read it.
    pub fn begin(&mut self, about: About, evidence: Evidence) -> Option<String> {
        let said = describe(&about.subject, about.unit, 0, &evidence);
        let shown = Anomaly {
            kind: words::kind(evidence.kind),
            started_at: Timestamp(evidence.since_ms),
            once_in: evidence.once_in,
            ..shown(
                &about,
                said.clone(),
                (evidence.value, evidence.low, evidence.high),
            )
        };
        self.add(Noted {
            shown,
            said,
            key: about.key,
            name: about.name,
            agent: about.agent,
            evidence: Some(evidence),
            out: None,
        })
    }

    /// An agent beside its peers.
    pub fn begin_peer(&mut self, about: About, out: OutOfLine) -> Option<String> {
        let said = describe_peer(words::TASK_TIME, about.unit, 0, &out);
        let shown = Anomaly {
            kind: AnomalyKind::PeerOutOfLine,
            started_at: Timestamp(out.since_ms),
            ..shown(&about, said.clone(), (out.value, out.low, out.high))
        };
        self.add(Noted {
            shown,
            said,
            key: about.key,
            name: about.name,
            agent: about.agent,
            evidence: None,
            out: Some(out),
        })
    }

    /// More is known of it.
    pub fn go_on(&mut self, anomaly_id: &str, about: &About, evidence: Evidence) {
        let Some(noted) = self.known.get_mut(anomaly_id) else {
            return;
        };
        noted.said = describe(&about.subject, about.unit, 0, &evidence);
        let shown = &mut noted.shown;
        shown.kind = words::kind(evidence.kind);
        shown.started_at = shown.started_at.min(Timestamp(evidence.since_ms));
        (shown.value, shown.once_in) = (finite(evidence.value), evidence.once_in);
        (shown.normal_low, shown.normal_high) = (finite(evidence.low), finite(evidence.high));
        shown.sentence = words::sentence(&noted.said, &shown.together_with);
        noted.evidence = Some(evidence);
        self.changed.insert(anomaly_id.to_owned());
    }

    pub fn end(&mut self, anomaly_id: &str, until_ms: i64) {
        if let Some(noted) = self.known.get_mut(anomaly_id)
            && noted.shown.ended_at.is_none()
        {
            let shown = &mut noted.shown;
            shown.ended_at = Some(shown.started_at.max(Timestamp(until_ms)));
            self.open -= 1;
            self.changed.insert(anomaly_id.to_owned());
        }
    }

    /// A person says that it was none; `noted` is as the store has it. Answers it as it is now.
    pub fn dismiss(&mut self, noted: Noted, now_ms: i64) -> Noted {
        let anomaly_id = noted.shown.anomaly_id.clone();
        let is_open = noted.shown.ended_at.is_none();
        if !self.known.contains_key(&anomaly_id) {
            self.open += usize::from(is_open);
            self.known.insert(anomaly_id.clone(), noted.clone());
        }
        self.end(&anomaly_id, now_ms);
        let Some(known) = self.known.get_mut(&anomaly_id) else {
            return noted;
        };
        known.shown.is_dismissed = true;
        self.changed.insert(anomaly_id);
        known.clone()
    }

    pub fn get(&self, anomaly_id: &str) -> Option<&Noted> {
        self.known.get(anomaly_id)
    }

    pub fn is_open(&self, anomaly_id: &str) -> bool {
        let found = self.known.get(anomaly_id);
        found.is_some_and(|one| one.shown.ended_at.is_none())
    }

    /// How many go on.
    pub fn open(&self) -> usize {
        self.open
    }

    /// Everything that it knows, in no particular order.
    pub fn into_all(self) -> Vec<Anomaly> {
        self.known.into_values().map(|one| one.shown).collect()
    }

    /// What an earlier run left open.
    pub fn restore(&mut self, stored: Vec<alert::Anomaly>) {
        for one in stored {
            match serde_json::from_str::<Noted>(&one.body) {
                Ok(noted) if noted.shown.ended_at.is_none() => {
                    self.open += 1;
                    self.known.insert(one.anomaly_id, noted);
                }
                Ok(_) => {}
                Err(_) => {
                    tracing::warn!(
                        anomaly = one.anomaly_id,
                        "a stored anomaly is of another version"
                    );
                }
            }
        }
    }

    /// Ends what no detector is at any more, as after a crash.
    pub fn end_all_but(&mut self, held: &BTreeSet<String>, now_ms: i64) {
        let is_lost = |one: &&Noted| !held.contains(&one.shown.anomaly_id);
        let lost = self.known.values().filter(is_lost);
        let lost: Vec<String> = lost.map(|one| one.shown.anomaly_id.clone()).collect();
        for anomaly_id in lost {
            self.end(&anomaly_id, now_ms);
        }
    }

    /// What the store is to be told; [`Self::stored`] or [`Self::not_stored`] says how that went.
    pub fn changes(&mut self) -> Vec<alert::Anomaly> {
        let changed = std::mem::take(&mut self.changed);
        let all = changed.iter().filter_map(|id| self.known.get(id));
        all.map(row).collect()
    }

    /// What is over and stored need not be known any more.
    pub fn stored(&mut self, stored: &[alert::Anomaly]) {
        for one in stored {
            if one.ended_at.is_some() && !self.changed.contains(&one.anomaly_id) {
                self.known.remove(&one.anomaly_id);
            }
        }
    }

    pub fn not_stored(&mut self, changes: Vec<alert::Anomaly>) {
        self.changed
            .extend(changes.into_iter().map(|one| one.anomaly_id));
        while UNSAVED_MAX < self.changed.len() {
            let Some(oldest) = self.changed.pop_first() else {
                return;
            };
            if !self.is_open(&oldest) {
                self.known.remove(&oldest);
            }
        }
    }

    fn add(&mut self, mut noted: Noted) -> Option<String> {
        if OPEN_MAX <= self.open {
            if self.open == OPEN_MAX {
                tracing::warn!(
                    "{OPEN_MAX} anomalies go on, which is the most that are told one by one"
                );
            }
            return None;
        }
        self.tell_neighbours(&mut noted);
        let anomaly_id = noted.shown.anomaly_id.clone();
        self.open += 1;
        self.changed.insert(anomaly_id.clone());
        self.lately.push_back(anomaly_id.clone());
        if LATELY_MAX < self.lately.len() {
            self.lately.pop_front();
        }
        self.known.insert(anomaly_id.clone(), noted);
        Some(anomaly_id)
    }

    /// Those that began at the same moment learn of each other.
    fn tell_neighbours(&mut self, new: &mut Noted) {
        for anomaly_id in &self.lately {
            let Some(other) = self.known.get_mut(anomaly_id) else {
                continue;
            };
            let apart_ms = other.shown.started_at.0.abs_diff(new.shown.started_at.0);
            if TOGETHER_MS.unsigned_abs() < apart_ms || other.shown.is_dismissed {
                continue;
            }
            new.learn_of(&other.shown.subject);
            if other.learn_of(&new.shown.subject) {
                self.changed.insert(anomaly_id.clone());
            }
        }
    }
}

impl Noted {
    fn learn_of(&mut self, subject: &str) -> bool {
        let together = &mut self.shown.together_with;
        let is_new = together.len() < TOGETHER_MAX
            && self.shown.subject != subject
            && !together.iter().any(|known| known == subject);
        if is_new {
            together.push(subject.to_owned());
            self.shown.sentence = words::sentence(&self.said, together);
        }
        is_new
    }
}

fn shown(about: &About, sentence: String, (value, low, high): (f64, f64, f64)) -> Anomaly {
    Anomaly {
        anomaly_id: new_id("anm"),
        kind: AnomalyKind::Spike,
        subject: about.subject.clone(),
        expr: about.expr.clone(),
        labels: about.labels.clone(),
        unit: about.unit_word.clone(),
        sentence,
        link: about.link.clone(),
        started_at: Timestamp(0),
        ended_at: None,
        value: finite(value),
        normal_low: finite(low),
        normal_high: finite(high),
        once_in: 0,
        resolution_seconds: about.resolution_ms as f64 / 1_000.0,
        together_with: Vec::new(),
        is_dismissed: false,
    }
}

/// JSON has no other numbers.
fn finite(value: f64) -> f64 {
    value.clamp(f64::MIN, f64::MAX)
}

fn row(noted: &Noted) -> alert::Anomaly {
    let at = |at: Timestamp| paceline_core::Timestamp(at.0);
    alert::Anomaly {
        anomaly_id: noted.shown.anomaly_id.clone(),
        about: noted.name.clone(),
        agent: noted.agent.clone(),
        started_at: at(noted.shown.started_at),
        ended_at: noted.shown.ended_at.map(at),
        // Finite numbers and text always are JSON.
        body: serde_json::to_string(noted).unwrap_or_default(),
    }
}
