//! A day's blocks become one, with its rollups. Owns the pass over them, one series in memory at a
//! time; refuses to replace anything before all three files are on disk.

use std::sync::Arc;

use super::DAY_MS;
use super::blocks::{Blocks, discard};
use super::file::BlockFile;
use super::select::BlockIter;
use super::write::BlockWriter;
use crate::rollup::{Answer, Buckets};
use crate::{Resolution, Series, SourceError, TimeRange, Warnings};

const KINDS: [Resolution; 3] = [
    Resolution::Raw,
    Resolution::FiveMinutes,
    Resolution::OneHour,
];

/// Says whether work should end early.
pub type Stop<'s> = &'s dyn Fn() -> bool;

impl Blocks {
    /// Merges the oldest day that is over and not merged yet. False when there is none.
    pub(super) fn merge_one(&self, now_ms: i64, stop: Stop<'_>) -> Result<bool, SourceError> {
        let files = self.files();
        let due = |file: &&Arc<BlockFile>| {
            let day = file.footer.from_ms.div_euclid(DAY_MS);
            (day + 1) * DAY_MS + self.options.settle_ms <= now_ms
        };
        let mut raw = files.iter().filter(|file| file.is_raw()).filter(due);
        let Some(first) = raw.find(|file| !is_rolled_up(file, &files)) else {
            return Ok(false);
        };
        let day = first.footer.from_ms.div_euclid(DAY_MS);
        let of_day: Vec<_> = files
            .iter()
            .filter(|file| file.footer.from_ms.div_euclid(DAY_MS) == day)
            .cloned()
            .collect();
        self.merge(&of_day, stop)
    }

    /// Replaces the files of a day. The rollups of an earlier merge go too when their raw samples are
    /// still among the files; else they stay beside those of the late samples.
    fn merge(&self, of_day: &[Arc<BlockFile>], stop: Stop<'_>) -> Result<bool, SourceError> {
        let raw: Vec<_> = of_day
            .iter()
            .filter(|file| file.is_raw())
            .cloned()
            .collect();
        let oldest_raw = raw.iter().map(|file| file.number()).min().unwrap_or(0);
        let replaced: Vec<String> = of_day
            .iter()
            .filter(|file| file.is_raw() || file.number() > oldest_raw)
            .map(|file| file.name.clone())
            .collect();
        let plans = KINDS.map(|kind| self.plan(kind, true, replaced.clone()));
        let paths = plans.each_ref().map(|plan| plan.path.clone());
        let warnings = Warnings::default();
        let written = write_day(&raw, plans, stop, &warnings);
        if !matches!(written, Ok(true)) {
            paths.iter().for_each(|path| discard(path));
            return written;
        }
        let replaced = without_damaged(replaced, &warnings);
        let new = paths
            .iter()
            .map(|path| self.open_written(path))
            .collect::<Result<Vec<_>, _>>()?;
        self.replace(new, &replaced)?;
        Ok(true)
    }
}

/// A rollup with a higher number of the same day was made from this file.
pub(super) fn is_rolled_up(file: &BlockFile, files: &[Arc<BlockFile>]) -> bool {
    let day = |file: &BlockFile| file.footer.from_ms.div_euclid(DAY_MS);
    files
        .iter()
        .any(|other| !other.is_raw() && other.number() > file.number() && day(other) == day(file))
}

/// A file of which something could not be read stays beside the merged day: the disk may think better
/// of it, and whoever asks for those samples is still told.
fn without_damaged(mut replaced: Vec<String>, warnings: &Warnings) -> Vec<String> {
    for warning in warnings.all() {
        tracing::warn!(warning, "merge metric blocks");
        replaced.retain(|name| !warning.contains(name.as_str()));
    }
    replaced
}

/// False when it was stopped.
fn write_day(
    raw: &[Arc<BlockFile>],
    plans: [super::write::Plan; 3],
    stop: Stop<'_>,
    warnings: &Warnings,
) -> Result<bool, SourceError> {
    let everything = TimeRange {
        from_ms: i64::MIN,
        to_ms: i64::MAX,
    };
    let answer = Answer {
        resolution: Resolution::Raw,
        reading: None,
        window_ms: 0,
    };
    let series = BlockIter::new(raw.to_vec(), &[], everything, answer, warnings.clone());
    let mut writers = Vec::with_capacity(plans.len());
    for plan in plans {
        writers.push((plan.kind, BlockWriter::create(plan)?));
    }
    for series in series {
        if stop() {
            return Ok(false);
        }
        let series = series?;
        for (kind, writer) in &mut writers {
            write_series(*kind, writer, &series)?;
        }
    }
    for (_, writer) in writers {
        writer.finish()?;
    }
    Ok(true)
}

fn write_series(
    kind: Resolution,
    writer: &mut BlockWriter,
    series: &Series,
) -> Result<(), SourceError> {
    if kind == Resolution::Raw {
        writer.push_raw(&series.labels, &series.timestamps, &series.values)?;
    } else {
        let buckets = Buckets::of(&series.timestamps, &series.values, kind.step_ms());
        writer.push_buckets(&series.labels, &buckets)?;
    }
    Ok(())
}
