//! The one writer. Owns the write connection, the grouping of commands into transactions and what
//! happens when the disk says no; refuses to answer anybody before the commit is durable.
//!
//! ```text
//! wait -> take what waits -> BEGIN IMMEDIATE -> run each -> counters -> COMMIT (fsync) -> answer all
//! ```
//! Commands check before they write, so a group first runs without savepoints (one costs as much as
//! a small command). Should one fail after it has written, the group is rolled back and every
//! command runs again inside a savepoint of its own, so that only the guilty one is undone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use paceline_core::priority::Weights;
use paceline_core::{Clock, Now};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::fault::{Fault, Outcome, Severity};
use super::job::{Job, Ran};
use super::sql;
use super::txn::{Ledger, Txn};
use crate::StoreError;
use crate::changes::{Changes, Watches};

/// How many commands share a transaction at most: enough to make the fsync cheap, few enough to
/// keep the last one's wait short.
const GROUP_MAX: usize = 512;
/// How long a full disk is left alone between two probes.
const PROBE_EVERY_NS: u64 = 250_000_000;

pub(crate) enum Request {
    Write(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

pub(crate) struct Writer {
    pub(crate) db: Connection,
    pub(crate) path: String,
    pub(crate) weights: Weights,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ledger: Ledger,
    pub(crate) trouble: Option<Trouble>,
    /// Set by the checkpointer when a sync failed there.
    pub(crate) sync_failed: Arc<AtomicBool>,
    pub(crate) watches: Arc<Watches>,
    pub(crate) on_commit: Box<dyn FnMut(&Connection) + Send>,
}

/// Why nothing is written at the moment.
pub(crate) struct Trouble {
    error: StoreError,
    for_good: bool,
    next_probe_ns: u64,
}

enum Attempt {
    Committed,
    /// A command failed after it had written; nothing of the group is kept.
    Spoiled,
    Failed(Fault),
}

impl Writer {
    /// Works until it is closed or nobody is left to ask.
    pub(crate) fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut group = Vec::with_capacity(GROUP_MAX);
        let mut closing = None;
        while let Some(first) = requests.blocking_recv() {
            let mut next = Some(first);
            while let Some(request) = next {
                match request {
                    Request::Write(job) => group.push(job),
                    Request::Close(done) => {
                        requests.close();
                        closing = Some(done);
                    }
                }
                let full = GROUP_MAX <= group.len();
                next = if full { None } else { requests.try_recv().ok() };
            }
            self.settle(&mut group);
        }
        drop(self.db.close());
        if let Some(done) = closing {
            let _ = done.send(());
        }
    }

    fn settle(&mut self, group: &mut Vec<Box<dyn Job>>) {
        if group.is_empty() {
            return;
        }
        let committed = match self.refusal() {
            Some(error) => Err(error),
            None => self.commit(group),
        };
        let ended_ns = self.clock.stopwatch_ns();
        let changes = committed.is_ok().then(|| self.changes()).flatten();
        let answers = group.drain(..);
        for job in answers {
            job.answer(committed.clone(), ended_ns);
        }
        if let Some(changes) = changes {
            self.watches.show(changes);
        }
        if committed.is_ok() {
            (self.on_commit)(&self.db);
        }
    }

    /// What the group that was just committed changed, where anybody watches.
    fn changes(&mut self) -> Option<Changes> {
        let list = self.ledger.changes.take().filter(|list| !list.is_empty())?;
        Some(Changes {
            at: self.clock.now().wall,
            counts: self
                .ledger
                .counts
                .map(|tasks| u64::try_from(tasks).unwrap_or(0)),
            list,
        })
    }

    /// Why the group cannot even be tried, after probing whether the disk is back.
    fn refusal(&mut self) -> Option<StoreError> {
        if self.sync_failed.load(Ordering::Acquire) && self.trouble.is_none() {
            let reason = "the disk failed to sync the database file at a checkpoint, \
                          so what it holds is uncertain until a restart";
            self.trouble = Some(Trouble {
                error: StoreError::ReadOnly {
                    reason: reason.to_owned(),
                },
                for_good: true,
                next_probe_ns: 0,
            });
        }
        let trouble = self.trouble.as_mut()?;
        let now_ns = self.clock.stopwatch_ns();
        if trouble.for_good || now_ns < trouble.next_probe_ns {
            return Some(trouble.error.clone());
        }
        trouble.next_probe_ns = now_ns.saturating_add(PROBE_EVERY_NS);
        let error = trouble.error.clone();
        match self.probe() {
            Ok(()) => {
                tracing::info!(path = %self.path, "the store can be written again");
                self.trouble = None;
                None
            }
            Err(_) => Some(error),
        }
    }

    fn probe(&self) -> Outcome<()> {
        let at = int_ns(self.clock.stopwatch_ns());
        self.db.execute(sql::record::PROBE, [at])?;
        Ok(())
    }

    fn commit(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let attempt = match self.attempt(group, Undo::Group) {
            Attempt::Spoiled => self.attempt(group, Undo::Each),
            attempt => attempt,
        };
        match attempt {
            Attempt::Committed => Ok(()),
            Attempt::Spoiled => Err(StoreError::Failed(
                "a command could not be undone".to_owned(),
            )),
            Attempt::Failed(fault) => Err(self.note(fault)),
        }
    }

    fn attempt(&mut self, group: &mut [Box<dyn Job>], undo: Undo) -> Attempt {
        self.ledger.changes = self.watches.any_open().then(Vec::new);
        let before = self.ledger.clone();
        let attempt = self.transact(group, undo).unwrap_or_else(Attempt::Failed);
        if !matches!(attempt, Attempt::Committed) {
            self.ledger = before;
            if !self.db.is_autocommit() {
                // Where even this fails, the next BEGIN will say so.
                drop(self.db.execute_batch("ROLLBACK"));
            }
        }
        attempt
    }

    fn transact(&mut self, group: &mut [Box<dyn Job>], undo: Undo) -> Outcome<Attempt> {
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut started_ns = self.clock.stopwatch_ns();
        for job in group.iter_mut() {
            let ran = match undo {
                Undo::Group => self.run_bare(job.as_mut(), started_ns),
                Undo::Each => self.run_guarded(job.as_mut(), started_ns)?,
            };
            match ran {
                Ran::Kept | Ran::Rejected => {}
                Ran::Broken(fault) if fault.severity() == Severity::Command => {
                    return Ok(Attempt::Spoiled);
                }
                Ran::Broken(fault) => return Err(fault),
            }
            started_ns = self.clock.stopwatch_ns();
        }
        self.ledger.flush(&self.db)?;
        self.db.prepare_cached("COMMIT")?.execute([])?;
        Ok(Attempt::Committed)
    }

    /// A rejection is fine as long as it came before the first write.
    fn run_bare(&mut self, job: &mut dyn Job, started_ns: u64) -> Ran {
        let changes = self.db.total_changes();
        let ran = self.run_one(job, started_ns);
        match ran {
            Ran::Rejected if self.db.total_changes() != changes => {
                Ran::Broken(Fault::Nonsense("rejected after a write".to_owned()))
            }
            ran => ran,
        }
    }

    /// Undoes the one command that is rejected or broken, and goes on with the others.
    fn run_guarded(&mut self, job: &mut dyn Job, started_ns: u64) -> Outcome<Ran> {
        let before = self.ledger.clone();
        self.db.prepare_cached("SAVEPOINT command")?.execute([])?;
        let ran = self.run_one(job, started_ns);
        if !matches!(ran, Ran::Kept) {
            self.ledger = before;
            self.db.prepare_cached("ROLLBACK TO command")?.execute([])?;
        }
        self.db.prepare_cached("RELEASE command")?.execute([])?;
        match ran {
            Ran::Broken(fault) if fault.severity() == Severity::Command => {
                tracing::error!(path = %self.path, error = %fault, "a command failed");
                job.blame(fault.into_store_error(&self.path));
                Ok(Ran::Rejected)
            }
            ran => Ok(ran),
        }
    }

    fn run_one(&mut self, job: &mut dyn Job, started_ns: u64) -> Ran {
        let mut txn = Txn {
            db: &self.db,
            now: Now::default(),
            weights: &self.weights,
            ledger: &mut self.ledger,
        };
        let clock = &self.clock;
        let run = || job.run(&mut txn, started_ns, &|| clock.stopwatch_ns());
        // What a panic leaves half done is rolled back with the group.
        catch_unwind(AssertUnwindSafe(run)).unwrap_or(Ran::Broken(Fault::Panicked))
    }

    /// Remembers what the failure means for the writes to come.
    fn note(&mut self, fault: Fault) -> StoreError {
        let severity = fault.severity();
        tracing::error!(path = %self.path, error = %fault, ?severity, "a transaction failed");
        let error = fault.into_store_error(&self.path);
        if severity != Severity::Command {
            self.trouble = Some(Trouble {
                error: error.clone(),
                for_good: severity != Severity::Disk,
                next_probe_ns: self.clock.stopwatch_ns().saturating_add(PROBE_EVERY_NS),
            });
        }
        error
    }
}

/// What is undone when a command fails after it has written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undo {
    Group,
    Each,
}

fn int_ns(ns: u64) -> i64 {
    i64::try_from(ns).unwrap_or(i64::MAX)
}
