//! Alerts: documents, events, deliveries, anomalies.

use paceline_core::alert::{
    Anomaly, AnomalyFilter, Attempt, AttemptOutcome, Changes, DeliveryState, Event, EventFilter,
    EventKind, HISTORY_KEPT_MS, Kept, Kind, NewDelivery,
};
use paceline_core::{Steady, Timestamp};

use super::{World, rejection, value};
use crate::{PageRequest, Span};

fn page(limit: u32) -> PageRequest {
    PageRequest {
        limit,
        cursor: None,
    }
}

fn kept(key: &str, body: &str) -> Kept {
    Kept {
        key: key.to_owned(),
        body: body.to_owned(),
    }
}

fn event(world: &World, kind: EventKind, fingerprint: &str) -> Event {
    Event {
        at: world.now().wall,
        kind,
        rule: "Slow".to_owned(),
        fingerprint: fingerprint.to_owned(),
        is_ignored: kind == EventKind::Resolved,
        is_counted_only: false,
        body: "{}".to_owned(),
    }
}

fn delivery(id: &str, channel: &str) -> NewDelivery {
    NewDelivery {
        delivery_id: id.to_owned(),
        channel: channel.to_owned(),
        summary: "1 alert fires".to_owned(),
        alerts: 1,
        body: "{}".to_owned(),
    }
}

async fn record(world: &World, changes: Changes) {
    value(world.store.record_alerts(world.ctx(), changes).await);
}

pub async fn an_evaluation_is_kept_whole_and_its_noise_counted(world: &World) {
    let first = Changes {
        put: vec![
            (Kind::Held, kept("b", "1")),
            (Kind::Held, kept("a", "2")),
            (Kind::Rule, kept("a", "3")),
        ],
        events: vec![
            event(world, EventKind::Fired, "f1"),
            event(world, EventKind::Told, "f1"),
        ],
        ..Changes::default()
    };
    record(world, first).await;
    world.clock.advance(1_000);
    let second = Changes {
        put: vec![(Kind::Held, kept("a", "4"))],
        remove: vec![(Kind::Held, "b".to_owned())],
        events: vec![
            event(world, EventKind::Resolved, "f1"),
            event(world, EventKind::Fired, "f2"),
            Event {
                is_counted_only: true,
                ..event(world, EventKind::Fired, "f3")
            },
        ],
        ..Changes::default()
    };
    record(world, second).await;
    let held = value(world.store.alert_documents(Kind::Held).await);
    assert_eq!(held, [kept("a", "4")]);
    let rules = value(world.store.alert_documents(Kind::Rule).await);
    assert_eq!(rules, [kept("a", "3")]);
    let events = |filter, span| world.store.alert_events(filter, span, page(3));
    let all = value(events(EventFilter::default(), Span::ALL).await);
    assert_eq!(all.items[0].fingerprint, "f2");
    assert_eq!(all.items.len(), 3);
    let of_first = EventFilter {
        fingerprint: Some("f1".to_owned()),
    };
    let early = Span {
        from: Timestamp(0),
        to: world.now().wall,
    };
    let of_first = value(events(of_first, early).await).items;
    let kinds: Vec<EventKind> = of_first.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Told, EventKind::Fired]);
    let noise = value(world.store.alert_noise(Span::ALL).await).remove(0);
    let counts = (noise.fired, noise.told, noise.acknowledged, noise.ignored);
    assert_eq!((noise.rule.as_str(), counts), ("Slow", (3, 1, 0, 1)));
}

/// Turns red when `settle` takes what is settled already: remove `AND due_at IS NOT NULL`.
pub async fn deliveries_wait_in_order_until_they_are_settled(world: &World) {
    let waiting = || async {
        let found = world.store.alert_deliveries_waiting("hook".to_owned(), 10);
        value(found.await)
    };
    let try_once = |id: &str, outcome| Changes {
        attempts: vec![Attempt {
            delivery_id: id.to_owned(),
            outcome,
        }],
        ..Changes::default()
    };
    let new = Changes {
        deliveries: vec![
            delivery("d1", "hook"),
            delivery("d2", "mail"),
            delivery("d3", "hook"),
        ],
        ..Changes::default()
    };
    record(world, new).await;
    let ids: Vec<String> = waiting().await.into_iter().map(|d| d.delivery_id).collect();
    assert_eq!(ids, ["d1", "d3"]);
    let channels = || async { value(world.store.alert_channels_waiting().await) };
    assert_eq!(channels().await, ["hook", "mail"]);
    let again_at = Steady(world.now().steady.0 + 5_000);
    let failed = AttemptOutcome::Failed {
        why: "503".to_owned(),
        again_at,
    };
    record(world, try_once("d1", failed)).await;
    let first = waiting().await.remove(0);
    assert_eq!((first.attempts, first.due_at), (1, Some(again_at)));
    assert_eq!(first.last_error.as_deref(), Some("503"));
    record(world, try_once("d1", AttemptOutcome::Delivered)).await;
    let given_up = AttemptOutcome::GivenUp {
        why: "404".to_owned(),
    };
    record(world, try_once("d1", given_up.clone())).await;
    record(world, try_once("d3", given_up)).await;
    assert_eq!(waiting().await, []);
    assert_eq!(channels().await, ["mail"]);
    let all = value(world.store.alert_deliveries(page(10)).await).items;
    let states: Vec<_> = all.iter().map(|d| (d.state, d.attempts)).collect();
    let expected = [
        (DeliveryState::GivenUp, 1),
        (DeliveryState::Waiting, 0),
        (DeliveryState::Delivered, 2),
    ];
    assert_eq!(states, expected);
}

pub async fn anomalies_are_listed_while_they_last(world: &World) {
    let start = world.now().wall;
    let anomaly = |id: &str, about: &str, agent: Option<&str>, ended_ms: Option<i64>| Anomaly {
        anomaly_id: id.to_owned(),
        about: about.to_owned(),
        agent: agent.map(str::to_owned),
        started_at: start,
        ended_at: ended_ms.map(|ms| Timestamp(start.0 + ms)),
        body: "{}".to_owned(),
    };
    let found = |anomalies| Changes {
        anomalies,
        ..Changes::default()
    };
    let over = anomaly("n1", "task_claim", None, Some(10));
    let lasting = anomaly("n2", "cpu", Some("ada"), None);
    record(world, found(vec![over.clone(), lasting.clone()])).await;
    let list = |about: Option<&str>, agent: Option<&str>, from: i64| {
        let filter = AnomalyFilter {
            about: about.map(str::to_owned),
            agent: agent.map(str::to_owned),
        };
        let span = Span {
            from: Timestamp(start.0 + from),
            to: Timestamp(i64::MAX),
        };
        world.store.anomalies(filter, span, page(10))
    };
    let all = value(list(None, None, 0).await).items;
    assert_eq!(all, [lasting.clone(), over.clone()]);
    let later = value(list(None, None, 11).await).items;
    assert_eq!(later, std::slice::from_ref(&lasting));
    assert_eq!(value(list(Some("task_claim"), None, 0).await).items, [over]);
    assert_eq!(value(list(Some("cpu"), Some("bob"), 0).await).items, []);
    let ended = anomaly("n2", "cpu", Some("ada"), Some(20));
    record(world, found(vec![ended.clone()])).await;
    assert_eq!(
        value(list(None, Some("ada"), 0).await).items,
        std::slice::from_ref(&ended)
    );
    assert_eq!(value(world.store.anomaly("n2".to_owned()).await), ended);
    rejection(world.store.anomaly("n3".to_owned()).await);
}

pub async fn history_is_forgotten_after_ninety_days(world: &World) {
    let changes = Changes {
        put: vec![(Kind::Silence, kept("s", "{}"))],
        events: vec![event(world, EventKind::Fired, "f1")],
        deliveries: vec![delivery("d1", "hook")],
        ..Changes::default()
    };
    record(world, changes).await;
    world.clock.advance(HISTORY_KEPT_MS + 86_400_000);
    value(world.store.forget_expired(world.ctx(), 100).await);
    let events = world
        .store
        .alert_events(EventFilter::default(), Span::ALL, page(10));
    assert_eq!(value(events.await).items, []);
    assert_eq!(value(world.store.alert_noise(Span::ALL).await), []);
    // What waits is not history.
    let deliveries = value(world.store.alert_deliveries(page(10)).await).items;
    assert_eq!(deliveries.len(), 1);
    let silences = value(world.store.alert_documents(Kind::Silence).await);
    assert_eq!(silences.len(), 1);
}
