//! Series of the head, schema after schema. Owns the walk from ids to samples; decodes outside of
//! every lock, and finds series again that moved meanwhile.

use std::collections::VecDeque;

use roaring::RoaringBitmap;

use crate::head::{View, ViewTimes, damaged};
use crate::ingest::Hot;
use crate::{Labels, Series, SourceError, TimeRange};

/// Columns of one schema: series ids with where they were when looked up.
pub(super) type Group = (u32, Vec<(u32, u16)>);

pub(crate) struct HeadSeries<'s> {
    hot: &'s Hot,
    range: TimeRange,
    /// What was dropped when the question came; more means that samples went missing under it.
    dropped_ms: i64,
    pub(super) groups: VecDeque<Group>,
    current: Option<Current>,
}

struct Current {
    view: View,
    times: ViewTimes,
    labels: Vec<Labels>,
    next: usize,
}

impl<'s> HeadSeries<'s> {
    pub(crate) fn new(hot: &'s Hot, ids: &RoaringBitmap, range: TimeRange) -> Self {
        let dropped_ms = hot.dropped_ms();
        Self {
            hot,
            range: TimeRange {
                from_ms: range.from_ms.max(dropped_ms),
                to_ms: range.to_ms,
            },
            dropped_ms,
            groups: groups(hot, ids).into(),
            current: None,
        }
    }

    fn open_next(&mut self) -> Result<bool, SourceError> {
        let Some((slot, columns)) = self.groups.pop_front() else {
            return Ok(false);
        };
        self.current = None;
        if self.range.from_ms <= self.range.to_ms
            && let Some(view) = self.view(slot, &columns)
            && !view.is_empty()
        {
            let tables = self.hot.identity.tables();
            let labels = view.columns.iter().map(|(id, _)| tables.full_labels(*id));
            let labels = labels.collect();
            drop(tables);
            self.current = Some(Current {
                times: view.times().map_err(damaged)?,
                view,
                labels,
                next: 0,
            });
        }
        if self.hot.dropped_ms() > self.dropped_ms && self.range.from_ms < self.hot.dropped_ms() {
            return Err(SourceError::Damaged {
                place: "the head".to_owned(),
                problem: "the samples moved to a block while they were read: ask again".to_owned(),
            });
        }
        Ok(true)
    }

    fn view(&mut self, slot: u32, columns: &[(u32, u16)]) -> Option<View> {
        let schema = self.hot.schemas.get(slot)?;
        let (view, moved) = schema.view(columns, self.range);
        if !moved.is_empty() {
            let moved = moved.into_iter().collect();
            self.groups.extend(groups(self.hot, &moved));
        }
        Some(view)
    }
}

impl Iterator for HeadSeries<'_> {
    type Item = Result<Series, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(current) = &mut self.current
                && current.next < current.labels.len()
            {
                let at = current.next;
                current.next += 1;
                match current.view.samples(at, &current.times) {
                    Ok((times, _)) if times.is_empty() => continue,
                    Ok((timestamps, values)) => {
                        return Some(Ok(Series {
                            labels: std::mem::take(&mut current.labels[at]),
                            timestamps,
                            values,
                        }));
                    }
                    Err(error) => return Some(Err(damaged(error))),
                }
            }
            match self.open_next() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// The ids by schema.
pub(super) fn groups(hot: &Hot, ids: &RoaringBitmap) -> Vec<Group> {
    let places = hot.identity.places();
    let mut all: Vec<(u32, u16, u32)> = ids
        .iter()
        .filter_map(|id| places.of_id(id).map(|place| (place.slot, place.column, id)))
        .collect();
    drop(places);
    all.sort_unstable();
    all.chunk_by(|one, next| one.0 == next.0)
        .map(|group| {
            let columns = group.iter().map(|(_, column, id)| (*id, *column));
            (group[0].0, columns.collect())
        })
        .collect()
}

/// Those of these series that have a sample in the range. A schema that lies in it as a whole is
/// not decoded.
pub(crate) fn present(
    hot: &Hot,
    ids: &RoaringBitmap,
    range: TimeRange,
) -> Result<RoaringBitmap, SourceError> {
    let mut found = RoaringBitmap::new();
    let range = TimeRange {
        from_ms: range.from_ms.max(hot.dropped_ms()),
        to_ms: range.to_ms,
    };
    let mut waiting: VecDeque<Group> = groups(hot, ids).into();
    while let Some((slot, columns)) = waiting.pop_front() {
        let Some(schema) = hot.schemas.get(slot) else {
            continue;
        };
        if schema.is_within(range) {
            found.extend(columns.iter().map(|(id, _)| *id));
            continue;
        }
        let (view, moved) = schema.view(&columns, range);
        waiting.extend(groups(hot, &moved.into_iter().collect()));
        if view.is_empty() {
            continue;
        }
        let times = view.times().map_err(damaged)?;
        for (at, (id, _)) in view.columns.iter().enumerate() {
            if !view.samples(at, &times).map_err(damaged)?.0.is_empty() {
                found.insert(*id);
            }
        }
    }
    Ok(found)
}
