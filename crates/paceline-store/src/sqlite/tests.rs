//! Tests of the SQLite adapter itself; what every adapter must do is in `conformance`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use paceline_core::{Clock, Now, Steady, Timestamp};

use super::*;

struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Now {
        let at = self.0.load(Ordering::SeqCst);
        Now {
            wall: Timestamp(at),
            steady: Steady(at),
        }
    }

    fn stopwatch_ns(&self) -> u64 {
        0
    }
}

#[test]
fn no_statement_scans_a_table_without_a_named_reason() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(FILE_NAME);
    let clock = Arc::new(Hand(AtomicI64::new(1_000_000)));
    let store = SqliteStore::open(&path, clock, Options::default()).unwrap();
    drop(store);
    let found = inspect(&path).unwrap();
    assert_eq!(found.scans, Vec::<String>::new());
    assert!(found.is_sound(), "{found:?}");
}
async fn open(
    clock: Arc<crate::conformance::HandClock>,
) -> (Arc<dyn crate::Store>, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(FILE_NAME);
    let store = SqliteStore::open(path, clock, Options::default()).unwrap();
    (Arc::new(store), directory)
}

crate::conformance_suite!(open);
