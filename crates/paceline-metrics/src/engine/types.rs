//! What the engine is told and what it tells. Owns options, limits, errors and figures.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use thiserror::Error;

use crate::Appended;

#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// A folder of its own.
    pub dir: PathBuf,
    pub retention_ms: i64,
    /// Disk for raw samples; the oldest days beyond it are answered from rollups alone.
    pub raw_bytes_max: Option<u64>,
    /// How late a sample may come.
    pub out_of_order_ms: i64,
    pub limits: EngineLimits,
    /// A log longer than this, and than the copy of the head before, is replaced by a new copy.
    pub checkpoint_log_bytes: u64,
}

#[derive(Clone, Copy, Debug)]
pub struct EngineLimits {
    pub metrics_per_agent_max: usize,
    pub series_max: usize,
    pub new_series_per_minute_max: usize,
    pub labels_max: usize,
    pub label_name_bytes_max: usize,
    pub label_value_bytes_max: usize,
    /// How far ahead of the server's clock a sample may be.
    pub ahead_ms_max: i64,
}

impl EngineOptions {
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            retention_ms: 90 * 24 * 3_600_000,
            raw_bytes_max: None,
            out_of_order_ms: 3_600_000,
            limits: EngineLimits::default(),
            checkpoint_log_bytes: 64 << 20,
        }
    }
}

impl Default for EngineLimits {
    fn default() -> Self {
        Self {
            metrics_per_agent_max: 1_000,
            series_max: 5_000_000,
            new_series_per_minute_max: 2_000_000,
            labels_max: 64,
            label_name_bytes_max: 1_024,
            label_value_bytes_max: 4_096,
            ahead_ms_max: 10 * 60_000,
        }
    }
}

#[derive(Debug, Error)]
pub enum OpenError {
    #[error("open the metrics in `{place}`: {problem}")]
    Damaged { place: String, problem: String },
    #[error("open the metrics in `{place}`: they were written by a newer version ({version})")]
    TooNew { place: String, version: u32 },
    #[error("open the metrics in `{place}`: {source}")]
    Io {
        place: String,
        source: std::io::Error,
    },
}

/// Nothing of the push was kept.
#[derive(Clone, Debug, Error)]
pub enum AppendError {
    #[error("write metrics: the disk said `{0}`")]
    Disk(String),
    #[error("write metrics: too much is waiting already")]
    Busy,
    #[error("write metrics: the engine is closed")]
    Closed,
}

/// A series by number, for callers that push the same series again and again: no label is looked
/// at per sample. It may stop being known (its series went away): then the sample's answer is
/// [`RefusalReason::UnknownSeries`] and the caller resolves anew and pushes that sample again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SeriesRef {
    pub(crate) id: u32,
    /// Rises when the id is given to another series.
    pub(crate) generation: u32,
}

impl SeriesRef {
    /// From 0 and dense, so that a list can hold something for each series. Another series may
    /// have had the same number before; it was not equal to this one.
    #[must_use]
    pub fn number(self) -> usize {
        self.id as usize
    }
}

#[derive(Clone, Copy, Debug)]
pub struct RefSample {
    pub series: SeriesRef,
    pub at_ms: i64,
    pub value: f64,
}

/// How the engine stands; every number is of now, totals are since the start.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EngineStats {
    pub series: u64,
    pub schemas: u64,
    pub samples_total: u64,
    pub refused_total: BTreeMap<&'static str, u64>,
    pub head_bytes: u64,
    pub log_bytes: u64,
    pub block_bytes: u64,
    pub rollup_bytes: u64,
    pub blocks: u64,
    pub oldest_raw_ms: Option<i64>,
    pub oldest_ms: Option<i64>,
}

/// What happens when a push is settled. Called once, from the engine's own thread.
pub type Settled = Box<dyn FnOnce(Result<Appended, AppendError>) + Send>;
