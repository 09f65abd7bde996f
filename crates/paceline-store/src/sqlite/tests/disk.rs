//! A disk that says no. A file that may not grow stands in for a full disk: SQLite reports both
//! with the same code.

use super::{FILE_NAME, HandClock, Options, SqliteStore, inspect};
use crate::conformance::{newcomer, plain, value};
use crate::{Context, Store, StoreError};
use paceline_core::Clock;
use std::sync::Arc;

#[tokio::test]
async fn a_full_disk_stops_writes_loses_nothing_and_recovers_without_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(FILE_NAME);
    let clock = Arc::new(HandClock::default());
    let options = Options {
        bytes_max: Some(600 * 1024),
        ..Options::default()
    };
    let store = SqliteStore::open(&path, Arc::clone(&clock) as Arc<dyn Clock>, options).unwrap();
    let ctx = || Context::at(clock.now());
    let worker = value(store.register_agent(ctx(), newcomer("worker")).await).agent_id;
    let mut answered = 0;
    let error = loop {
        let enqueued = store
            .enqueue_tasks(ctx(), vec![plain(&format!("t{answered}"))])
            .await;
        match enqueued {
            Ok(_) => answered += 1,
            Err(failure) => break failure.error,
        }
    };
    let StoreError::ReadOnly { reason } = &error else {
        panic!("{error}");
    };
    assert!(
        reason.contains("full") && reason.contains(FILE_NAME),
        "{reason}"
    );
    // Until the next probe everything is refused at once, the small write too.
    let refused = store.heartbeat(ctx(), worker.clone()).await.unwrap_err();
    assert_eq!(refused.error, error);
    let status = value(store.queue_status().await);
    assert_eq!(status.counts.iter().sum::<u64>(), answered);
    clock.advance(1_000);
    value(store.heartbeat(ctx(), worker).await);
    store.close().await;
    assert!(inspect(&path).unwrap().is_sound());
}
