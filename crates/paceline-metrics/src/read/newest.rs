//! The newest sample of each series of the head. Owns the short way to it, which decodes nothing:
//! whoever pushes regularly has it in the open rows. The others are read as [`HeadSeries`] reads.

use std::collections::VecDeque;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::head_series::{Group, HeadSeries, groups};
use crate::ingest::Hot;
use crate::{Series, SourceError, TimeRange};

pub(crate) struct Newest<'s> {
    hot: &'s Hot,
    range: TimeRange,
    groups: VecDeque<Group>,
    /// Of one schema.
    found: std::vec::IntoIter<Series>,
    rest: HeadSeries<'s>,
}

impl<'s> Newest<'s> {
    pub(crate) fn new(hot: &'s Hot, ids: &RoaringBitmap, range: TimeRange) -> Self {
        Self {
            hot,
            range,
            groups: groups(hot, ids).into(),
            found: Vec::new().into_iter(),
            rest: HeadSeries::new(hot, &RoaringBitmap::new(), range),
        }
    }

    fn look(&mut self, (slot, columns): Group) {
        let Some(schema) = self.hot.schemas.get(slot) else {
            return;
        };
        let mut found = Vec::with_capacity(columns.len());
        let older = schema.newest(&columns, self.range, |id, at_ms, value| {
            found.push((id, at_ms, value));
        });
        if !older.is_empty() {
            self.rest.groups.push_back((slot, older));
        }
        let mut times: Arc<[i64]> = Arc::default();
        let tables = self.hot.identity.tables();
        let series = found.into_iter().map(|(id, at_ms, value)| {
            if times.first() != Some(&at_ms) {
                times = Arc::from([at_ms]);
            }
            Series {
                labels: tables.full_labels(id),
                timestamps: Arc::clone(&times),
                values: vec![value],
            }
        });
        self.found = series.collect::<Vec<_>>().into_iter();
    }
}

impl Iterator for Newest<'_> {
    type Item = Result<Series, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(series) = self.found.next() {
                return Some(Ok(series));
            }
            match self.groups.pop_front() {
                Some(group) => self.look(group),
                None => return self.rest.next(),
            }
        }
    }
}
