//! Series of the head as they are at one moment. Owns shares of everything that a long walk in
//! another order than the head's needs; costs little, as sealed rows are shared and not copied.

use std::cell::RefCell;
use std::sync::Arc;

use hashbrown::HashMap;
use roaring::RoaringBitmap;

use super::head_series::groups;
use crate::head::{View, ViewTimes, damaged};
use crate::ingest::Hot;
use crate::{SourceError, TimeRange};

/// So many schemas' times are kept decoded at once.
const TIMES_MAX: usize = 4_096;

pub(crate) struct Snapshot {
    views: Vec<View>,
    pub entries: Vec<Entry>,
    times: RefCell<HashMap<u32, Arc<ViewTimes>>>,
}

/// A series, its view, and its place there.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub id: u32,
    view: u32,
    at: u32,
}

/// Times and values of one series.
pub(crate) type SeriesSamples = (Arc<[i64]>, Vec<f64>);

impl Snapshot {
    pub(crate) fn of(hot: &Hot, ids: &RoaringBitmap, range: TimeRange) -> Self {
        let mut snapshot = Self {
            views: Vec::new(),
            entries: Vec::new(),
            times: RefCell::default(),
        };
        let mut waiting = groups(hot, ids);
        while let Some((slot, columns)) = waiting.pop() {
            let Some(schema) = hot.schemas.get(slot) else {
                continue;
            };
            let (view, moved) = schema.view(&columns, range);
            waiting.extend(groups(hot, &moved.into_iter().collect()));
            if !view.is_empty() {
                snapshot.add(view);
            }
        }
        snapshot
    }

    fn add(&mut self, view: View) {
        let number = self.views.len() as u32;
        let entries = view.columns.iter().enumerate();
        self.entries.extend(entries.map(|(at, (id, _))| Entry {
            id: *id,
            view: number,
            at: at as u32,
        }));
        self.views.push(view);
    }

    pub(crate) fn samples(&self, entry: Entry) -> Result<SeriesSamples, SourceError> {
        let view = &self.views[entry.view as usize];
        let times = self.times(entry.view, view)?;
        view.samples(entry.at as usize, &times).map_err(damaged)
    }

    fn times(&self, number: u32, view: &View) -> Result<Arc<ViewTimes>, SourceError> {
        let mut known = self.times.borrow_mut();
        if let Some(times) = known.get(&number) {
            return Ok(Arc::clone(times));
        }
        if known.len() >= TIMES_MAX {
            known.clear();
        }
        let times = Arc::new(view.times().map_err(damaged)?);
        known.insert(number, Arc::clone(&times));
        Ok(times)
    }
}
