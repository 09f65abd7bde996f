//! A schema: series of one target that are pushed together. Owns their rows, newest last, and
//! where each row goes; refuses to know labels.
//!
//! ```text
//!            sealed (16 rows, merged to 128)                window
//! time ->  [segment][segment] ... [segment] | row row row ... row   <- push
//!              ^ late: samples at or before the last sealed row, folded in when they are many
//! ```

use std::sync::Arc;

use super::late::{Late, LateSample, encode_rows};
use super::seal::SEAL_ROWS;
use super::segment::{FULL_ROWS, Segment, SegmentBuilder};
use super::window::{Put, Window, is_absent, put, storable};
use crate::codec::CodecError;

/// Rows that stay open, because the rest of a row may come with the next request.
pub(super) const OPEN_ROWS: usize = 2;
/// More series of one target get a second schema, so that a row stays a small piece of work.
pub(super) const COLUMNS_MAX: usize = 4_096;

/// How much of a schema the log's segment in use already knows.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Declared {
    pub segment: u64,
    pub columns: usize,
}

/// Places of values that were not stored.
#[derive(Default)]
pub(crate) struct Odd {
    /// Stored before.
    pub known: Vec<usize>,
    /// In contradiction to what is stored.
    pub rejected: Vec<usize>,
}

impl Odd {
    pub(crate) fn clear(&mut self) {
        self.known.clear();
        self.rejected.clear();
    }

    pub(crate) fn has(&self, at: usize) -> bool {
        self.known.contains(&at) || self.rejected.contains(&at)
    }

    #[inline]
    fn note(&mut self, at: usize, put: Put) {
        match put {
            Put::Stored => {}
            Put::Known => self.known.push(at),
            Put::Conflict => self.rejected.push(at),
        }
    }
}

/// A schema's samples, shared with it.
pub(crate) struct SchemaParts {
    pub columns: Vec<u32>,
    pub segments: Vec<Arc<Segment>>,
    pub late: Vec<LateSample>,
}

pub(crate) struct State {
    /// Series ids.
    pub columns: Vec<u32>,
    pub(super) window: Window,
    pub(super) sealed: Vec<Arc<Segment>>,
    pub(super) late: Late,
    pub newest_ms: i64,
    /// Rows of the next seal; the first is short, so that schemas do not all seal at once.
    pub(super) seal_rows: usize,
    pub declared: Declared,
    /// Seen without samples by the last upkeep.
    pub(super) blank: bool,
}

impl State {
    pub(super) fn new(slot: u32) -> Self {
        Self {
            columns: Vec::new(),
            window: Window::default(),
            sealed: Vec::new(),
            late: Late::default(),
            newest_ms: i64::MIN,
            seal_rows: SEAL_ROWS - slot as usize % SEAL_ROWS,
            declared: Declared::default(),
            blank: false,
        }
    }

    pub(super) fn sealed_to(&self) -> Option<i64> {
        self.sealed.last().map(|segment| segment.last_ms)
    }

    /// Stores values of one time. `odd` gets the places in `columns` of those that are not new.
    pub(crate) fn put_row(&mut self, at_ms: i64, columns: &[u16], values: &[f64], odd: &mut Odd) {
        self.blank = false;
        self.newest_ms = self.newest_ms.max(at_ms);
        if self.sealed_to().is_some_and(|sealed| at_ms <= sealed) {
            return self.put_late(at_ms, columns, values, odd);
        }
        let rows = SEAL_ROWS + OPEN_ROWS;
        let row = self.window.row_at(at_ms, self.columns.len(), rows);
        let line = self.window.row_mut(row);
        for (at, (column, value)) in columns.iter().zip(values).enumerate() {
            odd.note(at, put(&mut line[usize::from(*column)], storable(*value)));
        }
    }

    fn put_late(&mut self, at_ms: i64, columns: &[u16], values: &[f64], odd: &mut Odd) {
        let sealed = self.sealed_row(at_ms);
        for (at, (column, value)) in columns.iter().zip(values).enumerate() {
            let value = storable(*value);
            let known = sealed
                .as_ref()
                .and_then(|(segment, row)| sealed_value(segment, *row, *column));
            let put = match known {
                Some(known) if known.to_bits() == value.to_bits() => Put::Known,
                Some(_) => Put::Conflict,
                None => self.late.put(LateSample {
                    at_ms,
                    column: *column,
                    value,
                }),
            };
            odd.note(at, put);
        }
    }

    fn sealed_row(&self, at_ms: i64) -> Option<(Arc<Segment>, usize)> {
        let at = self
            .sealed
            .partition_point(|segment| segment.last_ms < at_ms);
        let segment = self.sealed.get(at).filter(|s| s.first_ms <= at_ms)?;
        let mut times = Vec::new();
        segment.times(&mut times).ok()?;
        let row = times.binary_search(&at_ms).ok()?;
        Some((Arc::clone(segment), row))
    }

    /// Is something due to be sealed or folded?
    pub(crate) fn is_full(&self) -> bool {
        self.window.len() >= self.seal_rows + OPEN_ROWS || self.has_many_late()
    }

    fn has_many_late(&self) -> bool {
        self.late.len() > super::late::FOLD_SAMPLES.max(2 * self.columns.len())
    }

    /// Rows, segments and late samples before this time go; it is in a block.
    pub(super) fn drop_before(&mut self, at_ms: i64) {
        self.sealed.retain(|segment| segment.last_ms >= at_ms);
        self.sealed.shrink_to_fit();
        let gone = self.window.times().partition_point(|time| *time < at_ms);
        if gone > 0 {
            self.window.drop_rows(gone);
        }
        self.late.drop_before(at_ms);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sealed.is_empty() && self.window.len() == 0 && self.late.is_empty()
    }

    pub(super) fn oldest_ms(&self) -> Option<i64> {
        let sealed = self.sealed.first().map(|segment| segment.first_ms);
        let window = self.window.times().first().copied();
        [sealed, window, self.late.oldest_ms()]
            .into_iter()
            .flatten()
            .min()
    }

    pub(super) fn bytes(&self) -> usize {
        let sealed: usize = self.sealed.iter().map(|segment| segment.bytes()).sum();
        size_of::<Self>()
            + self.columns.capacity() * size_of::<u32>()
            + self.sealed.capacity() * size_of::<usize>()
            + sealed
            + self.window.bytes()
            + self.late.bytes()
    }

    /// These columns alone, in this order, as the schema in `slot`.
    pub(super) fn project(&self, columns: &[u16], slot: u32, builder: &mut SegmentBuilder) -> Self {
        let sealed = self.sealed.iter().map(|s| s.project(columns, builder));
        Self {
            columns: columns
                .iter()
                .map(|column| self.columns[usize::from(*column)])
                .collect(),
            window: self.window.project(columns),
            // The end of the sealed part must not move back while late samples lie before it.
            sealed: sealed
                .filter(|s| !s.is_blank() || !self.late.is_empty())
                .map(Arc::new)
                .collect(),
            late: self.late.project(columns),
            newest_ms: self.newest_ms,
            ..Self::new(slot)
        }
    }

    /// All that is needed to have it again; the open rows are packed for that.
    pub(crate) fn parts(&self, builder: &mut SegmentBuilder) -> SchemaParts {
        let mut segments = self.sealed.clone();
        let (rows, width) = (self.window.len(), self.columns.len());
        for start in (0..rows).step_by(FULL_ROWS) {
            let end = (start + FULL_ROWS).min(rows);
            segments.push(Arc::new(encode_rows(
                &self.window,
                start..end,
                width,
                builder,
            )));
        }
        SchemaParts {
            columns: self.columns.clone(),
            segments,
            late: self.late.between(i64::MIN, i64::MAX).to_vec(),
        }
    }

    /// Segments come oldest first.
    pub(crate) fn restore_segment(&mut self, segment: Arc<Segment>) {
        self.newest_ms = self.newest_ms.max(segment.last_ms);
        self.sealed.push(segment);
    }

    pub(crate) fn restore_late(&mut self, samples: Vec<LateSample>) {
        let width = self.columns.len();
        for sample in samples {
            if usize::from(sample.column) < width {
                self.late.put(sample);
            }
        }
    }

    /// Puts the late samples where they belong when they have become many.
    pub(super) fn fold_late(&mut self, builder: &mut SegmentBuilder) -> Result<(), CodecError> {
        if self.has_many_late() && !self.sealed.is_empty() {
            let width = self.columns.len();
            self.sealed = self.late.fold_into(&self.sealed, width, builder)?;
        }
        Ok(())
    }
}

fn sealed_value(segment: &Segment, row: usize, column: u16) -> Option<f64> {
    let mut values = Vec::with_capacity(FULL_ROWS);
    segment.column(usize::from(column), &mut values).ok()?;
    values.get(row).copied().filter(|value| !is_absent(*value))
}
