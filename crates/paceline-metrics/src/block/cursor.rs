//! Walking over the found series of one block. Owns reading ahead and the checks of each chunk; what
//! is damaged is told and passed over, never handed on.

use std::sync::Arc;

use roaring::RoaringBitmap;
use roaring::bitmap::IntoIter;

use super::columns::{decode_column, decode_time_column, implied_by};
use super::file::{BlockFile, Texts};
use super::format::{ReadError, read_at, u32_at};
use super::frames::{
    CHUNK_CRC_BYTES, Extent, SERIES_A_FRAME, SeriesFrame, TIMES_A_FRAME, TimeChunk, TimeFrame,
};
use super::near::Near;
use crate::rollup::{Buckets, Column};
use crate::{Labels, TimeRange, Warnings};

/// Series that lie together are read together, but a lone one is not paid for with this.
const AHEAD_BYTES: u64 = 64 * 1024;

pub(super) struct Cursor {
    pub(super) block: Arc<BlockFile>,
    series: IntoIter,
    frame: Option<(u32, Arc<SeriesFrame>)>,
    texts: Near<Texts>,
    times: Near<TimeFrame>,
    windows: Vec<Window>,
    warnings: Warnings,
}

/// The series at which a cursor stands.
pub(super) struct Found {
    pub labels: Labels,
    frame: Arc<SeriesFrame>,
    at: usize,
}

/// The values of one raw chunk, and the number of its times.
pub(super) struct RawChunk {
    pub time: u32,
    pub chunk: TimeChunk,
    pub values: Vec<f64>,
}

#[derive(Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
}

impl Cursor {
    pub(super) fn new(block: Arc<BlockFile>, series: RoaringBitmap, warnings: Warnings) -> Self {
        Self {
            block,
            series: series.into_iter(),
            frame: None,
            texts: Near::default(),
            times: Near::default(),
            windows: Vec::new(),
            warnings,
        }
    }

    pub(super) fn next(&mut self) -> Option<Found> {
        loop {
            let series = self.series.next()?;
            match self.find(series) {
                Ok(found) => return Some(found),
                Err(error) => self.block.warn(&error, &self.warnings),
            }
        }
    }

    fn find(&mut self, series: u32) -> Result<Found, ReadError> {
        let number = series / SERIES_A_FRAME as u32;
        let frame = match &self.frame {
            Some((kept, frame)) if *kept == number => Arc::clone(frame),
            _ => {
                let frame = self.block.series_frame(series)?;
                self.frame = Some((number, Arc::clone(&frame)));
                frame
            }
        };
        let at = series as usize % SERIES_A_FRAME;
        Ok(Found {
            labels: self.block.labels(&frame, at, &mut self.texts)?,
            frame,
            at,
        })
    }

    /// Does any chunk reach into the range?
    pub(super) fn reaches(&mut self, found: &Found, range: TimeRange) -> bool {
        found
            .frame
            .chunks(found.at)
            .any(|(time, _)| match self.time_chunk(time) {
                Ok(chunk) => chunk.overlaps(range),
                Err(error) => {
                    self.block.warn(&error, &self.warnings);
                    false
                }
            })
    }

    fn time_chunk(&mut self, time: u32) -> Result<TimeChunk, ReadError> {
        let number = time as usize / TIMES_A_FRAME;
        let frame = self.times.get(number, || self.block.time_frame(number))?;
        let chunk = frame.chunks.get(time as usize % TIMES_A_FRAME).cloned();
        chunk.ok_or_else(|| ReadError::damaged(0, format!("times {time} are missing")))
    }

    pub(super) fn raw(&mut self, found: &Found, range: TimeRange) -> Vec<RawChunk> {
        let mut chunks = Vec::new();
        for (time, extents) in found.frame.chunks(found.at) {
            match self.raw_chunk(time, extents, range) {
                Ok(chunk) => chunks.extend(chunk),
                Err(error) => self.block.warn(&error, &self.warnings),
            }
        }
        chunks
    }

    fn raw_chunk(
        &mut self,
        time: u32,
        extents: &[Extent],
        range: TimeRange,
    ) -> Result<Option<RawChunk>, ReadError> {
        let chunk = self.time_chunk(time)?;
        if !chunk.overlaps(range) {
            return Ok(None);
        }
        let mut values = Vec::new();
        self.column(None, extents, &chunk, &mut values)?;
        Ok(Some(RawChunk {
            time,
            chunk,
            values,
        }))
    }

    /// The buckets whose samples reach into the range, with these columns.
    pub(super) fn buckets(
        &mut self,
        found: &Found,
        range: TimeRange,
        columns: &[Column],
    ) -> Buckets {
        let mut all = Buckets::new(self.block.kind().step_ms());
        for (time, extents) in found.frame.chunks(found.at) {
            match self.bucket_chunk(time, extents, range, columns) {
                Ok(chunk) => all.append(chunk),
                Err(error) => self.block.warn(&error, &self.warnings),
            }
        }
        all
    }

    fn bucket_chunk(
        &mut self,
        time: u32,
        extents: &[Extent],
        range: TimeRange,
        columns: &[Column],
    ) -> Result<Buckets, ReadError> {
        let mut buckets = Buckets::new(self.block.kind().step_ms());
        let chunk = self.time_chunk(time)?;
        if !chunk.overlaps(range) {
            return Ok(buckets);
        }
        let damaged = |problem| ReadError::damaged(0, format!("times {time}: {problem}"));
        decode_time_column(&chunk, 0, &mut buckets.first_ms).map_err(damaged)?;
        decode_time_column(&chunk, 1, &mut buckets.last_ms).map_err(damaged)?;
        for &column in columns {
            let values = &mut buckets.columns[column as usize];
            self.column(Some(column), extents, &chunk, values)?;
        }
        Ok(buckets)
    }

    fn column(
        &mut self,
        column: Option<Column>,
        extents: &[Extent],
        chunk: &TimeChunk,
        out: &mut Vec<f64>,
    ) -> Result<(), ReadError> {
        let own = column.map_or(0, |column| column as usize);
        let stored = match column.and_then(implied_by) {
            Some(other) if extents[own].len == 0 => other as usize,
            _ => own,
        };
        let extent = extents[stored];
        if self.windows.len() < extents.len() {
            self.windows.resize_with(extents.len(), Window::default);
        }
        let bytes = self.windows[stored].chunk(&self.block, extent)?;
        decode_column(bytes, column, chunk.samples as usize, out)
            .map_err(|problem| ReadError::damaged(extent.offset, problem))
    }
}

impl Window {
    /// A chunk's bytes, once their checksum holds.
    fn chunk(&mut self, block: &BlockFile, extent: Extent) -> Result<&[u8], ReadError> {
        if extent.len == 0 {
            return Ok(&[]);
        }
        let len = u64::from(extent.len) + CHUNK_CRC_BYTES;
        let end = extent.offset.saturating_add(len);
        let held = self.start + self.bytes.len() as u64;
        if extent.offset < self.start || end > held {
            if end > block.bytes {
                return Err(ReadError::damaged(extent.offset, "the file ends too early"));
            }
            let forward = extent.offset >= self.start && extent.offset <= held + AHEAD_BYTES;
            let read = if forward { len.max(AHEAD_BYTES) } else { len };
            let read = read.min(block.bytes - extent.offset);
            self.bytes = read_at(block.file(), extent.offset, read as usize)?;
            self.start = extent.offset;
        }
        let from = (extent.offset - self.start) as usize;
        let bytes = &self.bytes[from..from + extent.len as usize];
        let crc = u32_at(&self.bytes, from + extent.len as usize);
        if crc32c::crc32c(bytes) == crc {
            Ok(bytes)
        } else {
            Err(ReadError::damaged(extent.offset, "the checksum is wrong"))
        }
    }
}
