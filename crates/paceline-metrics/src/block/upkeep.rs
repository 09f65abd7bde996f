//! What is due in the background: merges, the budget of raw samples, retention. Owns their order and
//! the rule that only whole days go; refuses to delete raw samples that no rollup stands for.

use std::sync::atomic::Ordering;

use super::DAY_MS;
use super::blocks::Blocks;
use super::merge::{Stop, is_rolled_up};
use crate::SourceError;

/// A merge that failed costs as much again: a full disk is not asked every few seconds.
const RETRY_MS: i64 = 10 * 60_000;

impl Blocks {
    /// Drops what is too old, merges the days that are over, and keeps raw samples within their
    /// budget. Takes as long as a day's merge takes; `stop` ends it between two series.
    ///
    /// # Errors
    /// [`SourceError`] of the file that could not be written or read.
    pub fn maintain(&self, now_ms: i64, stop: Stop<'_>) -> Result<(), SourceError> {
        self.drop_expired(now_ms)?;
        self.drop_raw_over_budget()?;
        if now_ms < self.merge_again_ms.load(Ordering::Relaxed) {
            return Ok(());
        }
        while !stop() {
            match self.merge_one(now_ms, stop) {
                Ok(true) => self.drop_raw_over_budget()?,
                Ok(false) => break,
                Err(error) => {
                    let again_ms = now_ms.saturating_add(RETRY_MS);
                    self.merge_again_ms.store(again_ms, Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// A day goes when all of it is older than the retention.
    fn drop_expired(&self, now_ms: i64) -> Result<(), SourceError> {
        let kept_from = now_ms.saturating_sub(self.options.retention_ms);
        let kept_day = kept_from.div_euclid(DAY_MS) * DAY_MS;
        self.drop_files(&self.listed_before(kept_day))
    }

    fn drop_raw_over_budget(&self) -> Result<(), SourceError> {
        let Some(bytes_max) = self.options.raw_bytes_max else {
            return Ok(());
        };
        let files = self.files();
        let raw = files.iter().filter(|file| file.is_raw());
        let mut bytes: u64 = raw.clone().map(|file| file.bytes).sum();
        let mut dropped = Vec::new();
        for file in raw {
            if bytes <= bytes_max || !is_rolled_up(file, &files) {
                break;
            }
            bytes -= file.bytes;
            dropped.push(file.name.clone());
        }
        self.drop_files(&dropped)
    }

    fn drop_files(&self, names: &[String]) -> Result<(), SourceError> {
        if !names.is_empty() {
            self.replace(Vec::new(), names)?;
        }
        Ok(())
    }
}
