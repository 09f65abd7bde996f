//! Samples that came after their place was sealed. Owns a small sorted list a schema and its
//! folding into the sealed segments; refuses to grow without end: whoever puts folds.

use std::sync::Arc;

use super::segment::{FULL_ROWS, Segment, SegmentBuilder};
use super::window::{Put, Window, is_absent};
use crate::codec::CodecError;

/// A schema with more late samples than this (and more than two a column) folds them in.
pub(super) const FOLD_SAMPLES: usize = 256;

#[derive(Clone, Copy, Debug)]
pub(crate) struct LateSample {
    pub at_ms: i64,
    pub column: u16,
    pub value: f64,
}

impl LateSample {
    fn place(&self) -> (i64, u16) {
        (self.at_ms, self.column)
    }
}

/// Sorted by time, then column; each pair once.
#[derive(Default)]
pub(super) struct Late {
    samples: Vec<LateSample>,
}

impl Late {
    pub(super) fn put(&mut self, sample: LateSample) -> Put {
        let place = sample.place();
        match self.samples.binary_search_by_key(&place, LateSample::place) {
            Err(at) => {
                self.samples.insert(at, sample);
                Put::Stored
            }
            Ok(at) if self.samples[at].value.to_bits() == sample.value.to_bits() => Put::Known,
            Ok(_) => Put::Conflict,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.samples.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    pub(super) fn oldest_ms(&self) -> Option<i64> {
        self.samples.first().map(|sample| sample.at_ms)
    }

    pub(super) fn bytes(&self) -> usize {
        self.samples.capacity() * size_of::<LateSample>()
    }

    pub(super) fn between(&self, from_ms: i64, to_ms: i64) -> &[LateSample] {
        let start = self.samples.partition_point(|s| s.at_ms < from_ms);
        let end = self.samples.partition_point(|s| s.at_ms <= to_ms);
        &self.samples[start..end.max(start)]
    }

    pub(super) fn drop_before(&mut self, at_ms: i64) {
        self.samples.retain(|sample| sample.at_ms >= at_ms);
        if self.samples.is_empty() {
            self.samples = Vec::new();
        }
    }

    /// The samples of these columns, renumbered.
    pub(super) fn project(&self, columns: &[u16]) -> Self {
        let renumbered = |sample: &LateSample| {
            let column = columns.iter().position(|column| *column == sample.column)?;
            Some(LateSample {
                column: column as u16,
                ..*sample
            })
        };
        let mut samples: Vec<_> = self.samples.iter().filter_map(renumbered).collect();
        samples.sort_by_key(LateSample::place);
        Self { samples }
    }

    /// The segments with the late samples among their rows; empties the list.
    pub(super) fn fold_into(
        &mut self,
        segments: &[Arc<Segment>],
        width: usize,
        builder: &mut SegmentBuilder,
    ) -> Result<Vec<Arc<Segment>>, CodecError> {
        let mut folded = Vec::with_capacity(segments.len() + 1);
        let mut rest = self.samples.as_slice();
        for (at, segment) in segments.iter().enumerate() {
            let last = at + 1 == segments.len();
            let here = if last {
                rest.len()
            } else {
                rest.partition_point(|sample| sample.at_ms <= segment.last_ms)
            };
            let (late, later) = rest.split_at(here);
            rest = later;
            if late.is_empty() {
                folded.push(Arc::clone(segment));
            } else {
                fold_one(segment, late, width, builder, &mut folded)?;
            }
        }
        self.samples = Vec::new();
        Ok(folded)
    }
}

fn fold_one(
    segment: &Segment,
    late: &[LateSample],
    width: usize,
    builder: &mut SegmentBuilder,
    folded: &mut Vec<Arc<Segment>>,
) -> Result<(), CodecError> {
    let mut window = unpacked(segment, width)?;
    for sample in late {
        let row = window.row_at(sample.at_ms, width, FULL_ROWS);
        let cell = &mut window.row_mut(row)[usize::from(sample.column)];
        if is_absent(*cell) {
            *cell = sample.value;
        }
    }
    let pieces = window.len().div_ceil(FULL_ROWS).max(1);
    let rows = window.len().div_ceil(pieces);
    for start in (0..window.len()).step_by(rows.max(1)) {
        let end = (start + rows).min(window.len());
        folded.push(Arc::new(encode_rows(&window, start..end, width, builder)));
    }
    Ok(())
}

fn unpacked(segment: &Segment, width: usize) -> Result<Window, CodecError> {
    let mut times = Vec::with_capacity(segment.rows());
    segment.times(&mut times)?;
    let mut window = Window::default();
    for time in &times {
        window.row_at(*time, width, segment.rows());
    }
    let mut values = Vec::with_capacity(times.len());
    for column in 0..width {
        values.clear();
        segment.column(column, &mut values)?;
        for (row, value) in values.iter().enumerate() {
            window.row_mut(row)[column] = *value;
        }
    }
    Ok(window)
}

/// Seals these rows of a window.
pub(super) fn encode_rows(
    window: &Window,
    rows: std::ops::Range<usize>,
    width: usize,
    builder: &mut SegmentBuilder,
) -> Segment {
    let times = &window.times()[rows.clone()];
    builder.start(times);
    let mut values = Vec::with_capacity(rows.len());
    for column in 0..width {
        values.clear();
        values.extend(rows.clone().map(|row| window.value(row, column)));
        builder.column(&values);
    }
    builder.finish(times)
}
