//! Blocks and head as one. Owns the union by labels: a series is handed over once, with the samples
//! of both, each time once.

use std::sync::Arc;

use hashbrown::HashMap;

use super::snapshot::{Entry, SeriesSamples, Snapshot};
use crate::ingest::Hot;
use crate::{BlockIter, Labels, Later, Series, SourceError};

pub(crate) struct Merged {
    blocks: BlockIter,
    later: Later,
    head: Snapshot,
    waiting: HashMap<Labels, Entry>,
    /// What the blocks did not have; filled when they are through.
    rest: Option<std::vec::IntoIter<(Labels, Entry)>>,
}

impl Merged {
    pub(crate) fn new(hot: &Hot, head: Snapshot, blocks: BlockIter, later: Later) -> Self {
        let mut waiting = HashMap::with_capacity(head.entries.len());
        hot.identity.each_name(&head.entries, |tables, entry| {
            waiting.insert(tables.full_labels(entry.id), *entry);
        });
        Self {
            waiting,
            blocks,
            later,
            head,
            rest: None,
        }
    }

    fn of_head(&self, labels: Labels, entry: Entry) -> Result<Series, SourceError> {
        let (timestamps, values) = self.head.samples(entry)?;
        Ok(self.later.apply(Series {
            labels,
            timestamps,
            values,
        }))
    }

    fn with_head(&mut self, blocks: Series) -> Result<Series, SourceError> {
        let Some((labels, entry)) = self.waiting.remove_entry(&blocks.labels) else {
            return Ok(blocks);
        };
        let head = self.of_head(labels, entry)?;
        let (timestamps, values) = joined(
            (blocks.timestamps, blocks.values),
            (head.timestamps, head.values),
        );
        Ok(Series {
            labels: head.labels,
            timestamps,
            values,
        })
    }
}

impl Iterator for Merged {
    type Item = Result<Series, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_none() {
            match self.blocks.next() {
                Some(series) => return Some(series.and_then(|series| self.with_head(series))),
                None => {
                    let waiting = std::mem::take(&mut self.waiting);
                    self.rest = Some(waiting.into_iter().collect::<Vec<_>>().into_iter());
                }
            }
        }
        loop {
            let (labels, entry) = self.rest.as_mut()?.next()?;
            match self.of_head(labels, entry) {
                Ok(series) if series.timestamps.is_empty() => {}
                series => return Some(series),
            }
        }
    }
}

/// Both are sorted. Of a time in both the head's value stands: it is the same one.
fn joined(blocks: SeriesSamples, head: SeriesSamples) -> SeriesSamples {
    if head.0.is_empty() {
        return blocks;
    }
    let first = head.0[0];
    let before = blocks.0.partition_point(|time| *time < first);
    let mut times = Vec::with_capacity(blocks.0.len() + head.0.len());
    let mut values = Vec::with_capacity(times.capacity());
    times.extend_from_slice(&blocks.0[..before]);
    values.extend_from_slice(&blocks.1[..before]);
    let mut left = blocks.0[before..]
        .iter()
        .copied()
        .zip(blocks.1[before..].iter().copied());
    let mut waiting = left.next();
    for (time, value) in head.0.iter().copied().zip(head.1) {
        while let Some((earlier, old)) = waiting.filter(|(earlier, _)| *earlier <= time) {
            if earlier < time {
                times.push(earlier);
                values.push(old);
            }
            waiting = left.next();
        }
        times.push(time);
        values.push(value);
    }
    for (time, value) in waiting.into_iter().chain(left) {
        times.push(time);
        values.push(value);
    }
    (Arc::from(times), values)
}
