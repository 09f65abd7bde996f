//! The SQLite adapter: one file, one writer, a few readers. Owns durability (an answer comes after
//! the commit's fsync) and grouping; refuses to decide any rule.
//!
//! ```text
//!   write -> bounded queue -> writer thread: a transaction for all that wait -> answers
//!   read  -> bounded queue -> reader thread: one snapshot                    -> answer
//! ```

mod agent;
mod alert;
mod checkpoint;
mod code;
mod election;
mod fault;
mod import;
mod inspect;
mod job;
mod memory;
mod message;
mod open;
mod page;
mod readers;
mod record;
mod sql;
mod standing;
mod store;
mod task;
#[cfg(test)]
mod tests;
mod token;
mod tokens;
mod txn;
mod work;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;

use paceline_core::Clock;
use paceline_core::priority::Weights;
use parking_lot::Mutex;
use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, oneshot};

use self::fault::{Fault, Outcome};
use self::job::Command;
use self::readers::Readers;
use self::txn::{Ledger, Txn};
use self::writer::{Request, Writer};
use crate::changes::Watches;
use crate::{Answer, Context, Failure, Stages, StoreError};

pub use self::inspect::{Inspection, inspect};
pub use self::tokens::Tokens;

/// The file that a data directory's coordination lives in.
pub const FILE_NAME: &str = "paceline.db";

#[derive(Clone, Debug)]
pub struct Options {
    pub weights: Weights,
    /// How many writes may wait before the next one is told to come back.
    pub writes_waiting_max: usize,
    pub reads_waiting_max: usize,
    pub readers: usize,
    /// How large the file may grow; by default until the disk is full.
    pub bytes_max: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            weights: Weights::default(),
            writes_waiting_max: 8_192,
            reads_waiting_max: 8_192,
            readers: 3,
            bytes_max: None,
        }
    }
}

pub struct SqliteStore {
    writes: mpsc::Sender<Request>,
    readers: Readers,
    clock: Arc<dyn Clock>,
    path: PathBuf,
    writes_waiting_max: usize,
    watches: Arc<Watches>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl SqliteStore {
    /// Opens the database file, or makes it, and starts its threads. Blocks.
    ///
    /// # Errors
    /// `Newer`, `Corrupt`, or `Failed` when it is in use by another server or cannot be opened.
    pub fn open(
        path: impl AsRef<Path>,
        clock: Arc<dyn Clock>,
        options: Options,
    ) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let lock = open::lock(path)?;
        let db = open::writer(path, clock.now(), options.bytes_max)?;
        let readers = (0..options.readers.max(1)).map(|_| open::reader(path));
        let readers = readers.collect::<Result<_, _>>()?;
        let name = path.display().to_string();
        let io = |error: std::io::Error| StoreError::Failed(format!("cannot start: {error}"));
        let waiting_max = options.reads_waiting_max;
        let readers =
            Readers::start(readers, Arc::clone(&clock), &name, waiting_max).map_err(io)?;
        let (writes, requests) = mpsc::channel(options.writes_waiting_max.max(1));
        let beside = Beside {
            lock,
            clock: Arc::clone(&clock),
            weights: options.weights,
            watches: Arc::default(),
        };
        let watches = Arc::clone(&beside.watches);
        let threads = start_writer(path, db, beside, requests)?;
        Ok(Self {
            writes,
            readers,
            clock,
            path: path.to_owned(),
            writes_waiting_max: options.writes_waiting_max.max(1),
            watches,
            threads: Mutex::new(threads),
        })
    }

    async fn write<T>(
        &self,
        ctx: Context,
        execute: impl FnMut(&mut Txn<'_>) -> Outcome<T> + Send + 'static,
    ) -> Answer<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let (command, answer) = Command::new(ctx, execute, self.clock.stopwatch_ns());
        let sent = self.writes.try_send(Request::Write(Box::new(command)));
        sent.map_err(|error| self.turned_away(&error))?;
        let stopped = || Failure {
            error: StoreError::Closed,
            stages: Stages::default(),
        };
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    async fn read<T: Send + 'static>(
        &self,
        execute: impl FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    ) -> Answer<T> {
        self.readers.read(execute).await
    }

    fn turned_away(&self, error: &mpsc::error::TrySendError<Request>) -> Failure {
        let error = match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy {
                waiting: self.writes_waiting_max,
            },
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        };
        let stages = Stages::default();
        Failure { error, stages }
    }

    /// Bytes of the file and its log.
    fn bytes(&self) -> u64 {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        size(&self.path) + size(Path::new(&log))
    }

    async fn shut(&self) {
        // Readers first: the last connection to close moves the log into the file, which one that
        // may only read cannot.
        self.readers.close();
        let (done, closed) = oneshot::channel();
        let asked = self.writes.send(Request::Close(done)).await;
        if asked.is_ok() {
            // An error means that the writer has gone already.
            drop(closed.await);
        }
        for thread in std::mem::take(&mut *self.threads.lock()) {
            drop(thread.join());
        }
    }
}

/// What the writer gets beside its connection.
struct Beside {
    lock: open::DirectoryLock,
    clock: Arc<dyn Clock>,
    weights: Weights,
    watches: Arc<Watches>,
}

fn start_writer(
    path: &Path,
    db: Connection,
    with: Beside,
    requests: mpsc::Receiver<Request>,
) -> Result<Vec<JoinHandle<()>>, StoreError> {
    let io = |error: std::io::Error| StoreError::Failed(format!("cannot start: {error}"));
    let name = path.display().to_string();
    let sync_failed = Arc::new(AtomicBool::new(false));
    let beside = open::checkpointer(path)?;
    let (mut watch, checkpointer) =
        checkpoint::start(beside, Arc::clone(&sync_failed)).map_err(io)?;
    let ledger = Ledger::load(&db).map_err(|fault: Fault| fault.into_store_error(&name))?;
    let writer = Writer {
        db,
        path: name,
        weights: with.weights,
        clock: with.clock,
        ledger,
        trouble: None,
        sync_failed,
        watches: with.watches,
        on_commit: Box::new(move |db| watch.after_commit(db)),
    };
    let thread = std::thread::Builder::new()
        .name("paceline-writer".to_owned())
        .spawn(move || {
            writer.run(requests);
            drop(with.lock);
        })
        .map_err(io)?;
    Ok(vec![thread, checkpointer])
}
