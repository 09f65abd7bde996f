//! Who is told in a turn, and in which words. Owns notices: one a channel and rule, with the alerts that are
//! news; refuses to send them.

use std::collections::{BTreeMap, BTreeSet};

use paceline_analysis::alerts::{
    AlertState, Fingerprint, Labels, Moment, NOTICED_MAX, Notice, NoticeStatus, Noticed, Severity,
    Subject, Telling, forget, tell,
};
use paceline_api::AlertSeverity;
use paceline_core::Timestamp;
use paceline_core::alert::{Changes, NewDelivery};

use super::book::{Book, Entry};
use super::rule::ALERT_NAME;
use super::words;
use crate::ids::new_id;
use crate::notify::Channel;

/// Each explained alert with its cause.
type Causes = BTreeMap<Fingerprint, Fingerprint>;

const REPEAT_MS_MIN: i64 = 60_000;
/// An annotation for receivers that show no sentence; a label would make another alert of it.
const AGENT_NAME: &str = "agent_name";

pub(super) fn telling(channel: &Channel, repeat_ms: i64) -> Telling {
    Telling {
        severity_min: match channel.severity {
            AlertSeverity::Info => Severity::Info,
            AlertSeverity::Warning => Severity::Warning,
            AlertSeverity::Critical => Severity::Critical,
        },
        after_ms: i64::try_from(channel.after_seconds).unwrap_or(i64::MAX / 2_000) * 1_000,
        // Not every second, whatever is asked for.
        repeat_ms: repeat_ms.max(REPEAT_MS_MIN),
    }
}

pub(super) fn tell_channel(
    book: &mut Book,
    causes: &Causes,
    (channel, telling): (&Channel, &Telling),
    now: Moment,
    changes: &mut Changes,
) {
    let mut memory = book.told.remove(&channel.name).unwrap_or_default();
    let (said, old) = {
        let at = Timestamp(now.wall_ms);
        let subjects: Vec<Subject<'_>> = book
            .entries()
            .filter(|entry| entry.alert.state != AlertState::Pending)
            .map(|entry| {
                let mut silences = book.silences.values();
                let is_silenced = silences.any(|one| one.holds_back(&entry.alert.labels, at));
                let is_explained = causes.contains_key(&entry.fingerprint);
                Subject {
                    fingerprint: entry.fingerprint,
                    alert: entry.alert,
                    is_held_back: is_silenced
                        || is_explained
                        || entry.detail.acknowledged.is_some(),
                    is_silenced,
                }
            })
            .collect();
        let said = tell(telling, &subjects, &mut memory, now);
        let old = forget(telling, &subjects, &mut memory, now);
        (said, old)
    };
    book.told.insert(channel.name.clone(), memory);
    for (fingerprint, _) in &said {
        book.keep_told(&channel.name, *fingerprint, changes);
    }
    for fingerprint in old {
        book.keep_told(&channel.name, fingerprint, changes);
    }
    let worth = |(_, status): &(Fingerprint, NoticeStatus)| {
        channel.send_resolved || *status == NoticeStatus::Firing
    };
    let said: Vec<_> = said.into_iter().filter(worth).collect();
    deliver(book, causes, (channel, &said), now, changes);
}

/// One notice a rule: its alerts are of one cause.
fn deliver(
    book: &Book,
    causes: &Causes,
    (channel, said): (&Channel, &[(Fingerprint, NoticeStatus)]),
    now: Moment,
    changes: &mut Changes,
) {
    let mut groups: BTreeMap<String, Vec<(Fingerprint, NoticeStatus)>> = BTreeMap::new();
    for (fingerprint, status) in said {
        if let Some(entry) = book.find(*fingerprint) {
            let name = entry.rule.name.clone();
            groups
                .entry(name)
                .or_default()
                .push((*fingerprint, *status));
        }
    }
    for (name, alerts) in groups {
        let notice = notice(book, causes, (&name, &alerts), now);
        let Ok(body) = serde_json::to_string(&notice) else {
            continue;
        };
        changes.deliveries.push(NewDelivery {
            delivery_id: new_id("dlv"),
            channel: channel.name.clone(),
            summary: notice.sentence,
            alerts: u32::try_from(alerts.len()).unwrap_or(u32::MAX),
            body,
        });
    }
}

fn notice(
    book: &Book,
    causes: &Causes,
    (name, alerts): (&str, &[(Fingerprint, NoticeStatus)]),
    now: Moment,
) -> Notice {
    let entries = alerts
        .iter()
        .filter_map(|(fingerprint, status)| Some((book.find(*fingerprint)?, *status)));
    let mut entries: Vec<_> = entries.collect();
    // Those that fire before those that are over, the most severe of each first.
    entries.sort_by_key(|(entry, status)| {
        let severity = Severity::of(&entry.alert.labels);
        (*status != NoticeStatus::Firing, std::cmp::Reverse(severity))
    });
    let noticed: Vec<Noticed> = entries
        .iter()
        .take(NOTICED_MAX)
        .map(|(entry, status)| noticed(entry, *status, now))
        .collect();
    let firing = alerts.iter().filter_map(|(fingerprint, status)| {
        (*status == NoticeStatus::Firing).then_some(*fingerprint)
    });
    let told: Vec<Fingerprint> = firing.collect();
    let is_firing = !told.is_empty();
    Notice {
        group_key: format!("{{}}:{{{ALERT_NAME}={name:?}}}"),
        status: if is_firing {
            NoticeStatus::Firing
        } else {
            NoticeStatus::Resolved
        },
        group_labels: Labels::from([(ALERT_NAME.to_owned(), name.to_owned())]),
        told,
        left_out: (alerts.len().saturating_sub(noticed.len())) as u64,
        sentence: together((book, causes), name, alerts, &noticed, is_firing),
        alerts: noticed,
        at_ms: now.wall_ms,
    }
}

pub(super) fn noticed(entry: &Entry<'_>, status: NoticeStatus, now: Moment) -> Noticed {
    let mut annotations = entry.alert.annotations.clone();
    let sentence = words::sentence(entry.rule, entry.alert, &entry.known(), now.wall_ms);
    annotations.insert("summary".to_owned(), sentence);
    if let Some(name) = entry.agent {
        let annotation = annotations.entry(AGENT_NAME.to_owned());
        annotation.or_insert_with(|| name.to_owned());
    }
    Noticed {
        fingerprint: entry.fingerprint,
        status,
        labels: entry.alert.labels.clone(),
        annotations,
        value: entry.alert.value,
        starts_at_ms: entry.since().wall_ms,
        ends_at_ms: match status {
            NoticeStatus::Firing => None,
            NoticeStatus::Resolved => {
                Some(entry.alert.resolved_at.map_or(now.wall_ms, |at| at.wall_ms))
            }
        },
        path: words::link(entry.rule, &entry.alert.labels),
    }
}

/// `20 alerts of AgentSlow: agent ada ...; it explains 12 alerts of OperationSlow`
fn together(
    (book, causes): (&Book, &Causes),
    name: &str,
    alerts: &[(Fingerprint, NoticeStatus)],
    noticed: &[Noticed],
    is_firing: bool,
) -> String {
    let first = noticed
        .first()
        .and_then(|one| one.annotations.get("summary"));
    let first = first.cloned().unwrap_or_else(|| name.to_owned());
    let of_status = |wanted| {
        alerts
            .iter()
            .filter(|(_, status)| *status == wanted)
            .count()
    };
    let count = match is_firing {
        true => of_status(NoticeStatus::Firing),
        false => alerts.len(),
    };
    let mut text = match (count, is_firing) {
        (1, true) => first,
        (1, false) => format!("over: {first}"),
        (count, true) => format!("{}: {first}", words::several(count as u64, name)),
        (count, false) => format!("{} are over", words::several(count as u64, name)),
    };
    let mut explained: BTreeMap<&str, u64> = BTreeMap::new();
    let all: BTreeSet<Fingerprint> = alerts.iter().map(|(name, _)| *name).collect();
    for entry in book.entries().filter(|_| is_firing) {
        if causes
            .get(&entry.fingerprint)
            .is_some_and(|cause| all.contains(cause))
        {
            *explained.entry(&entry.rule.name).or_default() += 1;
        }
    }
    for (name, count) in explained {
        text.push_str(&format!("; it explains {}", words::several(count, name)));
    }
    text
}
