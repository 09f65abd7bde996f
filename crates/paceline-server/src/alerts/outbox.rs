//! Deliveries on their way. Owns each channel's queue, when the next attempt is due, and how each
//! channel does; refuses to decide what is told. Everything in it is in the store too, so a crash
//! begins again where it was.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use paceline_analysis::alerts::{
    AlertState, Fingerprint, Moment, Notice, NoticeStatus, Noticed, Severity,
};
use paceline_api::{AlertChannel, AlertChannelKind, Timestamp};
use paceline_core::alert::{
    Attempt, AttemptOutcome, Changes, Delivery, DeliveryState, NewDelivery,
};
use paceline_core::{Now, Steady};
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use super::Alerts;
use super::told::{noticed, telling};
use crate::ids::new_id;
use crate::notify::{Channel, FIRING_BELIEVED_MS, Notifier, SendError};

/// Of one channel, taken up at a start.
pub const WAITING_MAX: u32 = 10_000;
const FIRST_PAUSE_MS: i64 = 1_000;
const PAUSE_MS_MAX: i64 = 60_000;
/// Nobody wants to hear of it after a day.
const GIVE_UP_AFTER_MS: i64 = 86_400_000;
/// An Alertmanager is told of what fires as often.
const REPEAT_MS: u64 = 60_000;
/// And of what is over for so long.
const RESOLVED_TOLD_MS: i64 = 15 * 60_000;

#[derive(Default)]
pub struct Outbox {
    queues: Mutex<HashMap<String, VecDeque<Waiting>>>,
    states: Mutex<HashMap<String, State>>,
    news: Notify,
}

struct Waiting {
    delivery_id: String,
    notice: Notice,
    attempts: u32,
    due_ms: i64,
    since_ms: i64,
}

/// How a channel does.
#[derive(Clone, Debug, Default)]
struct State {
    failing_since: Option<i64>,
    last_error: Option<String>,
    delivered_ms: Option<i64>,
}

impl Outbox {
    /// Of an earlier run, the oldest first.
    pub(super) fn take_up(&self, deliveries: Vec<Delivery>) {
        for one in deliveries {
            let due_ms = one.due_at.map_or(i64::MIN, |due| due.0);
            let since_ms = one.created_at.0;
            self.push(
                one.channel,
                one.delivery_id,
                &one.body,
                (one.attempts, due_ms, since_ms),
            );
        }
    }

    pub(super) fn add(&self, deliveries: Vec<NewDelivery>, now: Now) {
        for one in deliveries {
            let when = (0, now.steady.0, now.wall.0);
            self.push(one.channel, one.delivery_id, &one.body, when);
        }
        self.news.notify_waiters();
    }

    fn push(
        &self,
        channel: String,
        delivery_id: String,
        body: &str,
        (attempts, due_ms, since_ms): (u32, i64, i64),
    ) {
        let Ok(notice) = serde_json::from_str(body) else {
            tracing::warn!(delivery_id, "a stored delivery is of another version");
            return;
        };
        let waiting = Waiting {
            delivery_id,
            notice,
            attempts,
            due_ms,
            since_ms,
        };
        let mut queues = self.queues.lock();
        queues.entry(channel).or_default().push_back(waiting);
    }

    /// The first of a queue, or how long until it is due; None: nothing waits.
    fn first(&self, channel: &str, now_ms: i64) -> Option<Result<(String, Notice), Duration>> {
        let queues = self.queues.lock();
        let first = queues.get(channel)?.front()?;
        let left_ms = first.due_ms - now_ms;
        if 0 < left_ms {
            let left = u64::try_from(left_ms).unwrap_or(0);
            return Some(Err(Duration::from_millis(left)));
        }
        Some(Ok((first.delivery_id.clone(), first.notice.clone())))
    }

    /// Takes an attempt's end into the queue; answers what is to be stored of it.
    fn settle(
        &self,
        channel: &str,
        sent: Result<(), SendError>,
        now: Now,
    ) -> Option<AttemptOutcome> {
        let mut queues = self.queues.lock();
        let queue = queues.get_mut(channel)?;
        let first = queue.front_mut()?;
        first.attempts += 1;
        let outcome = match sent {
            Ok(()) => AttemptOutcome::Delivered,
            Err(error) if error.again && now.wall.0 - first.since_ms < GIVE_UP_AFTER_MS => {
                let asked = error.after.map_or(0, |after| after.as_millis());
                let asked_ms = i64::try_from(asked).unwrap_or(0);
                first.due_ms = now.steady.0 + pause_ms(first.attempts).max(asked_ms);
                AttemptOutcome::Failed {
                    why: error.why,
                    again_at: Steady(first.due_ms),
                }
            }
            Err(error) => AttemptOutcome::GivenUp { why: error.why },
        };
        if !matches!(outcome, AttemptOutcome::Failed { .. }) {
            queue.pop_front();
        }
        Some(outcome)
    }

    /// Answers whether the channel's health has changed.
    fn note(&self, channel: &str, error: Option<&str>, now_ms: i64) -> bool {
        let mut states = self.states.lock();
        let state = states.entry(channel.to_owned()).or_default();
        let was_failing = state.failing_since.is_some();
        match error {
            None => {
                state.delivered_ms = Some(now_ms);
                (state.failing_since, state.last_error) = (None, None);
            }
            Some(error) => {
                state.failing_since.get_or_insert(now_ms);
                state.last_error = Some(error.to_owned());
            }
        }
        was_failing != error.is_some()
    }

    pub(crate) fn shown(&self, channel: &Channel) -> AlertChannel {
        let states = self.states.lock();
        let state = states.get(&channel.name).cloned().unwrap_or_default();
        let queues = self.queues.lock();
        let waiting = queues.get(&channel.name).map_or(0, VecDeque::len);
        AlertChannel {
            name: channel.name.clone(),
            kind: channel.kind(),
            host: channel.host().to_string(),
            severity: channel.severity,
            after_seconds: channel.after_seconds,
            is_failing: state.failing_since.is_some(),
            failing_since: state.failing_since.map(Timestamp),
            last_error: state.last_error,
            delivered_at: state.delivered_ms.map(Timestamp),
            waiting: waiting as u64,
        }
    }
}

fn pause_ms(attempts: u32) -> i64 {
    let doubled = FIRST_PAUSE_MS << attempts.saturating_sub(1).min(16);
    doubled.min(PAUSE_MS_MAX)
}

impl Alerts {
    /// Delivers until `stop` turns true; one task a channel, so that a slow receiver holds up nobody else.
    pub async fn deliver(self: Arc<Self>, stop: watch::Receiver<bool>) {
        let Some(notifier) = self.settings.lock().notifier.clone() else {
            return;
        };
        let mut running = tokio::task::JoinSet::new();
        for channel in notifier.channels() {
            let (alerts, notifier) = (Arc::clone(&self), Arc::clone(&notifier));
            let (channel, mut stop) = (channel.clone(), stop.clone());
            running.spawn(async move {
                let stopped = async { drop(stop.wait_for(|stop| *stop).await) };
                let serving = async {
                    let queue = alerts.serve(&notifier, &channel);
                    if channel.kind() == AlertChannelKind::Alertmanager {
                        // Its queue holds tests only.
                        tokio::join!(queue, alerts.serve_alertmanager(&notifier, &channel));
                    } else {
                        queue.await;
                    }
                };
                tokio::select! {
                    () = stopped => {}
                    () = serving => {}
                }
            });
        }
        while running.join_next().await.is_some() {}
    }

    /// A message to one channel that says that it is a test, stored and sent like any other.
    pub(crate) async fn test(&self, name: &str) -> Option<Delivery> {
        let channel = {
            let settings = self.settings.lock();
            let mut channels = settings.notifier.iter().flat_map(|it| it.channels());
            channels.find(|channel| channel.name == name).cloned()?
        };
        let now = self.clock.now();
        let notice = test_notice(now.wall.0);
        let new = NewDelivery {
            delivery_id: new_id("dlv"),
            channel: channel.name.clone(),
            summary: notice.sentence.clone(),
            alerts: 1,
            body: serde_json::to_string(&notice).ok()?,
        };
        let changes = Changes {
            deliveries: vec![new.clone()],
            ..Changes::default()
        };
        let saved = self.save(changes).await;
        if let Err(failure) = saved {
            tracing::warn!(error = %failure.error, "a test of a channel is not stored yet");
        }
        self.outbox.add(vec![new.clone()], now);
        Some(Delivery {
            delivery_id: new.delivery_id,
            channel: new.channel,
            state: DeliveryState::Waiting,
            summary: new.summary,
            alerts: new.alerts,
            attempts: 0,
            created_at: now.wall,
            due_at: Some(now.steady),
            settled_at: None,
            last_error: None,
            body: new.body,
        })
    }

    async fn serve(&self, notifier: &Notifier, channel: &Channel) {
        loop {
            let news = self.outbox.news.notified();
            match self.outbox.first(&channel.name, self.clock.now().steady.0) {
                None => news.await,
                // A clock that was set is noticed with the next turn.
                Some(Err(left)) => tokio::select! {
                    () = tokio::time::sleep(left) => {}
                    () = news => {}
                },
                Some(Ok((delivery_id, notice))) => {
                    let sent = notifier.send(channel, &notice).await;
                    self.settle(channel, (delivery_id, &notice), sent).await;
                }
            }
        }
    }

    async fn settle(
        &self,
        channel: &Channel,
        (delivery_id, notice): (String, &Notice),
        sent: Result<(), SendError>,
    ) {
        let now = self.clock.now();
        let error = sent.as_ref().err().map(|error| error.why.clone());
        self.health(channel, error.as_deref());
        let Some(outcome) = self.outbox.settle(&channel.name, sent, now) else {
            return;
        };
        let mut changes = Changes::default();
        if outcome == AttemptOutcome::Delivered {
            self.took(channel, notice, now, &mut changes);
        }
        changes.attempts.push(Attempt {
            delivery_id,
            outcome,
        });
        // What is not stored now is stored with the next turn.
        drop(self.save(changes).await);
    }

    fn health(&self, channel: &Channel, error: Option<&str>) {
        let now_ms = self.clock.now().wall.0;
        if !self.outbox.note(&channel.name, error, now_ms) {
            return;
        }
        match error {
            Some(why) => tracing::warn!(channel = channel.name, why, "alerts are not delivered"),
            None => tracing::info!(channel = channel.name, "alerts are delivered again"),
        }
        self.touch(&mut self.book.lock());
    }

    /// It groups, repeats and silences by itself: it is told what fires, every minute and when that
    /// changes, as Prometheus tells it.
    async fn serve_alertmanager(&self, notifier: &Notifier, channel: &Channel) {
        let mut changes = self.changes();
        let mut known: BTreeMap<Fingerprint, NoticeStatus> = BTreeMap::new();
        let mut failures = 0;
        loop {
            changes.mark_unchanged();
            let alerts = self.for_alertmanager(channel, &known);
            let now_ms = self.clock.now().wall.0;
            if !alerts.is_empty() {
                let until_ms = now_ms + FIRING_BELIEVED_MS;
                let sent = notifier.push(channel, &alerts, until_ms).await;
                let error = sent.as_ref().err().map(|error| error.why.clone());
                self.health(channel, error.as_deref());
                match sent {
                    Ok(()) => {
                        failures = 0;
                        self.pushed(channel, &alerts, &mut known).await;
                    }
                    Err(_) => failures += 1,
                }
            }
            let pause = match failures {
                0 => REPEAT_MS,
                failures => u64::try_from(pause_ms(failures)).unwrap_or(REPEAT_MS),
            };
            let pause = tokio::time::sleep(Duration::from_millis(pause));
            if failures == 0 {
                tokio::select! {
                    () = pause => {}
                    changed = changes.changed() => if changed.is_err() { return },
                }
            } else {
                pause.await;
            }
        }
    }

    /// What fires and is held back by nothing here, what was told before, and what is newly over.
    fn for_alertmanager(
        &self,
        channel: &Channel,
        known: &BTreeMap<Fingerprint, NoticeStatus>,
    ) -> Vec<Noticed> {
        let now = self.moment();
        let at = paceline_core::Timestamp(now.wall_ms);
        let book = self.book.lock();
        let causes = book.causes();
        let wants = telling(channel, 0);
        let mut told = Vec::new();
        for entry in book.entries() {
            let was_told = known.contains_key(&entry.fingerprint);
            let is_silenced = || {
                let mut silences = book.silences.values();
                silences.any(|one| one.holds_back(&entry.alert.labels, at))
            };
            if Severity::of(&entry.alert.labels) < wants.severity_min {
                continue;
            }
            let lasts_ms = now.steady_ms - entry.since().steady_ms;
            match entry.alert.state {
                AlertState::Firing
                    if was_told
                        || (wants.after_ms <= lasts_ms
                            && (wants.after_ms == 0 || entry.detail.acknowledged.is_none())
                            && !causes.contains_key(&entry.fingerprint)
                            && !is_silenced()) =>
                {
                    told.push(noticed(&entry, NoticeStatus::Firing, now));
                }
                AlertState::Resolved
                    if channel.send_resolved
                        && (was_told || entry.detail.told_ms.is_some())
                        && is_fresh(entry.alert.resolved_at, now) =>
                {
                    told.push(noticed(&entry, NoticeStatus::Resolved, now));
                }
                _ => {}
            }
        }
        told
    }
}

fn test_notice(now_ms: i64) -> Notice {
    let named = |pairs: &[(&str, &str)]| {
        let owned = pairs.iter();
        owned
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<paceline_analysis::alerts::Labels>()
    };
    let labels = named(&[("alertname", "Test"), ("severity", "info")]);
    let sentence = "this is a test: nothing is wrong";
    Notice {
        group_key: "{}:{alertname=\"Test\"}".to_owned(),
        status: NoticeStatus::Firing,
        group_labels: named(&[("alertname", "Test")]),
        alerts: vec![Noticed {
            fingerprint: Fingerprint::of(&labels),
            status: NoticeStatus::Firing,
            annotations: named(&[("summary", sentence)]),
            labels,
            value: 1.0,
            starts_at_ms: now_ms,
            ends_at_ms: None,
            path: "/alerts".to_owned(),
        }],
        // Nothing is told of an alert.
        told: Vec::new(),
        left_out: 0,
        sentence: sentence.to_owned(),
        at_ms: now_ms,
    }
}

fn is_fresh(resolved_at: Option<Moment>, now: Moment) -> bool {
    resolved_at.is_some_and(|at| now.steady_ms - at.steady_ms < RESOLVED_TOLD_MS)
}
