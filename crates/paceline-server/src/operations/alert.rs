//! Alerts as people handle them: look at them, acknowledge one, see who was told. Owns filters and
//! pages; refuses to judge anything.

use paceline_analysis::alerts::{AlertState as State, Fingerprint};
use paceline_api::{
    Alert, AlertAcknowledgeRequest, AlertChannel, AlertDelivery, AlertDeliveryState, AlertEvent,
    AlertHistoryQuery, AlertList, AlertListQuery, AlertState, ErrorCode, ListQuery, Operation,
    Page,
};
use paceline_core::Timestamp;
use paceline_core::alert::{Changes, Delivery, DeliveryState, Event, EventFilter, EventKind};
use paceline_store::{Context, Span};
use serde_json::json;

use super::alert_rule::who;
use super::failure::invalid;
use super::{ApiFailure, Caller, Operations, page};
use crate::alerts::{Acknowledged, Book, Entry, shown_event};

impl Operations {
    /// What fires and what is pending, the most severe first; or what a filter asks for.
    ///
    /// # Errors
    /// When the page is out of bounds.
    #[expect(clippy::unused_async, reason = "every operation is called alike")]
    pub async fn alert_list(
        &self,
        caller: &Caller,
        query: AlertListQuery,
    ) -> Result<AlertList, ApiFailure> {
        let passage = self.gate.open(Operation::AlertList, caller);
        let listed = || {
            let page = page(query.limit, query.cursor.clone())?;
            let from = page.cursor.as_deref().map_or(Ok(0), str::parse);
            let from: usize = from.map_err(|_| invalid("cursor", "is not one that a page gave"))?;
            let book = self.alerts.book.lock();
            let now_ms = self.gate.now().wall.0;
            let mut all = book.listed(|entry| is_asked(&query, entry), now_ms);
            if let Some(severity) = query.severity {
                all.retain(|alert| alert.severity == severity);
            }
            let end = from.saturating_add(page.limit as usize);
            let next_cursor = (end < all.len()).then(|| end.to_string());
            let (firing, pending) = book.counts();
            let items = all.into_iter().skip(from).take(page.limit as usize);
            Ok(AlertList {
                items: items.collect(),
                next_cursor,
                firing,
                pending,
                explained: book.explained(),
                version: book.version,
            })
        };
        let result = listed();
        passage.finish(result)
    }

    /// # Errors
    /// When no alert of that name is known now.
    #[expect(clippy::unused_async, reason = "every operation is called alike")]
    pub async fn alert_get(
        &self,
        caller: &Caller,
        fingerprint: String,
    ) -> Result<Alert, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertList, caller);
        passage.about(&fingerprint);
        let result = self.alert(&fingerprint);
        passage.finish(result)
    }

    fn alert(&self, fingerprint: &str) -> Result<Alert, ApiFailure> {
        let name = named(fingerprint)?;
        let book = self.alerts.book.lock();
        let now_ms = self.gate.now().wall.0;
        let mut found = book.listed(|entry| entry.fingerprint == name, now_ms);
        found.pop().ok_or_else(|| unknown(fingerprint))
    }

    /// Somebody looks after an alert: nothing more is told of it until it is over.
    ///
    /// # Errors
    /// When it does not fire, or the store takes nothing.
    pub async fn alert_acknowledge(
        &self,
        caller: &Caller,
        fingerprint: String,
        request: AlertAcknowledgeRequest,
    ) -> Result<Alert, ApiFailure> {
        let now = self.gate.now().wall;
        let acknowledged = Acknowledged {
            by: request.by.unwrap_or_else(|| who(caller)),
            at: now,
            note: request.note,
        };
        self.set_acknowledged(caller, fingerprint, Some(acknowledged))
            .await
    }

    /// Takes an acknowledgement back.
    ///
    /// # Errors
    /// As [`Operations::alert_acknowledge`].
    pub async fn alert_unacknowledge(
        &self,
        caller: &Caller,
        fingerprint: String,
    ) -> Result<Alert, ApiFailure> {
        self.set_acknowledged(caller, fingerprint, None).await
    }

    async fn set_acknowledged(
        &self,
        caller: &Caller,
        fingerprint: String,
        acknowledged: Option<Acknowledged>,
    ) -> Result<Alert, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertAcknowledge, caller);
        passage.about(&fingerprint);
        let result = async {
            caller.require_operator("acknowledge an alert")?;
            let name = named(&fingerprint)?;
            let changes = {
                let mut book = self.alerts.book.lock();
                let changes = acknowledge(&mut book, name, acknowledged)?;
                self.alerts.touch(&mut book);
                changes
            };
            let ctx = Context::at(self.gate.now());
            passage.take(passage.store().record_alerts(ctx, changes).await)?;
            self.alert(&fingerprint)
        }
        .await;
        passage.finish(result)
    }

    /// What happened to alerts, the newest first.
    ///
    /// # Errors
    /// When the page is out of bounds.
    pub async fn alert_history(
        &self,
        caller: &Caller,
        query: AlertHistoryQuery,
    ) -> Result<Page<AlertEvent>, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertList, caller);
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let filter = EventFilter {
                fingerprint: query.fingerprint,
            };
            let span = Span {
                from: query.from.map_or(Span::ALL.from, |at| Timestamp(at.0)),
                to: query.to.map_or(Span::ALL.to, |at| Timestamp(at.0)),
            };
            let found = passage.store().alert_events(filter, span, page).await;
            let found = passage.take(found)?;
            Ok(Page {
                items: found.items.into_iter().map(shown_event).collect(),
                next_cursor: found.next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }

    /// Where alerts go, and how that goes.
    ///
    /// # Errors
    /// When the caller is no operator.
    #[expect(clippy::unused_async, reason = "every operation is called alike")]
    pub async fn alert_channel_list(
        &self,
        caller: &Caller,
    ) -> Result<Page<AlertChannel>, ApiFailure> {
        let passage = self.gate.open(Operation::AlertList, caller);
        let listed = || {
            caller.require_operator("list the channels of alerts")?;
            let settings = self.alerts.settings.lock();
            let channels = settings.notifier.iter().flat_map(|it| it.channels());
            let shown = channels.map(|channel| self.alerts.outbox.shown(channel));
            Ok(Page::last(shown.collect()))
        };
        let result = listed();
        passage.finish(result)
    }

    /// A message that says that it is a test.
    ///
    /// # Errors
    /// When there is no such channel.
    pub async fn alert_channel_test(
        &self,
        caller: &Caller,
        name: String,
    ) -> Result<AlertDelivery, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertAcknowledge, caller);
        passage.about(&name);
        let result = async {
            caller.require_operator("test a channel")?;
            let delivery = self.alerts.test(&name).await.ok_or_else(|| {
                ApiFailure::new(ErrorCode::NotFound, format!("no channel `{name}`"))
                    .hint("channels are `[[alerts.channels]]` in `paceline.toml`")
            })?;
            Ok(shown_delivery(delivery, self.gate.now()))
        }
        .await;
        passage.finish(result)
    }

    /// What was sent, what waits and what was given up, the newest first.
    ///
    /// # Errors
    /// When the page is out of bounds.
    pub async fn alert_delivery_list(
        &self,
        caller: &Caller,
        query: ListQuery,
    ) -> Result<Page<AlertDelivery>, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertList, caller);
        let result = async {
            caller.require_operator("list the deliveries of alerts")?;
            let page = page(query.limit, query.cursor)?;
            let found = passage.take(passage.store().alert_deliveries(page).await)?;
            let now = self.gate.now();
            let items = found.items.into_iter();
            Ok(Page {
                items: items.map(|one| shown_delivery(one, now)).collect(),
                next_cursor: found.next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }
}

fn acknowledge(
    book: &mut Book,
    name: Fingerprint,
    acknowledged: Option<Acknowledged>,
) -> Result<Changes, ApiFailure> {
    let entry = book.find(name).ok_or_else(|| unknown(&name.to_string()))?;
    if entry.alert.state != State::Firing {
        let message = format!("alert `{name}` does not fire");
        return Err(ApiFailure::new(ErrorCode::InvalidState, message)
            .hint("only what fires is acknowledged; a silence holds back what comes"));
    }
    let (rule_id, rule) = (entry.rule.rule_id.clone(), entry.rule.name.clone());
    let labels = entry.alert.labels.clone();
    let mut changes = Changes::default();
    if let Some(by) = &acknowledged {
        let note = by.note.as_deref().map(|note| format!(": {note}"));
        let detail = format!("{}{}", by.by, note.unwrap_or_default());
        changes.events.push(Event {
            at: by.at,
            kind: EventKind::Acknowledged,
            rule,
            fingerprint: name.to_string(),
            is_ignored: false,
            is_counted_only: false,
            body: json!({"labels": labels, "detail": detail}).to_string(),
        });
    }
    if let Some(state) = book.states.get_mut(&rule_id) {
        state.details.entry(name).or_default().acknowledged = acknowledged;
    }
    book.keep(&rule_id, name, &mut changes);
    Ok(changes)
}

fn is_asked(query: &AlertListQuery, entry: &Entry<'_>) -> bool {
    let state = match entry.alert.state {
        State::Pending => AlertState::Pending,
        State::Firing => AlertState::Firing,
        State::Resolved => AlertState::Resolved,
    };
    let is_of_agent = |agent: &String| entry.alert.labels.get(super::AGENT_LABEL) == Some(agent);
    match query.state {
        Some(asked) => asked == state,
        None => state != AlertState::Resolved,
    }
    .then_some(())
    .is_some_and(|()| {
        query
            .name
            .as_ref()
            .is_none_or(|name| entry.rule.name == *name)
    }) && query.agent_id.as_ref().is_none_or(is_of_agent)
}

fn named(fingerprint: &str) -> Result<Fingerprint, ApiFailure> {
    u64::from_str_radix(fingerprint, 16)
        .map(Fingerprint)
        .map_err(|_| invalid("fingerprint", "must be 16 hexadecimal digits"))
}

fn unknown(fingerprint: &str) -> ApiFailure {
    ApiFailure::new(ErrorCode::NotFound, format!("no alert `{fingerprint}` now"))
        .hint("`GET /api/alerts` lists them, `GET /api/alerts/history` what is over")
}

fn shown_delivery(delivery: Delivery, now: paceline_core::Now) -> AlertDelivery {
    let wire = |at: Timestamp| paceline_api::Timestamp(at.0);
    // The steady clock is not told to anybody: what is left is.
    let next = delivery
        .due_at
        .map(|due| paceline_api::Timestamp(now.wall.0 + (due.0 - now.steady.0).max(0)));
    AlertDelivery {
        delivery_id: delivery.delivery_id,
        channel: delivery.channel,
        state: match delivery.state {
            DeliveryState::Waiting => AlertDeliveryState::Waiting,
            DeliveryState::Delivered => AlertDeliveryState::Delivered,
            DeliveryState::GivenUp => AlertDeliveryState::GivenUp,
        },
        summary: delivery.summary,
        alerts: delivery.alerts.into(),
        attempts: delivery.attempts,
        created_at: wire(delivery.created_at),
        next_attempt_at: next,
        settled_at: delivery.settled_at.map(wire),
        last_error: delivery.last_error,
    }
}
