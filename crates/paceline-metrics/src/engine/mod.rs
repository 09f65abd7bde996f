//! The embedded engine. Owns the one way in (`append`), the one way out ([`crate::SeriesSource`])
//! and the upkeep in between; refuses to answer a push before it is on disk.

mod metadata;
mod rows;
mod source;
mod tap;
mod types;
mod upkeep;

pub(crate) use tap::Taps;
pub use tap::{Tap, TappedRow};
pub use types::{
    AppendError, EngineLimits, EngineOptions, EngineStats, OpenError, RefSample, SeriesRef, Settled,
};

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use parking_lot::Mutex;

use metadata::Definitions;
use upkeep::Upkeep;

use crate::checkpoint::read_checkpoint;
use crate::ingest::{BLOCK_MS, Hot, Push, Queue, Restore, Writer};
use crate::log::{Recovery, replay};
use crate::{BlockOptions, Blocks, Labels, Metadata, RefusalReason, Row, SourceError};

/// See [`crate`]. Every method may be called from any thread at any time.
pub struct Engine {
    hot: Arc<Hot>,
    queue: Arc<Queue>,
    definitions: Definitions,
    blocks: Blocks,
    dir: PathBuf,
    checkpoint_log_bytes: u64,
    upkeep: Mutex<Upkeep>,
    stopping: AtomicBool,
    recovery: Recovery,
    writer: Option<JoinHandle<()>>,
}

impl Engine {
    /// Replays what the last run left. `now_ms`: milliseconds since 1970, as everywhere here.
    ///
    /// # Errors
    /// [`OpenError`] names the file that cannot be used and why.
    pub fn open(options: EngineOptions, _now_ms: i64) -> Result<Self, OpenError> {
        let io = |source| OpenError::Io {
            place: options.dir.display().to_string(),
            source,
        };
        fs::create_dir_all(&options.dir).map_err(io)?;
        let (blocks, damage) = Blocks::open(block_options(&options))?;
        let newest_ms = blocks.stats().newest_ms;
        let flushed_ms = newest_ms.map_or(i64::MIN, |ms| (ms.div_euclid(BLOCK_MS) + 1) * BLOCK_MS);
        let hot = Arc::new(Hot::new(&options, flushed_ms));
        let mut restore = Restore::new(&hot);
        let mut damage_of_head = Vec::new();
        let (from, checkpoint_bytes) = read_checkpoint(&options.dir, &hot, &mut damage_of_head)?;
        let log_dir = options.dir.join("log");
        let (log, mut recovery) = replay(&log_dir, from, |body, recovery| {
            restore.body(body, recovery)
        })?;
        recovery.damage.extend(damage_of_head);
        hot.set_log_bytes(log.bytes());
        let builder = restore.finish();
        let definitions = Definitions::open(&options.dir, &mut recovery.damage).map_err(io)?;
        let of_blocks = damage.iter().map(ToString::to_string);
        recovery.damage.extend(of_blocks);
        if recovery.unknown > 0 {
            let unknown = recovery.unknown;
            let text = format!("{unknown} samples of the log have lost the name of their series");
            recovery.damage.push(text);
        }
        for damage in &recovery.damage {
            tracing::error!(%damage, "the metrics are damaged");
        }
        let queue = Arc::new(Queue::default());
        let writer = Writer {
            hot: Arc::clone(&hot),
            log,
            builder,
        };
        let writer = std::thread::Builder::new()
            .name("metrics-writer".to_owned())
            .spawn({
                let queue = Arc::clone(&queue);
                move || writer.run(&queue)
            })
            .map_err(io)?;
        Ok(Self {
            hot,
            queue,
            definitions,
            blocks,
            dir: options.dir,
            checkpoint_log_bytes: options.checkpoint_log_bytes,
            upkeep: Mutex::new(Upkeep::new(flushed_ms, checkpoint_bytes)),
            stopping: AtomicBool::new(false),
            recovery,
            writer: Some(writer),
        })
    }

    /// What the last run left, and in which state.
    #[must_use]
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// Takes rows in; `settled` is called when they are on disk or refused as a whole.
    pub fn append(&self, rows: Vec<Row>, now_ms: i64, settled: Settled) {
        let (samples, settled) = rows::resolved(&self.hot, &rows, now_ms, settled);
        self.append_refs(samples, now_ms, settled);
    }

    /// The number of a series, made when it is new. `target` is who measures (the row's labels),
    /// `key` the metric's name with the labels that only this series has, such as `le`. Series of
    /// one target share their times, so put what differs between agents into `target`.
    ///
    /// # Errors
    /// The reason when the series is new and over a limit; it is counted.
    pub fn resolve(
        &self,
        target: &Labels,
        key: &Labels,
        now_ms: i64,
    ) -> Result<SeriesRef, RefusalReason> {
        let schemas = &self.hot.schemas;
        self.hot
            .identity
            .resolve(target, key, now_ms, schemas)
            .inspect_err(|reason| self.hot.count_refused(*reason))
    }

    /// [`Engine::append`] without labels. Samples of one target and time that stand side by side
    /// become one row, so keep them together. In the answer a refusal's `row` is the sample's place
    /// in `samples` and its `value` is 0.
    pub fn append_refs(&self, samples: Vec<RefSample>, now_ms: i64, settled: Settled) {
        let push = Push {
            samples,
            now_ms,
            settled,
        };
        if let Err((push, error)) = self.queue.push(push) {
            (push.settled)(Err(error));
        }
    }

    /// From now on `tap`, beside those that were added before, sees each accepted row before it is
    /// answered. Called by the writer's thread: it must not block.
    pub fn add_tap(&self, tap: Tap) {
        self.hot.taps.add(tap);
    }

    /// Returns when every push that came before is stored and was shown to the taps. Blocks.
    ///
    /// # Errors
    /// [`AppendError::Closed`].
    pub fn wait_for_pushes(&self) -> Result<(), AppendError> {
        self.queue.ask(|_| ())
    }

    /// Says what a metric is; kept over restarts.
    ///
    /// # Errors
    /// [`AppendError::Disk`] when it cannot be kept, [`AppendError::Busy`] when there are too many.
    pub fn define(&self, name: &str, metadata: Metadata) -> Result<(), AppendError> {
        self.definitions.define(name, metadata)
    }

    /// Seals, merges, rolls up and drops what is due. Called every few seconds by a service.
    ///
    /// # Errors
    /// [`SourceError`] of the file that could not be written or read.
    pub fn maintain(&self, now_ms: i64) -> Result<(), SourceError> {
        self.keep_up(now_ms)
    }

    /// Makes a merge that [`Engine::maintain`] is at end soon, undone; it is begun again later.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    #[must_use]
    pub fn stats(&self) -> EngineStats {
        let blocks = self.blocks.stats();
        let head_ms = self.hot.schemas.oldest_ms();
        let oldest = |one: Option<i64>| [one, head_ms].into_iter().flatten().min();
        EngineStats {
            series: self.hot.identity.len() as u64,
            schemas: self.hot.schemas.len() as u64,
            samples_total: self.hot.samples(),
            refused_total: self.hot.refused(),
            head_bytes: self.hot.schemas.bytes(),
            log_bytes: self.hot.log_bytes(),
            block_bytes: blocks.raw_bytes,
            rollup_bytes: blocks.rollup_bytes,
            blocks: blocks.blocks,
            oldest_raw_ms: oldest(blocks.oldest_raw_ms),
            oldest_ms: oldest(blocks.oldest_ms),
        }
    }
}

fn block_options(options: &EngineOptions) -> BlockOptions {
    BlockOptions {
        retention_ms: options.retention_ms,
        raw_bytes_max: options.raw_bytes_max,
        settle_ms: options.out_of_order_ms.saturating_add(BLOCK_MS),
        ..BlockOptions::new(options.dir.join("blocks"))
    }
}

impl Drop for Engine {
    /// What was pushed is written and answered first.
    fn drop(&mut self) {
        self.queue.close();
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the metrics' writer has panicked");
        }
    }
}
