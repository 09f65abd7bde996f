//! Checkpoints: moving pages from the log into the file, beside the writer instead of in its way.
//! Owns how long the log may grow; refuses to hide a failed sync.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::fault::{Severity, severity};

/// From here on the log is worth moving.
const WORTH_BYTES: u64 = 8 << 20;
/// A log that writers keep growing while it is moved can never start over; from here on the writer
/// waits for what is left to be moved.
const BOUND_BYTES: u64 = 64 << 20;
/// Commits between two looks at the log.
const LOOK_EVERY: u32 = 16;

/// Runs on the writer's thread after each commit.
pub(crate) struct Watch {
    log: PathBuf,
    nudge: SyncSender<()>,
    sync_failed: Arc<AtomicBool>,
    commits: u32,
}

pub(crate) fn start(
    log: PathBuf,
    db: Connection,
    sync_failed: Arc<AtomicBool>,
) -> std::io::Result<(Watch, JoinHandle<()>)> {
    let (nudge, nudged) = sync_channel(1);
    let failed = Arc::clone(&sync_failed);
    let thread = std::thread::Builder::new()
        .name("paceline-checkpointer".to_owned())
        .spawn(move || work(&db, &nudged, &failed))?;
    let watch = Watch {
        log,
        nudge,
        sync_failed,
        commits: 0,
    };
    Ok((watch, thread))
}

impl Watch {
    pub(crate) fn after_commit(&mut self, writer: &Connection) {
        self.commits += 1;
        if self.commits < LOOK_EVERY {
            return;
        }
        self.commits = 0;
        let bytes = std::fs::metadata(&self.log).map_or(0, |log| log.len());
        if BOUND_BYTES <= bytes {
            checkpoint(writer, "PRAGMA wal_checkpoint(RESTART)", &self.sync_failed);
        } else if WORTH_BYTES <= bytes {
            // Full means that it is at work already.
            let _ = self.nudge.try_send(());
        }
    }
}

fn work(db: &Connection, nudged: &Receiver<()>, sync_failed: &AtomicBool) {
    while nudged.recv().is_ok() {
        checkpoint(db, "PRAGMA wal_checkpoint(PASSIVE)", sync_failed);
    }
}

fn checkpoint(db: &Connection, text: &str, sync_failed: &AtomicBool) {
    let done = db.query_row(text, [], |row| row.get::<_, i64>(0));
    let Err(error) = done else { return };
    tracing::warn!(%error, "a checkpoint failed; the log keeps what it has");
    // The kernel drops the pages that it could not sync and reports it once: a later checkpoint
    // would seem to work and then discard the only good copy, the log.
    if severity(&error) == Severity::Sync {
        sync_failed.store(true, Ordering::Release);
    }
}
