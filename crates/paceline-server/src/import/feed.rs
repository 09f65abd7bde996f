//! The way from a file's reader to the store. Owns batching, the file's account while it is being
//! written, and what one file tells about another; refuses to interpret rows.

use std::collections::{HashMap, HashSet};

use paceline_core::{AgentId, Now, TaskId, election};
use paceline_store::import::Batch;
use sha2::{Digest, Sha256};

use super::FileAccount;
use super::messages::Counts;
use super::sources::{Format, Source};
use crate::record_format::{LineError, read_lines};

/// Rows in one batch, which is one transaction.
pub(super) const BATCH_ROWS: usize = 500;
const NOTES_MAX: usize = 50;

pub(super) enum Event {
    Batch(Batch),
    /// So many more bytes of input are behind us.
    Advanced(u64),
    Finished(Box<FileAccount>),
}

/// What files of the same import need to know of each other.
#[derive(Default)]
pub(super) struct Known {
    pub agents: HashSet<AgentId>,
    /// Who did a task.
    pub assignees: HashMap<TaskId, AgentId>,
    pub message_counts: Counts,
    /// Messages met, with a digest of their content.
    pub messages: HashMap<String, u128>,
    /// Read from a state file, waiting for the log that has the history to it.
    pub election: Option<election::State>,
    pub has_coordination_log: bool,
}

impl Known {
    pub fn of(sources: &[Source]) -> Self {
        let log = sources
            .iter()
            .any(|source| source.format == Format::CoordinationLog);
        let messages = sources
            .iter()
            .filter(|source| source.format == Format::Messages);
        let message_counts = Counts::over(messages.count());
        Self {
            has_coordination_log: log,
            message_counts,
            ..Self::default()
        }
    }
}

pub(super) struct Feed<'a> {
    pub account: FileAccount,
    pub known: &'a mut Known,
    pub now: Now,
    emit: &'a mut dyn FnMut(Event) -> bool,
    /// Nobody takes anything any more.
    closed: bool,
    bytes: u64,
    advanced: u64,
    unsaid: u64,
}

impl<'a> Feed<'a> {
    pub fn new(
        source: &Source,
        now: Now,
        known: &'a mut Known,
        emit: &'a mut dyn FnMut(Event) -> bool,
    ) -> Self {
        let file = source.name.clone();
        let account = FileAccount {
            file,
            what: source.format.what(),
            ..FileAccount::default()
        };
        let bytes = source.bytes;
        Self {
            account,
            known,
            now,
            emit,
            closed: false,
            bytes,
            advanced: 0,
            unsaid: 0,
        }
    }

    pub fn send(&mut self, batch: Batch) {
        self.event(Event::Batch(batch));
    }

    /// Sends what has gathered when it is enough for a transaction.
    pub fn send_full<T>(&mut self, rows: &mut Vec<T>, batch: fn(Vec<T>) -> Batch) {
        if BATCH_ROWS <= rows.len() {
            self.send(batch(std::mem::take(rows)));
        }
    }

    pub fn send_rest<T>(&mut self, rows: Vec<T>, batch: fn(Vec<T>) -> Batch) {
        let mut rows = rows.into_iter();
        loop {
            let next: Vec<T> = rows.by_ref().take(BATCH_ROWS).collect();
            if next.is_empty() {
                return;
            }
            self.send(batch(next));
        }
    }

    pub fn drop_row(&mut self, number: u64, reason: &str) {
        self.account
            .dropped
            .push(&self.account.file, number, reason);
    }

    pub fn note(&mut self, sentence: impl Into<String>) {
        if self.account.notes.len() < NOTES_MAX {
            self.account.notes.push(sentence.into());
        }
    }

    /// A note when there is something to count.
    pub fn note_count(&mut self, count: u64, sentence: &str) {
        if 0 < count {
            self.note(format!("{count} {sentence}"));
        }
    }

    /// Reads the source line by line, counting rows, bytes and bad lines.
    pub fn lines(
        &mut self,
        source: &Source,
        mut use_line: impl FnMut(&mut Self, u64, &[u8]) -> Result<(), LineError>,
    ) {
        let mut bad = std::mem::take(&mut self.account.dropped);
        let read = read_lines(&source.path, &mut bad, |number, line| {
            self.advance(line.len() as u64 + 1);
            use_line(self, number, line)
        });
        // Rows dropped one by one while reading stand in the account already.
        bad.merge(std::mem::take(&mut self.account.dropped));
        self.account.dropped = bad;
        match read {
            Ok(rows) => self.account.rows_read += rows,
            Err(error) => self.drop_row(0, &format!("cannot be opened: {error}")),
        }
    }

    fn advance(&mut self, bytes: u64) {
        const STEP: u64 = 1 << 16;
        self.unsaid += bytes;
        if STEP <= self.unsaid {
            // Lines of a compressed file add up to more than the file.
            let bytes = std::mem::take(&mut self.unsaid).min(self.bytes - self.advanced);
            self.advanced += bytes;
            self.event(Event::Advanced(bytes));
        }
    }

    /// Hands over the account; answers whether anybody still listens.
    pub fn finish(mut self) -> bool {
        self.event(Event::Advanced(self.bytes - self.advanced));
        let account = std::mem::take(&mut self.account);
        self.event(Event::Finished(Box::new(account)));
        !self.closed
    }

    fn event(&mut self, event: Event) {
        self.closed = self.closed || !(self.emit)(event);
    }
}

/// The first 128 bits of SHA-256: enough to tell records of one import apart.
pub(super) fn digest(bytes: &[u8]) -> u128 {
    let hash = Sha256::digest(bytes);
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    u128::from_be_bytes(first)
}
