//! What the writer's thread, pushers and readers share. Owns the bounds of time and the counters;
//! refuses to hold a lock across work.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::engine::Taps;
use crate::head::Schemas;
use crate::identity::Identity;
use crate::{EngineLimits, EngineOptions, RefusalReason};

/// The span of a block.
pub(crate) const BLOCK_MS: i64 = 2 * 3_600_000;

pub(crate) struct Hot {
    pub identity: Identity,
    pub schemas: Schemas,
    pub limits: EngineLimits,
    pub out_of_order_ms: i64,
    pub taps: Taps,
    /// What is older is in blocks and closed.
    floor_ms: AtomicI64,
    /// What is older is no longer here.
    dropped_ms: AtomicI64,
    newest_ms: AtomicI64,
    samples: AtomicU64,
    log_bytes: AtomicU64,
    refused: [AtomicU64; RefusalReason::ALL.len()],
}

impl Hot {
    pub(crate) fn new(options: &EngineOptions, floor_ms: i64) -> Self {
        Self {
            identity: Identity::new(options.limits),
            schemas: Schemas::default(),
            limits: options.limits,
            out_of_order_ms: options.out_of_order_ms,
            taps: Taps::default(),
            floor_ms: AtomicI64::new(floor_ms),
            dropped_ms: AtomicI64::new(floor_ms),
            newest_ms: AtomicI64::new(i64::MIN),
            samples: AtomicU64::new(0),
            log_bytes: AtomicU64::new(0),
            refused: Default::default(),
        }
    }

    pub(crate) fn floor_ms(&self) -> i64 {
        self.floor_ms.load(Ordering::Acquire)
    }

    pub(crate) fn raise_floor(&self, at_ms: i64) {
        self.floor_ms.fetch_max(at_ms, Ordering::AcqRel);
    }

    pub(crate) fn dropped_ms(&self) -> i64 {
        self.dropped_ms.load(Ordering::Acquire)
    }

    pub(crate) fn raise_dropped(&self, at_ms: i64) {
        self.dropped_ms.fetch_max(at_ms, Ordering::AcqRel);
    }

    pub(crate) fn newest_ms(&self) -> i64 {
        self.newest_ms.load(Ordering::Acquire)
    }

    pub(crate) fn raise_newest(&self, at_ms: i64) {
        self.newest_ms.fetch_max(at_ms, Ordering::AcqRel);
    }

    /// The time up to which the engine has come: a sample from a clock that is ahead moves it no
    /// further than the server's, and an import of old samples is judged by its own times.
    pub(crate) fn clock_ms(&self, now_ms: i64) -> i64 {
        self.newest_ms().min(now_ms)
    }

    /// Older samples are refused even from a series that has none yet.
    pub(crate) fn oldest_allowed(&self, now_ms: i64) -> i64 {
        let span = BLOCK_MS.saturating_add(self.out_of_order_ms);
        self.clock_ms(now_ms)
            .saturating_sub(span)
            .max(self.floor_ms())
    }

    pub(crate) fn count_samples(&self, samples: u64) {
        self.samples.fetch_add(samples, Ordering::Relaxed);
    }

    pub(crate) fn samples(&self) -> u64 {
        self.samples.load(Ordering::Relaxed)
    }

    pub(crate) fn set_log_bytes(&self, bytes: u64) {
        self.log_bytes.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn log_bytes(&self) -> u64 {
        self.log_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn count_refused(&self, reason: RefusalReason) {
        let at = RefusalReason::ALL.iter().position(|known| *known == reason);
        if let Some(counter) = at.and_then(|at| self.refused.get(at)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn refused(&self) -> BTreeMap<&'static str, u64> {
        let counts = self
            .refused
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        let names = RefusalReason::ALL.iter().map(|reason| reason.as_str());
        names.zip(counts).collect()
    }
}
