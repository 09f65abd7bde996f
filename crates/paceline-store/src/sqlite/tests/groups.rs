//! Groups: many commands in one transaction, each on its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;

use paceline_core::Rejection;

use super::{Place, SqliteStore, inspect, sql};
use crate::conformance::{plain, rejection, tid, value};
use crate::sqlite::fault::Fault;
use crate::sqlite::txn::Txn;
use crate::{Context, Store, StoreError};

impl Place {
    pub(super) fn clock_now(&self) -> paceline_core::Now {
        paceline_core::Clock::now(&*self.clock)
    }

    fn ctx(&self) -> Context {
        Context::at(self.clock_now())
    }
}

/// Holds the writer until the sender is dropped, so that what comes meanwhile makes one group.
fn plug(store: &Arc<SqliteStore>, ctx: Context) -> std::sync::mpsc::Sender<()> {
    let (pull, pulled) = channel::<()>();
    let store = Arc::clone(store);
    let (entered, inside) = channel();
    tokio::spawn(async move {
        let wait = move |_: &mut Txn<'_>| {
            let _ = entered.send(());
            let _ = pulled.recv();
            Ok(())
        };
        drop(store.write(ctx, wait).await);
    });
    inside.recv().unwrap();
    pull
}

/// Turns red when `run_bare` forgets to compare the changes: the note of the sinner then stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_rejected_after_a_write_is_undone_alone() {
    let place = Place::new();
    let store = place.open();
    let pull = plug(&store, place.ctx());
    let enqueue = |id: &'static str| {
        let (store, ctx) = (Arc::clone(&store), place.ctx());
        tokio::spawn(async move { store.enqueue_tasks(ctx, vec![plain(id)]).await })
    };
    let runs = Arc::new(AtomicU32::new(0));
    let before = enqueue("before");
    let sinner = {
        let (store, ctx, runs) = (Arc::clone(&store), place.ctx(), Arc::clone(&runs));
        let sin = move |txn: &mut Txn<'_>| {
            runs.fetch_add(1, Ordering::SeqCst);
            txn.execute(sql::record::PROBE, [7])?;
            txn.count_rows("agents", 5);
            Err::<(), _>(Fault::from(Rejection::invalid("sin", "was committed")))
        };
        tokio::spawn(async move { store.write(ctx, sin).await })
    };
    let after = enqueue("after");
    wait_for(&store, 3).await;
    drop(pull);
    value(before.await.unwrap());
    value(after.await.unwrap());
    assert_eq!(
        rejection(sinner.await.unwrap()),
        Rejection::invalid("sin", "was committed")
    );
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    for id in ["before", "after"] {
        value(store.task(place.clock_now(), tid(id)).await);
    }
    store.close().await;
    let db = rusqlite::Connection::open(place.path()).unwrap();
    let probes: u32 = db
        .query_row("SELECT count(*) FROM meta", [], |row| row.get(0))
        .unwrap();
    drop(db);
    assert_eq!(probes, 0);
    assert!(inspect(place.path()).unwrap().is_sound());
}

/// Until that many commands wait in the queue.
async fn wait_for(store: &SqliteStore, waiting: usize) {
    while store.writes.max_capacity() - store.writes.capacity() < waiting {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_breaks_takes_nobody_along() {
    let place = Place::new();
    let store = place.open();
    let pull = plug(&store, place.ctx());
    let broken = {
        let (store, ctx) = (Arc::clone(&store), place.ctx());
        let twice = |txn: &mut Txn<'_>| {
            let params = (1, 1, "name", 1, 1, 1);
            txn.execute(sql::election::INSERT_TERM, params)?;
            txn.execute(
                "INSERT INTO streams VALUES (1, 1, 'a', 1), (1, 1, 'a', 1)",
                [],
            )?;
            Ok(())
        };
        tokio::spawn(async move { store.write(ctx, twice).await })
    };
    let fine = {
        let (store, ctx) = (Arc::clone(&store), place.ctx());
        tokio::spawn(async move { store.enqueue_tasks(ctx, vec![plain("fine")]).await })
    };
    wait_for(&store, 2).await;
    drop(pull);
    let failure = broken.await.unwrap().unwrap_err();
    assert!(
        matches!(failure.error, StoreError::Failed(_)),
        "{}",
        failure.error
    );
    value(fine.await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_says_so_at_once() {
    let place = Place::new();
    let clock = Arc::clone(&place.clock) as Arc<dyn paceline_core::Clock>;
    let options = super::Options {
        writes_waiting_max: 1,
        ..super::Options::default()
    };
    let store = Arc::new(SqliteStore::open(place.path(), clock, options).unwrap());
    let pull = plug(&store, place.ctx());
    let waiting = {
        let (store, ctx) = (Arc::clone(&store), place.ctx());
        tokio::spawn(async move { store.enqueue_tasks(ctx, vec![plain("waits")]).await })
    };
    wait_for(&store, 1).await;
    let refused = store
        .enqueue_tasks(place.ctx(), vec![plain("too many")])
        .await;
    assert_eq!(refused.unwrap_err().error, StoreError::Busy { waiting: 1 });
    drop(pull);
    value(waiting.await.unwrap());
}

/// A sync that failed is never tried again: what it was about may be gone from memory and disk.
#[tokio::test]
async fn after_a_failed_sync_nothing_is_written_until_a_restart() {
    let place = Place::new();
    let store = place.open();
    let failing = |_: &mut Txn<'_>| {
        let sync = rusqlite::ffi::Error::new(10 | (4 << 8));
        Err::<(), _>(Fault::Sql(rusqlite::Error::SqliteFailure(sync, None)))
    };
    let failure = store.write(place.ctx(), failing).await.unwrap_err();
    assert!(matches!(failure.error, StoreError::ReadOnly { .. }));
    for _ in 0..3 {
        place.clock.advance(60_000);
        let refused = store.enqueue_tasks(place.ctx(), vec![plain("late")]).await;
        assert_eq!(refused.unwrap_err().error, failure.error);
    }
    value(store.queue_status().await);
    store.close().await;
    let store = place.open();
    value(store.enqueue_tasks(place.ctx(), vec![plain("late")]).await);
}

#[tokio::test]
async fn a_panic_is_one_commands_failure() {
    let place = Place::new();
    let store = place.open();
    let panics = |txn: &mut Txn<'_>| {
        txn.execute(sql::record::PROBE, [7])?;
        panic!("as this test wants it");
        #[expect(unreachable_code, reason = "gives the closure its type")]
        Ok(())
    };
    let failure = store.write(place.ctx(), panics).await.unwrap_err();
    assert!(
        matches!(failure.error, StoreError::Failed(_)),
        "{}",
        failure.error
    );
    let read: crate::Answer<()> = store.read(|_| panic!("as this test wants it")).await;
    assert!(matches!(read.unwrap_err().error, StoreError::Failed(_)));
    value(store.enqueue_tasks(place.ctx(), vec![plain("fine")]).await);
    for _ in 0..5 {
        value(store.queue_status().await);
    }
}
