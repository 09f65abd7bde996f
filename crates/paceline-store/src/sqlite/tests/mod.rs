//! Tests of the SQLite adapter itself; what every adapter must do is in `conformance`.

mod damage;
mod disk;
mod groups;
mod restart;
mod walk;

use std::sync::Arc;

use super::*;
use crate::Store;
use crate::conformance::{HandClock, World};

/// A store in a directory of its own, which can be closed and opened again.
struct Place {
    directory: tempfile::TempDir,
    clock: Arc<HandClock>,
}

impl Place {
    fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            clock: Arc::default(),
        }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join(FILE_NAME)
    }

    fn open(&self) -> Arc<SqliteStore> {
        Arc::new(self.try_open().unwrap())
    }

    fn try_open(&self) -> Result<SqliteStore, StoreError> {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        SqliteStore::open(self.path(), clock, Options::default())
    }

    fn world(&self) -> World {
        World {
            store: self.open(),
            clock: Arc::clone(&self.clock),
        }
    }
}

#[test]
fn no_statement_scans_a_table_without_a_named_reason() {
    let place = Place::new();
    drop(place.open());
    let found = inspect(place.path()).unwrap();
    assert_eq!(found.scans, Vec::<String>::new());
    assert!(found.is_sound(), "{found:?}");
}
async fn open(clock: Arc<HandClock>) -> (Arc<dyn Store>, Place) {
    let place = Place {
        clock,
        ..Place::new()
    };
    (place.open(), place)
}

crate::conformance_suite!(open);
