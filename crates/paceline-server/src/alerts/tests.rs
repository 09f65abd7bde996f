//! What is kept while the store takes nothing. Owns a store that is closed.

use paceline_core::Timestamp;
use paceline_core::alert::{Event, EventKind, Kept, Kind};
use paceline_store::sqlite::{Options, SqliteStore};

use super::*;
use crate::clock::turned::Turned;
use crate::operations::Features;

fn alerts(folder: &std::path::Path) -> Alerts {
    let clock = Turned::new() as Arc<dyn Clock>;
    let path = folder.join("store.db");
    let store = SqliteStore::open(&path, Arc::clone(&clock), Options::default()).unwrap();
    let features = Arc::new(Features::new(true));
    let metrics = Metrics::open(folder, |options| options, features, Arc::clone(&clock));
    let recorder = Arc::new(Recorder::new(Arc::clone(&clock)));
    let metrics = Arc::new(metrics.unwrap());
    Alerts::new(Arc::new(store), clock, recorder, metrics)
}

fn fired(fingerprint: String) -> Event {
    Event {
        at: Timestamp(0),
        kind: EventKind::Fired,
        rule: "Hot".to_owned(),
        fingerprint,
        is_ignored: false,
        is_counted_only: false,
        body: "{}".to_owned(),
    }
}

/// A document as it is, and what happened.
fn change(body: &str) -> Changes {
    let kept = Kept {
        key: "k".to_owned(),
        body: body.to_owned(),
    };
    Changes {
        put: vec![(Kind::Held, kept)],
        events: vec![fired(body.to_owned())],
        ..Changes::default()
    }
}

/// Turns red when what failed is put behind what comes later, or forgotten.
#[tokio::test]
async fn what_the_store_did_not_take_is_stored_before_what_comes_later() {
    let folder = tempfile::tempdir().unwrap();
    let alerts = alerts(folder.path());
    alerts.store.close().await;
    for body in ["1", "2", "3"] {
        alerts.save(change(body)).await.unwrap_err();
    }
    let unsaved = alerts.unsaved.lock().await;
    let events = unsaved.events.iter().map(|one| one.fingerprint.as_str());
    assert_eq!(events.collect::<Vec<_>>(), ["1", "2", "3"]);
    // Puts are made in their order.
    let last = unsaved.put.last().map(|(_, kept)| kept.body.as_str());
    assert_eq!(last, Some("3"));
}

#[tokio::test]
async fn history_that_nobody_stores_does_not_fill_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let alerts = alerts(folder.path());
    alerts.store.close().await;
    let many = Changes {
        events: (0..=UNSAVED_EVENTS_MAX)
            .map(|number| fired(number.to_string()))
            .collect(),
        ..change("kept")
    };
    alerts.save(many).await.unwrap_err();
    let unsaved = alerts.unsaved.lock().await;
    assert_eq!(unsaved.events.len(), UNSAVED_EVENTS_MAX);
    // What fires is known all the same.
    assert_eq!(unsaved.put.len(), 1);
}
