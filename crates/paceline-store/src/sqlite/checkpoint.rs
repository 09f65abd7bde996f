//! Checkpoints: moving pages from the log into the file, beside the writer instead of in its way.
//! Owns how long the log may grow; refuses to hide a failed sync.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::fault::{Severity, severity};

/// So many pages of the log that are not in the file yet are worth moving.
const WORTH_PAGES: i64 = 2_048;
/// A log that grows while it is moved never starts over: from so many pages on, the writer moves
/// the rest itself, which by then is little, and its next commit begins the log anew.
const BOUND_PAGES: i64 = 16_384;
/// Commits between two looks at the log.
const LOOK_EVERY: u32 = 64;

/// Tells the size of the log and moves nothing.
const LOOK: &str = "PRAGMA wal_checkpoint(NOOP)";
/// Never waits for a reader, as the stricter modes do for seconds.
const MOVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// Runs on the writer's thread after each commit.
pub(crate) struct Watch {
    nudge: SyncSender<()>,
    sync_failed: Arc<AtomicBool>,
    commits: u32,
}

pub(crate) fn start(
    db: Connection,
    sync_failed: Arc<AtomicBool>,
) -> std::io::Result<(Watch, JoinHandle<()>)> {
    let (nudge, nudged) = sync_channel(1);
    let failed = Arc::clone(&sync_failed);
    let thread = std::thread::Builder::new()
        .name("paceline-checkpointer".to_owned())
        .spawn(move || work(&db, &nudged, &failed))?;
    let watch = Watch {
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
        let Some((pages, moved)) = checkpoint(writer, LOOK, &self.sync_failed) else {
            return;
        };
        if BOUND_PAGES <= pages {
            checkpoint(writer, MOVE, &self.sync_failed);
        } else if WORTH_PAGES <= pages - moved {
            // Full means that it is at work already.
            let _ = self.nudge.try_send(());
        }
    }
}

fn work(db: &Connection, nudged: &Receiver<()>, sync_failed: &AtomicBool) {
    while nudged.recv().is_ok() {
        checkpoint(db, MOVE, sync_failed);
    }
}

/// Pages in the log, and those of them that are in the file.
fn checkpoint(db: &Connection, text: &'static str, sync_failed: &AtomicBool) -> Option<(i64, i64)> {
    let mut statement = db.prepare_cached(text).ok()?;
    let done = statement.query_row([], |row| Ok((row.get(1)?, row.get(2)?)));
    match done {
        Ok(pages) => Some(pages),
        Err(error) => {
            tracing::warn!(%error, "a checkpoint failed; the log keeps what it has");
            // The kernel drops the pages that it could not sync and reports it once: a later
            // checkpoint would seem to work and then discard the only good copy, the log.
            if severity(&error) == Severity::Sync {
                sync_failed.store(true, Ordering::Release);
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns red when the size of the log's file is taken for the length of the log: the file
    /// never shrinks.
    #[test]
    fn the_log_starts_over_and_stays_bounded() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log.db");
        let writer = Connection::open(&path).unwrap();
        writer.pragma_update(None, "journal_mode", "WAL").unwrap();
        writer.pragma_update(None, "synchronous", "OFF").unwrap();
        writer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        writer.execute_batch("CREATE TABLE t (a BLOB)").unwrap();
        // Nobody answers the nudges: the bound must hold without help.
        let (nudge, _nudged) = sync_channel(1);
        let mut watch = Watch {
            nudge,
            sync_failed: Arc::default(),
            commits: 0,
        };
        let mut longest = 0;
        for _ in 0..12_000 {
            writer
                .execute("INSERT INTO t VALUES (zeroblob(12000))", [])
                .unwrap();
            watch.after_commit(&writer);
            let (pages, _) = checkpoint(&writer, LOOK, &watch.sync_failed).unwrap();
            longest = longest.max(pages);
        }
        assert!(longest < BOUND_PAGES + 64 * 8, "{longest}");
        let (pages, _) = checkpoint(&writer, LOOK, &watch.sync_failed).unwrap();
        assert!(pages < longest, "{pages} of {longest}");
    }
}
