//! Alerts and anomalies on disk: documents, events, the outbox, findings. Owns that one evaluation is
//! one commit; refuses to read a body.

use paceline_core::alert::{
    Anomaly, AnomalyFilter, Attempt, AttemptOutcome, Changes, Delivery, DeliveryState, Event,
    EventFilter, EventKind, HISTORY_KEPT_MS, Kept, Kind, NewDelivery, Noise,
};
use paceline_core::{Rejection, Steady, Timestamp};
use rusqlite::{Connection, Row};

use super::code::{Code, Coded};
use super::fault::Outcome;
use super::txn::{Txn, many, one};
use super::{page, sql};
use crate::{Page, PageRequest, Span};

const DAY_MS: i64 = 86_400_000;

pub(crate) fn record(txn: &mut Txn<'_>, changes: &Changes) -> Outcome<()> {
    for (kind, kept) in &changes.put {
        let params = (kind.code(), &kept.key, &kept.body);
        txn.execute(sql::alert::PUT_DOCUMENT, params)?;
    }
    for (kind, key) in &changes.remove {
        txn.execute(sql::alert::REMOVE_DOCUMENT, (kind.code(), key))?;
    }
    for event in &changes.events {
        add_event(txn, event)?;
    }
    for delivery in &changes.deliveries {
        add_delivery(txn, delivery)?;
    }
    for attempt in &changes.attempts {
        settle(txn, attempt)?;
    }
    for anomaly in &changes.anomalies {
        put_anomaly(txn, anomaly)?;
    }
    Ok(())
}

fn add_event(txn: &mut Txn<'_>, event: &Event) -> Outcome<()> {
    let params = (
        event.at.0,
        event.kind.code(),
        &event.rule,
        &event.fingerprint,
        event.is_ignored,
        &event.body,
    );
    if !event.is_counted_only {
        txn.execute(sql::alert::INSERT_EVENT, params)?;
    }
    let one_of = |kind| i64::from(event.kind == kind);
    let counts = (
        event.at.0.div_euclid(DAY_MS),
        &event.rule,
        one_of(EventKind::Fired),
        one_of(EventKind::Told),
        one_of(EventKind::Acknowledged),
        i64::from(event.is_ignored),
    );
    txn.execute(sql::alert::COUNT_NOISE, counts)?;
    Ok(())
}

/// Due at once.
fn add_delivery(txn: &mut Txn<'_>, delivery: &NewDelivery) -> Outcome<()> {
    let params = (
        &delivery.delivery_id,
        &delivery.channel,
        &delivery.summary,
        delivery.alerts,
        txn.now.wall.0,
        txn.now.steady.0,
        &delivery.body,
    );
    txn.execute(sql::alert::INSERT_DELIVERY, params)?;
    Ok(())
}

/// What is settled stays as it is.
fn settle(txn: &mut Txn<'_>, attempt: &Attempt) -> Outcome<()> {
    let (id, now) = (&attempt.delivery_id, txn.now.wall.0);
    match &attempt.outcome {
        AttemptOutcome::Delivered => txn.execute(sql::alert::DELIVERED, (id, now))?,
        AttemptOutcome::Failed { why, again_at } => {
            txn.execute(sql::alert::NOT_DELIVERED, (id, again_at.0, why))?
        }
        AttemptOutcome::GivenUp { why } => txn.execute(sql::alert::GIVEN_UP, (id, now, why))?,
    };
    Ok(())
}

fn put_anomaly(txn: &mut Txn<'_>, anomaly: &Anomaly) -> Outcome<()> {
    let params = (
        &anomaly.anomaly_id,
        &anomaly.about,
        &anomaly.agent,
        anomaly.started_at.0,
        anomaly.ended_at.map(|at| at.0),
        &anomaly.body,
    );
    txn.execute(sql::alert::PUT_ANOMALY, params)?;
    Ok(())
}

pub(crate) fn documents(db: &Connection, kind: Kind) -> Outcome<Vec<Kept>> {
    many(db, sql::alert::DOCUMENTS, [kind.code()], |row| {
        Ok(Kept {
            key: row.get(0)?,
            body: row.get(1)?,
        })
    })
}

pub(crate) fn events(
    db: &Connection,
    filter: &EventFilter,
    span: Span,
    request: &PageRequest,
) -> Outcome<Page<Event>> {
    let limit = page::limit(request);
    let below = page::number(request)?.unwrap_or(i64::MAX);
    let (from, to) = (span.from.0, span.to.0);
    let found = match &filter.fingerprint {
        None => {
            let params = (below, from, to, limit + 1);
            many(db, sql::alert::ALERT_EVENTS, params, read_event)?
        }
        Some(fingerprint) => {
            let params = (below, from, to, limit + 1, fingerprint);
            many(db, sql::alert::EVENTS_OF_ALERT, params, read_event)?
        }
    };
    Ok(page::cut(found, limit))
}

fn read_event(row: &Row<'_>) -> rusqlite::Result<(i64, Event)> {
    let event = Event {
        at: Timestamp(row.get(1)?),
        kind: row.get::<_, Code<EventKind>>(2)?.0,
        rule: row.get(3)?,
        fingerprint: row.get(4)?,
        is_ignored: row.get(5)?,
        is_counted_only: false,
        body: row.get(6)?,
    };
    Ok((row.get(0)?, event))
}

pub(crate) fn noise(db: &Connection, span: Span) -> Outcome<Vec<Noise>> {
    // The last day counts when any of it is in the span.
    let first = span.from.0.div_euclid(DAY_MS);
    let last = span.to.0.saturating_sub(1).div_euclid(DAY_MS);
    many(db, sql::alert::NOISE, (first, last), |row| {
        Ok(Noise {
            rule: row.get(0)?,
            fired: row.get(1)?,
            told: row.get(2)?,
            acknowledged: row.get(3)?,
            ignored: row.get(4)?,
        })
    })
}

/// The oldest first.
pub(crate) fn waiting(db: &Connection, channel: &str, limit: u32) -> Outcome<Vec<Delivery>> {
    let found = many(db, sql::alert::WAITING, (channel, limit), read_delivery)?;
    Ok(found.into_iter().map(|(_, delivery)| delivery).collect())
}

/// From name to name, so that what waits for one channel is not read to find the next.
pub(crate) fn channels_waiting(db: &Connection) -> Outcome<Vec<String>> {
    let mut channels: Vec<String> = Vec::new();
    loop {
        let last = channels.last().map_or("", String::as_str);
        let next = one(db, sql::alert::CHANNEL_WAITING, [last], |row| row.get(0))?;
        match next {
            Some(channel) => channels.push(channel),
            None => return Ok(channels),
        }
    }
}

pub(crate) fn deliveries(db: &Connection, request: &PageRequest) -> Outcome<Page<Delivery>> {
    let limit = page::limit(request);
    let below = page::number(request)?.unwrap_or(i64::MAX);
    let params = (below, limit + 1);
    let found = many(db, sql::alert::DELIVERIES, params, read_delivery)?;
    Ok(page::cut(found, limit))
}

fn read_delivery(row: &Row<'_>) -> rusqlite::Result<(i64, Delivery)> {
    let delivery = Delivery {
        delivery_id: row.get(1)?,
        channel: row.get(2)?,
        state: row.get::<_, Code<DeliveryState>>(3)?.0,
        summary: row.get(4)?,
        alerts: row.get(5)?,
        attempts: row.get(6)?,
        created_at: Timestamp(row.get(7)?),
        due_at: row.get::<_, Option<i64>>(8)?.map(Steady),
        settled_at: row.get::<_, Option<i64>>(9)?.map(Timestamp),
        last_error: row.get(10)?,
        body: row.get(11)?,
    };
    Ok((row.get(0)?, delivery))
}

pub(crate) fn anomalies(
    db: &Connection,
    filter: &AnomalyFilter,
    span: Span,
    request: &PageRequest,
) -> Outcome<Page<Anomaly>> {
    let limit = page::limit(request);
    let below = page::number(request)?.unwrap_or(i64::MAX);
    let (from, to) = (span.from.0, span.to.0);
    let params = (below, from, to, limit + 1);
    let found = match (&filter.about, &filter.agent) {
        (Some(about), agent) => {
            let params = (below, from, to, limit + 1, about);
            let mut found = many(db, sql::alert::ANOMALIES_ABOUT, params, read_anomaly)?;
            found.retain(|(_, one)| agent.is_none() || one.agent == *agent);
            found
        }
        (None, Some(agent)) => {
            let params = (below, from, to, limit + 1, agent);
            many(db, sql::alert::ANOMALIES_OF_AGENT, params, read_anomaly)?
        }
        (None, None) => many(db, sql::alert::ANOMALIES, params, read_anomaly)?,
    };
    Ok(page::cut(found, limit))
}

pub(crate) fn anomaly(db: &Connection, id: &str) -> Outcome<Anomaly> {
    let found = one(db, sql::alert::ANOMALY, [id], read_anomaly)?;
    let unknown = || Rejection::NotFound {
        kind: paceline_core::rejection::Kind::Anomaly,
        id: id.to_owned(),
    };
    Ok(found.ok_or_else(unknown)?.1)
}

fn read_anomaly(row: &Row<'_>) -> rusqlite::Result<(i64, Anomaly)> {
    let anomaly = Anomaly {
        anomaly_id: row.get(1)?,
        about: row.get(2)?,
        agent: row.get(3)?,
        started_at: Timestamp(row.get(4)?),
        ended_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        body: row.get(6)?,
    };
    Ok((row.get(0)?, anomaly))
}

/// Answers how many rows of history went.
pub(crate) fn forget(txn: &mut Txn<'_>, limit: u32) -> Outcome<u32> {
    let before = txn.now.wall.0 - HISTORY_KEPT_MS;
    let mut gone = 0;
    for text in [
        sql::alert::FORGET_EVENTS,
        sql::alert::FORGET_DELIVERIES,
        sql::alert::FORGET_ANOMALIES,
    ] {
        gone += txn.execute(text, (before, limit))?;
    }
    gone += txn.execute(sql::alert::FORGET_NOISE, [before.div_euclid(DAY_MS)])?;
    Ok(u32::try_from(gone).unwrap_or(u32::MAX))
}
