//! What it changes that a channel took something, or is no longer there. Owns when alerts were told, in their
//! history and on themselves, and the end of deliveries that nobody takes; refuses to send.

use std::collections::{BTreeMap, BTreeSet};

use paceline_analysis::alerts::{Fingerprint, Labels, Notice, NoticeStatus, Noticed};
use paceline_core::alert::{Attempt, AttemptOutcome, Changes, Event, EventKind, NewDelivery};
use paceline_core::{Now, Timestamp};
use paceline_store::{Context, Failure};
use serde_json::json;

use super::Alerts;
use super::rule::ALERT_NAME;
use crate::ids::new_id;
use crate::notify::Channel;

/// Deliveries that are given up at one start, and in one commit; what is left is the next start's.
const GIVEN_UP_MAX: usize = 10_000;
const GIVEN_UP_AT_ONCE: u32 = 500;

impl Alerts {
    /// A channel took a notice.
    pub(super) fn took(&self, channel: &Channel, notice: &Notice, now: Now, changes: &mut Changes) {
        if notice.told.is_empty() {
            return;
        }
        let mut book = self.book.lock();
        for fingerprint in &notice.told {
            let shown = notice.alerts.iter();
            let shown = shown.filter(|one| one.fingerprint == *fingerprint);
            let shown = shown.map(|one| &one.labels).next();
            // One that was left out of the message, and is forgotten since, has no other name.
            let held = || book.find(*fingerprint).map(|entry| &entry.alert.labels);
            let labels = shown.or_else(held).unwrap_or(&notice.group_labels);
            let event = told(&channel.name, *fingerprint, labels, now.wall);
            changes.events.push(event);
            book.took(*fingerprint, now.wall.0, changes);
        }
        self.touch(&mut book);
    }

    /// Records what is news in what was pushed to an Alertmanager.
    pub(super) async fn pushed(
        &self,
        channel: &Channel,
        alerts: &[Noticed],
        known: &mut BTreeMap<Fingerprint, NoticeStatus>,
    ) {
        let is_news = |one: &&Noticed| known.get(&one.fingerprint) != Some(&one.status);
        let news: Vec<&Noticed> = alerts.iter().filter(is_news).collect();
        let now = self.clock.now();
        let mut changes = Changes::default();
        push_recorded(channel, &news, &mut changes);
        for one in news.iter().filter(|one| one.status == NoticeStatus::Firing) {
            let event = told(&channel.name, one.fingerprint, &one.labels, now.wall);
            changes.events.push(event);
        }
        {
            let mut book = self.book.lock();
            let now = self.moment();
            for one in &news {
                book.mark_told(
                    one.fingerprint,
                    &channel.name,
                    one.status,
                    now,
                    &mut changes,
                );
            }
        }
        let present: BTreeSet<Fingerprint> = alerts.iter().map(|one| one.fingerprint).collect();
        known.retain(|fingerprint, _| present.contains(fingerprint));
        known.extend(alerts.iter().map(|one| (one.fingerprint, one.status)));
        drop(self.save(changes).await);
    }

    /// Gives up what waits for channels that are not configured: nobody will ever take it. What they
    /// were told is forgotten, too.
    pub(super) async fn give_up_removed(&self, configured: &[String]) -> Result<(), Failure> {
        let forgotten = self.book.lock().forget_removed(configured);
        self.save(forgotten).await?;
        let waiting = self.store.alert_channels_waiting().await?.value;
        let mut left = GIVEN_UP_MAX;
        for channel in waiting.iter().filter(|name| !configured.contains(name)) {
            let mut count = 0;
            while 0 < left {
                let limit = u32::try_from(left).unwrap_or(GIVEN_UP_AT_ONCE);
                let limit = limit.min(GIVEN_UP_AT_ONCE);
                let name = channel.clone();
                let found = self.store.alert_deliveries_waiting(name, limit).await?;
                let attempt = |one: paceline_core::alert::Delivery| Attempt {
                    delivery_id: one.delivery_id,
                    outcome: AttemptOutcome::GivenUp {
                        why: format!("the channel `{channel}` is no longer configured"),
                    },
                };
                let attempts: Vec<_> = found.value.into_iter().map(attempt).collect();
                if attempts.is_empty() {
                    break;
                }
                left -= attempts.len();
                count += attempts.len();
                let changes = Changes {
                    attempts,
                    ..Changes::default()
                };
                let ctx = Context::at(self.clock.now());
                self.store.record_alerts(ctx, changes).await?;
            }
            if 0 < count {
                tracing::warn!(
                    channel,
                    count,
                    "deliveries are given up: their channel is no longer configured"
                );
            }
        }
        Ok(())
    }
}

/// An Alertmanager is told states: what was pushed is a delivery that is over when it is made.
fn push_recorded(channel: &Channel, news: &[&Noticed], changes: &mut Changes) {
    let Some(first) = news.first() else {
        return;
    };
    let summary = first.annotations.get("summary").cloned();
    let summary = summary.unwrap_or_default();
    let delivery_id = new_id("dlv");
    changes.deliveries.push(NewDelivery {
        delivery_id: delivery_id.clone(),
        channel: channel.name.clone(),
        summary: match news.len() {
            1 => summary,
            count => format!("{count} alerts, the first: {summary}"),
        },
        alerts: u32::try_from(news.len()).unwrap_or(u32::MAX),
        body: "{}".to_owned(),
    });
    changes.attempts.push(Attempt {
        delivery_id,
        outcome: AttemptOutcome::Delivered,
    });
}

fn told(channel: &str, fingerprint: Fingerprint, labels: &Labels, at: Timestamp) -> Event {
    let rule = labels.get(ALERT_NAME).cloned();
    Event {
        at,
        kind: EventKind::Told,
        rule: rule.unwrap_or_default(),
        fingerprint: fingerprint.to_string(),
        is_ignored: false,
        is_counted_only: false,
        body: json!({"labels": labels, "detail": format!("told to {channel}")}).to_string(),
    }
}
