//! The head after a restart. Owns the way from the log's bodies to stored rows; refuses nothing
//! that was stored: limits are for what is new.

use hashbrown::HashMap;

use super::hot::Hot;
use super::runs::{Checks, Runs};
use super::store::store;
use crate::head::SegmentBuilder;
use crate::log::{Body, Recovery, RunBody, SchemaBody};
use crate::{Labels, RefSample, SeriesRef};

/// Rows are stored in pieces of about this many samples.
const PIECE_SAMPLES: usize = 1 << 16;

pub(crate) struct Restore<'h> {
    hot: &'h Hot,
    builder: SegmentBuilder,
    keys: HashMap<u32, Labels>,
    schemas: HashMap<u32, Vec<Option<SeriesRef>>>,
    waiting: Vec<RefSample>,
    full: Vec<u32>,
}

impl<'h> Restore<'h> {
    pub(crate) fn new(hot: &'h Hot) -> Self {
        Self {
            hot,
            builder: SegmentBuilder::default(),
            keys: HashMap::new(),
            schemas: HashMap::new(),
            waiting: Vec::new(),
            full: Vec::new(),
        }
    }

    /// Answers the time of the newest sample in the body. `None`: a new segment.
    pub(crate) fn body(&mut self, body: Option<Body>, recovery: &mut Recovery) -> i64 {
        match body {
            None => {
                self.keys.clear();
                self.schemas.clear();
            }
            Some(Body::Keys(keys)) => self.keys.extend(keys),
            Some(Body::Schema(schema)) => self.schema(&schema),
            Some(Body::Rows(runs)) => return self.rows(runs, recovery),
            Some(Body::Closed) => {}
        }
        i64::MIN
    }

    fn schema(&mut self, schema: &SchemaBody) {
        let hot = self.hot;
        let series = schema.keys.iter().map(|key| {
            let key = self.keys.get(key)?;
            hot.identity.restore(&schema.target, key, &hot.schemas)
        });
        let series: Vec<_> = series.collect();
        let known = self.schemas.entry(schema.slot).or_default();
        known.truncate(schema.first);
        // After damage the columns in between are not known.
        known.resize(schema.first, None);
        known.extend(series);
    }

    fn rows(&mut self, runs: Vec<RunBody>, recovery: &mut Recovery) -> i64 {
        let mut newest_ms = i64::MIN;
        for run in runs {
            newest_ms = newest_ms.max(run.at_ms);
            let before = self.waiting.len();
            if let Some(series) = self.schemas.get(&run.slot) {
                let cells = run.columns.iter().zip(&run.values);
                self.waiting.extend(cells.filter_map(|(column, value)| {
                    Some(RefSample {
                        series: (*series.get(usize::from(*column))?)?,
                        at_ms: run.at_ms,
                        value: *value,
                    })
                }));
            }
            let stored = self.waiting.len() - before;
            recovery.rows += 1;
            recovery.samples += stored as u64;
            recovery.unknown += (run.values.len() - stored) as u64;
        }
        if self.waiting.len() >= PIECE_SAMPLES {
            self.flush();
        }
        newest_ms
    }

    /// Stores what is waiting.
    pub(crate) fn flush(&mut self) {
        let mut refused = Vec::new();
        let checks = Checks::replaying(self.hot);
        let runs = Runs::of(&self.waiting, self.hot, &checks, &mut refused);
        store(&runs, self.hot, &mut refused, &mut self.full);
        self.waiting.clear();
        self.full.sort_unstable();
        self.full.dedup();
        for slot in self.full.drain(..) {
            let identity = &self.hot.identity;
            if let Err(error) = self.hot.schemas.seal_due(slot, identity, &mut self.builder) {
                tracing::error!(%error, slot, "a schema cannot be sealed");
            }
        }
    }

    pub(crate) fn finish(mut self) -> SegmentBuilder {
        self.flush();
        self.builder
    }
}
