//! What is done beside pushes and questions. Owns the way of samples from the head to a block, and
//! of the head's memory and the log back to nothing; refuses to free what is not in a block yet.
//!
//! ```text
//! a window of 2 h is over, and out of order too late for it:
//!   floor rises (pushes before it are too old) -> block written, synced, listed -> log dropped
//!   -> a few minutes later, when no question can still need it, the head's copy is dropped
//! ```

use crate::checkpoint::write_checkpoint;
use crate::ingest::{BLOCK_MS, Hot};
use crate::read::{Snapshot, Sorted};
use crate::{AppendError, SourceError, TimeRange};

use super::Engine;

/// How long the head keeps what is in a block, for questions that began before the block.
const DROP_DELAY_MS: i64 = 5 * 60_000;
/// A schema without a sample for so long gives its open rows' memory back.
const QUIET_MS: i64 = 5 * 60_000;
const QUIET_EVERY_MS: i64 = 60_000;
/// Schemas that the writer's thread looks at in one go.
const SLOTS_AT_ONCE: usize = 4_096;

pub(super) struct Upkeep {
    /// What is before is in blocks.
    flushed_ms: i64,
    /// (up to where, from when on it may be dropped)
    droppable: Option<(i64, i64)>,
    quiet_ms: i64,
    checkpoint_bytes: u64,
}

impl Upkeep {
    pub(super) fn new(flushed_ms: i64, checkpoint_bytes: u64) -> Self {
        Self {
            flushed_ms,
            droppable: None,
            quiet_ms: i64::MIN,
            checkpoint_bytes,
        }
    }
}

impl Engine {
    pub(super) fn keep_up(&self, now_ms: i64) -> Result<(), SourceError> {
        let mut upkeep = self.upkeep.lock();
        self.drop_due(&mut upkeep, now_ms)?;
        self.flush_due(&mut upkeep, now_ms)?;
        if now_ms >= upkeep.quiet_ms.saturating_add(QUIET_EVERY_MS) {
            upkeep.quiet_ms = now_ms;
            self.seal_quiet(now_ms)?;
        }
        self.checkpoint_due(&mut upkeep)?;
        let stop = || self.stopping.load(std::sync::atomic::Ordering::Acquire);
        self.blocks.maintain(now_ms, &stop)
    }

    fn flush_due(&self, upkeep: &mut Upkeep, now_ms: i64) -> Result<(), SourceError> {
        let clock_ms = self.hot.clock_ms(now_ms);
        while let Some(oldest_ms) = self.hot.schemas.oldest_ms() {
            let from_ms = oldest_ms.max(upkeep.flushed_ms).div_euclid(BLOCK_MS) * BLOCK_MS;
            let end_ms = from_ms + BLOCK_MS;
            if end_ms.saturating_add(self.hot.out_of_order_ms) > clock_ms {
                break;
            }
            self.flush(from_ms, end_ms)?;
            upkeep.flushed_ms = end_ms;
            upkeep.droppable = Some((end_ms, now_ms + DROP_DELAY_MS));
        }
        Ok(())
    }

    fn flush(&self, from_ms: i64, end_ms: i64) -> Result<(), SourceError> {
        self.hot.raise_floor(end_ms);
        // Groups that were checked against the old floor are stored when this is answered.
        self.queue.ask(|_| ()).map_err(closed)?;
        let range = TimeRange {
            from_ms,
            to_ms: end_ms - 1,
        };
        let ids = self.hot.identity.postings().matching(&[]);
        let head = Snapshot::of(&self.hot, &ids, range);
        if !head.entries.is_empty() {
            self.blocks.write_block(Sorted::new(&self.hot, &head))?;
        }
        let dropped = self.queue.ask(move |writer| writer.log.drop_before(end_ms));
        dropped.map_err(closed)?.map_err(SourceError::Io)
    }

    fn drop_due(&self, upkeep: &mut Upkeep, now_ms: i64) -> Result<(), SourceError> {
        let Some((before_ms, _)) = upkeep.droppable.filter(|(_, from)| *from <= now_ms) else {
            return Ok(());
        };
        upkeep.droppable = None;
        self.hot.raise_dropped(before_ms);
        self.each_slots(move |hot, slots| {
            hot.schemas.drop_before(slots, before_ms, &hot.identity);
            Ok(())
        })?;
        self.hot.identity.sweep();
        Ok(())
    }

    fn seal_quiet(&self, now_ms: i64) -> Result<(), SourceError> {
        let before_ms = now_ms.saturating_sub(QUIET_MS);
        self.each_slots(move |hot, slots| hot.schemas.seal_quiet(slots, before_ms))
    }

    /// The log is replaced by a copy of the head when it has become the longer of both.
    fn checkpoint_due(&self, upkeep: &mut Upkeep) -> Result<(), SourceError> {
        if self.hot.log_bytes() < upkeep.checkpoint_bytes.max(self.checkpoint_log_bytes) {
            return Ok(());
        }
        upkeep.checkpoint_bytes = self.checkpoint()?;
        Ok(())
    }

    fn checkpoint(&self) -> Result<u64, SourceError> {
        let from = self.queue.ask(|writer| {
            writer.hot.schemas.settle(true);
            writer.log.roll()
        });
        let from = from.map_err(closed)?;
        let written = write_checkpoint(&self.dir, &self.hot, from);
        let written = self.queue.ask(move |writer| {
            writer.hot.schemas.settle(false);
            let bytes = written?;
            writer.log.drop_up_to(from)?;
            Ok(bytes)
        });
        written.map_err(closed)?
    }

    /// Runs `work` on the writer's thread, piece by piece, so that pushes get in between.
    fn each_slots(
        &self,
        work: impl Fn(&Hot, std::ops::Range<u32>) -> Result<(), SourceError> + Send + Sync + 'static,
    ) -> Result<(), SourceError> {
        let work = std::sync::Arc::new(work);
        let end = self.hot.schemas.end();
        for start in (0..end).step_by(SLOTS_AT_ONCE) {
            let work = std::sync::Arc::clone(&work);
            let slots = start..(start + SLOTS_AT_ONCE as u32).min(end);
            self.queue
                .ask(move |writer| work(&writer.hot, slots))
                .map_err(closed)??;
        }
        Ok(())
    }
}

fn closed(error: AppendError) -> SourceError {
    SourceError::Io(std::io::Error::other(error.to_string()))
}
