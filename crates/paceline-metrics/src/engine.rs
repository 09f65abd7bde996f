//! The embedded engine. Owns the one way in (`append`), the one way out ([`SeriesSource`]) and the
//! upkeep in between; refuses to answer a push before it is on disk.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use parking_lot::RwLock;
use serde::Serialize;
use thiserror::Error;

use crate::{
    Appended, Label, Labels, Matcher, Metadata, Refusal, RefusalReason, Resolution, Row, Select,
    Selection, Series, SeriesSource, SourceError, TimeRange,
};

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
    id: u32,
    /// Rises when the id is given to another series.
    generation: u32,
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
/// Sees each accepted row before it is stored. It must not block.
pub type Tap = Box<dyn Fn(&Row) + Send + Sync>;

/// A naive first form that keeps everything in memory.
pub struct Engine {
    series: RwLock<HashMap<Labels, BTreeMap<i64, f64>>>,
    refs: RwLock<Vec<Labels>>,
    metadata: RwLock<BTreeMap<String, Metadata>>,
}

impl Engine {
    /// Replays what the last run left. `now_ms`: milliseconds since 1970, as everywhere here.
    ///
    /// # Errors
    /// [`OpenError`] names the file that cannot be used and why.
    pub fn open(_options: EngineOptions, _now_ms: i64) -> Result<Self, OpenError> {
        Ok(Self {
            series: RwLock::default(),
            refs: RwLock::default(),
            metadata: RwLock::default(),
        })
    }

    /// Takes rows in; `settled` is called when they are on disk or refused as a whole.
    pub fn append(&self, rows: Vec<Row>, _now_ms: i64, settled: Settled) {
        let mut appended = Appended::default();
        let mut series = self.series.write();
        for (row_at, row) in rows.iter().enumerate() {
            for (value_at, value) in row.values.iter().enumerate() {
                let all = row.labels.iter().chain(value.key.iter()).cloned();
                let samples = series.entry(Labels::new(all)).or_default();
                match samples.get(&row.at_ms) {
                    Some(stored) if stored.to_bits() != value.value.to_bits() => {
                        appended.refused.push(Refusal {
                            row: row_at,
                            value: value_at,
                            reason: RefusalReason::Conflict,
                        });
                    }
                    _ => {
                        samples.insert(row.at_ms, value.value);
                        appended.accepted += 1;
                    }
                }
            }
        }
        settled(Ok(appended));
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
        _now_ms: i64,
    ) -> Result<SeriesRef, RefusalReason> {
        let labels = Labels::new(target.iter().chain(key.iter()).cloned());
        let mut refs = self.refs.write();
        let found = refs.iter().position(|known| *known == labels);
        let id = found.unwrap_or_else(|| {
            refs.push(labels);
            refs.len() - 1
        });
        Ok(SeriesRef {
            id: id as u32,
            generation: 0,
        })
    }

    /// [`Engine::append`] without labels. Samples of one target and time that stand side by side
    /// become one row, so keep them together. In the answer a refusal's `row` is the sample's place
    /// in `samples` and its `value` is 0.
    pub fn append_refs(&self, samples: Vec<RefSample>, now_ms: i64, settled: Settled) {
        let refs = self.refs.read();
        let rows = samples
            .iter()
            .filter_map(|sample| {
                let labels = refs.get(sample.series.id as usize)?;
                Some(Row {
                    labels: Labels::default(),
                    at_ms: sample.at_ms,
                    values: vec![crate::RowValue {
                        key: labels.clone(),
                        value: sample.value,
                    }],
                })
            })
            .collect();
        drop(refs);
        self.append(rows, now_ms, settled);
    }

    /// From now on `tap` sees each accepted row, before it is stored.
    pub fn set_tap(&self, _tap: Tap) {}

    pub fn define(&self, name: &str, metadata: Metadata) -> Result<(), AppendError> {
        self.metadata.write().insert(name.to_owned(), metadata);
        Ok(())
    }

    /// Seals, merges, rolls up and drops what is due. Called every few seconds by a service.
    ///
    /// # Errors
    /// [`SourceError`] of the file that could not be written or read.
    pub fn maintain(&self, _now_ms: i64) -> Result<(), SourceError> {
        Ok(())
    }

    #[must_use]
    pub fn stats(&self) -> EngineStats {
        EngineStats {
            series: self.series.read().len() as u64,
            ..EngineStats::default()
        }
    }
}

impl SeriesSource for Engine {
    fn select<'s>(&'s self, select: &Select) -> Result<Selection<'s>, SourceError> {
        let series = self.series.read();
        let found: Vec<_> = series
            .iter()
            .filter(|(labels, _)| select.matchers.iter().all(|m| m.matches_labels(labels)))
            .map(|(labels, samples)| {
                let range = select.range.from_ms..=select.range.to_ms;
                let (timestamps, values): (Vec<_>, Vec<_>) = samples.range(range).unzip();
                Ok(Series {
                    labels: labels.clone(),
                    timestamps: timestamps.into(),
                    values,
                })
            })
            .collect();
        Ok(Selection {
            resolution: Resolution::Raw,
            warnings: crate::Warnings::default(),
            series: Box::new(found.into_iter()),
        })
    }

    fn series(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
        _limit: usize,
    ) -> Result<Vec<Labels>, SourceError> {
        let all = self.series.read();
        let wanted = |labels: &Labels| {
            sets.is_empty()
                || sets
                    .iter()
                    .any(|set| set.iter().all(|one| one.matches_labels(labels)))
        };
        Ok(all
            .iter()
            .filter(|(labels, samples)| {
                wanted(labels) && samples.range(range.from_ms..=range.to_ms).next().is_some()
            })
            .map(|(labels, _)| labels.clone())
            .collect())
    }

    fn label_names(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<Vec<String>, SourceError> {
        let mut names: Vec<String> = self
            .series(sets, range, 0)?
            .iter()
            .flat_map(|labels| labels.iter().map(|label: &Label| label.name.to_string()))
            .collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    fn label_values(
        &self,
        name: &str,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<Vec<String>, SourceError> {
        let mut values: Vec<String> = self
            .series(sets, range, 0)?
            .iter()
            .map(|labels| labels.get(name).to_owned())
            .filter(|value| !value.is_empty())
            .collect();
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    fn metadata(&self) -> Result<Vec<(String, Metadata)>, SourceError> {
        let all = self.metadata.read();
        Ok(all.iter().map(|(n, m)| (n.clone(), m.clone())).collect())
    }
}
