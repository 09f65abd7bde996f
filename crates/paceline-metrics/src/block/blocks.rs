//! All blocks together. Owns the list of files in use and its changes, one at a time; whoever reads
//! keeps the files of the moment when the question came, even when they are deleted meanwhile.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use parking_lot::{Mutex, RwLock};

use super::DAY_MS;
use super::cache::Cache;
use super::cursor::Cursor;
use super::file::BlockFile;
use super::format::ReadError;
use super::manifest::{self, Listed, Manifest};
use super::select::{self, BlockSelection};
use super::write::{BlockWriter, NEW, Plan};
use crate::{Labels, Matcher, Resolution, Select, Series, SourceError, TimeRange, Warnings};

#[derive(Clone, Debug)]
pub struct BlockOptions {
    /// A folder of its own.
    pub dir: PathBuf,
    pub retention_ms: i64,
    /// Disk for raw samples; days beyond it are answered from rollups alone.
    pub raw_bytes_max: Option<u64>,
    /// How long after its end a day is merged: late samples have come by then.
    pub settle_ms: i64,
    /// Memory for parts of indexes.
    pub cache_bytes_max: usize,
}

impl BlockOptions {
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            retention_ms: 90 * DAY_MS,
            raw_bytes_max: None,
            settle_ms: 3 * 3_600_000,
            cache_bytes_max: 32 << 20,
        }
    }
}

/// How the blocks stand now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockStats {
    pub blocks: u64,
    pub raw_bytes: u64,
    pub rollup_bytes: u64,
    pub raw_samples: u64,
    pub oldest_raw_ms: Option<i64>,
    pub oldest_ms: Option<i64>,
    pub newest_ms: Option<i64>,
}

impl BlockStats {
    /// For how many days raw samples are kept at present.
    #[must_use]
    pub fn raw_days(&self) -> f64 {
        match (self.oldest_raw_ms, self.newest_ms) {
            (Some(oldest), Some(newest)) => (newest - oldest) as f64 / DAY_MS as f64,
            _ => 0.0,
        }
    }
}

pub(super) type Files = Arc<Vec<Arc<BlockFile>>>;

pub struct Blocks {
    pub(super) options: BlockOptions,
    pub(super) cache: Arc<Cache>,
    /// No merge is tried before.
    pub(super) merge_again_ms: AtomicI64,
    manifest: Mutex<Manifest>,
    files: RwLock<Files>,
}

impl Blocks {
    pub(super) fn of(
        options: BlockOptions,
        cache: Arc<Cache>,
        manifest: Manifest,
        files: Vec<Arc<BlockFile>>,
    ) -> Self {
        Self {
            options,
            cache,
            merge_again_ms: AtomicI64::new(i64::MIN),
            manifest: Mutex::new(manifest),
            files: RwLock::new(Arc::new(files)),
        }
    }

    pub(super) fn files(&self) -> Files {
        Arc::clone(&self.files.read())
    }

    /// Writes one raw block. The series come in [`super::series_order`], each with rising times, all
    /// within one day (UTC). When this returns, the block is on disk and listed.
    ///
    /// # Errors
    /// What the series said, or the disk; nothing is left behind then.
    pub fn write_block(
        &self,
        series: impl Iterator<Item = Result<Series, SourceError>>,
    ) -> Result<(), SourceError> {
        let plan = self.plan(Resolution::Raw, false, Vec::new());
        let path = plan.path.clone();
        let written = self.write_raw(plan, series);
        if written.is_err() {
            discard(&path);
        }
        if written? {
            let file = self.open_written(&path)?;
            self.replace(vec![file], &[])?;
        }
        Ok(())
    }

    /// False when there was nothing to write.
    fn write_raw(
        &self,
        plan: Plan,
        series: impl Iterator<Item = Result<Series, SourceError>>,
    ) -> Result<bool, SourceError> {
        let path = plan.path.clone();
        let mut writer = BlockWriter::create(plan)?;
        let mut any = false;
        for series in series {
            let series = series?;
            writer.push_raw(&series.labels, &series.timestamps, &series.values)?;
            any = true;
        }
        if any {
            writer.finish()?;
        } else {
            discard(&path);
        }
        Ok(any)
    }

    /// A new file's name and number; the number is used up even when nothing comes of it.
    pub(super) fn plan(&self, kind: Resolution, dense: bool, replaces: Vec<String>) -> Plan {
        let mut manifest = self.manifest.lock();
        let number = manifest.next.max(1);
        manifest.next = number + 1;
        let name = super::open::file_name(kind, number);
        Plan {
            path: self.options.dir.join(name),
            kind,
            dense,
            replaces,
        }
    }

    pub(super) fn open_written(
        &self,
        path: &std::path::Path,
    ) -> Result<Arc<BlockFile>, SourceError> {
        let opened = super::open::open_file(path, &self.cache);
        opened.map(Arc::new).map_err(|error| match error {
            ReadError::Io(error) => SourceError::Io(error),
            other => SourceError::Damaged {
                place: path.display().to_string(),
                problem: other.to_string(),
            },
        })
    }

    /// Lists new files and unlists old ones in one step, then deletes the old ones.
    pub(super) fn replace(&self, new: Vec<Arc<BlockFile>>, old: &[String]) -> io::Result<()> {
        let mut manifest = self.manifest.lock();
        let mut listed = manifest.clone();
        listed.files.retain(|file| !old.contains(&file.name));
        listed.files.extend(new.iter().map(|file| Listed {
            name: file.name.clone(),
            bytes: file.bytes,
            to_ms: file.footer.to_ms,
        }));
        manifest::replace(&self.options.dir, &listed)?;
        *manifest = listed;
        let mut files = self.files.write();
        let kept = files.iter().filter(|file| !old.contains(&file.name));
        let mut all: Vec<_> = kept.cloned().chain(new).collect();
        all.sort_by_key(|file| (file.footer.from_ms, file.number()));
        *files = Arc::new(all);
        drop(files);
        for name in old {
            // A file that stays is unlisted, and deleted at the next start.
            let _ = fs::remove_file(self.options.dir.join(name));
        }
        Ok(())
    }

    /// Names of listed files whose last sample is before this, readable or not.
    pub(super) fn listed_before(&self, ms: i64) -> Vec<String> {
        let manifest = self.manifest.lock();
        let old = manifest.files.iter().filter(|file| file.to_ms < ms);
        old.map(|file| file.name.clone()).collect()
    }

    /// Has a block samples in the range?
    #[must_use]
    pub fn reach(&self, range: TimeRange) -> bool {
        self.files().iter().any(|file| file.overlaps(range))
    }

    /// The samples of the range that blocks have. Damage that is met on the way is a warning.
    #[must_use]
    pub fn select(&self, select: &Select) -> BlockSelection {
        select::select(&self.files(), select)
    }

    /// The labels of the series that match one of the sets (no set: all) and have samples near the
    /// range: a chunk counts as a whole.
    pub fn series(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
        sink: &mut dyn FnMut(Labels) -> bool,
    ) {
        let warnings = Warnings::default();
        for block in self.named(range) {
            let mut found = roaring::RoaringBitmap::new();
            for set in sets {
                found |= block.find(set, &warnings);
            }
            if sets.is_empty() {
                found = block.find(&[], &warnings);
            }
            let mut cursor = Cursor::new(block, found, warnings.clone());
            while let Some(one) = cursor.next() {
                if cursor.reaches(&one, range) && !sink(one.labels) {
                    return;
                }
            }
        }
    }

    pub fn label_names(&self, range: TimeRange) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for block in self.named(range) {
            // What cannot be read has no name to offer.
            let _ = block.add_label_names(&mut names);
        }
        names
    }

    pub fn label_values(&self, name: &str, range: TimeRange) -> BTreeSet<String> {
        let mut values = BTreeSet::new();
        for block in self.named(range) {
            let _ = block.add_label_values(name, &mut values);
        }
        values
    }

    /// The files that name the series of a range: the hours' rollup is the shortest way.
    fn named(&self, range: TimeRange) -> Vec<Arc<BlockFile>> {
        let answer = crate::rollup::Answer {
            resolution: Resolution::OneHour,
            reading: Some(crate::rollup::Reading::Points),
            window_ms: 0,
        };
        select::choose(&self.files(), range, &answer, &Warnings::default()).blocks
    }

    #[must_use]
    pub fn stats(&self) -> BlockStats {
        let mut stats = BlockStats::default();
        let earlier = |one: Option<i64>, ms: i64| Some(one.map_or(ms, |one| one.min(ms)));
        for file in self.files().iter() {
            stats.blocks += 1;
            stats.oldest_ms = earlier(stats.oldest_ms, file.footer.from_ms);
            stats.newest_ms = stats.newest_ms.max(Some(file.footer.to_ms));
            if file.is_raw() {
                stats.raw_bytes += file.bytes;
                stats.raw_samples += file.footer.samples;
                stats.oldest_raw_ms = earlier(stats.oldest_raw_ms, file.footer.from_ms);
            } else {
                stats.rollup_bytes += file.bytes;
            }
        }
        stats
    }
}

/// Deletes what was written so far; what cannot be deleted now is at the next start.
pub(super) fn discard(path: &std::path::Path) {
    let _ = fs::remove_file(path.with_extension(NEW));
    let _ = fs::remove_file(path);
}
