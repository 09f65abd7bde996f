//! Sealed rows of one schema in one allocation. Owns the layout below; refuses to change: what has
//! to change is written anew.
//!
//! ```text
//! +----------------------+---------------+--------------+----------+-----+
//! | lengths u16 x (n + 1)| times         | column 0     | column 1 | ... |
//! +----------------------+---------------+--------------+----------+-----+
//! column: nothing when no row has a value; else
//!         0                    values of all rows, or
//!         1, bitmap of rows,   values of the rows whose bit is set
//! ```

use super::window::{absent, is_absent};
use crate::codec::bytes::{put_signed, put_unsigned, take_bytes, take_signed, take_unsigned};
use crate::codec::{CodecError, decode_times, decode_values, encode_times, encode_values};

/// Rows of a segment that is not merged any further.
pub(super) const FULL_ROWS: usize = 128;

const ALL_ROWS: u8 = 0;
const SOME_ROWS: u8 = 1;

pub(crate) struct Segment {
    pub first_ms: i64,
    pub last_ms: i64,
    rows: u16,
    columns: u16,
    bytes: Box<[u8]>,
}

/// Builds a segment column by column, reusing its buffers.
#[derive(Default)]
pub(crate) struct SegmentBuilder {
    lengths: Vec<u16>,
    body: Vec<u8>,
    dense: Vec<f64>,
}

impl SegmentBuilder {
    /// `times` are sorted and not empty.
    pub(super) fn start(&mut self, times: &[i64]) {
        self.lengths.clear();
        self.body.clear();
        encode_times(times, &mut self.body);
        self.lengths.push(self.body.len() as u16);
    }

    /// One value a row, absent ones marked as such.
    pub(super) fn column(&mut self, values: &[f64]) {
        let start = self.body.len();
        self.dense.clear();
        self.dense
            .extend(values.iter().copied().filter(|value| !is_absent(*value)));
        if self.dense.len() == values.len() {
            self.body.push(ALL_ROWS);
            encode_values(values, &mut self.body);
        } else if !self.dense.is_empty() {
            self.body.push(SOME_ROWS);
            for values in values.chunks(8) {
                let bit = |(at, value): (usize, &f64)| u8::from(!is_absent(*value)) << at;
                self.body.push(values.iter().enumerate().map(bit).sum());
            }
            encode_values(&self.dense, &mut self.body);
        }
        self.lengths.push((self.body.len() - start) as u16);
    }

    fn column_encoded(&mut self, encoded: &[u8]) {
        self.body.extend_from_slice(encoded);
        self.lengths.push(encoded.len() as u16);
    }

    pub(super) fn finish(&mut self, times: &[i64]) -> Segment {
        let mut bytes = Vec::with_capacity(self.lengths.len() * 2 + self.body.len());
        for length in &self.lengths {
            bytes.extend_from_slice(&length.to_le_bytes());
        }
        bytes.extend_from_slice(&self.body);
        Segment {
            first_ms: times.first().copied().unwrap_or(0),
            last_ms: times.last().copied().unwrap_or(0),
            rows: times.len() as u16,
            columns: (self.lengths.len() - 1) as u16,
            bytes: bytes.into_boxed_slice(),
        }
    }
}

impl Segment {
    /// For a file.
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        put_signed(self.first_ms, out);
        put_signed(self.last_ms, out);
        put_unsigned(self.rows.into(), out);
        put_unsigned(self.columns.into(), out);
        out.extend_from_slice(&self.bytes);
    }

    /// From a file; what is left of the bytes is the segment's.
    pub(crate) fn take(bytes: &mut &[u8]) -> Result<Self, CodecError> {
        let (first_ms, last_ms) = (take_signed(bytes)?, take_signed(bytes)?);
        let small = |bytes: &mut &[u8]| {
            u16::try_from(take_unsigned(bytes)?).map_err(|_| CodecError::Contradiction)
        };
        let segment = Self {
            first_ms,
            last_ms,
            rows: small(bytes)?,
            columns: small(bytes)?,
            bytes: take_bytes(bytes, bytes.len())?.into(),
        };
        let parts = usize::from(segment.columns) + 1;
        let lengths = segment
            .bytes
            .get(..parts * 2)
            .ok_or(CodecError::Truncated)?;
        let length = |two: &[u8]| usize::from(u16::from_le_bytes([two[0], two[1]]));
        let body: usize = lengths.chunks_exact(2).map(length).sum();
        if parts * 2 + body == segment.bytes.len() {
            Ok(segment)
        } else {
            Err(CodecError::Contradiction)
        }
    }

    pub(super) fn rows(&self) -> usize {
        usize::from(self.rows)
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes.len() + size_of::<Self>() + 2 * size_of::<usize>()
    }

    pub(crate) fn overlaps(&self, from_ms: i64, to_ms: i64) -> bool {
        self.first_ms <= to_ms && from_ms <= self.last_ms
    }

    pub(crate) fn times(&self, out: &mut Vec<i64>) -> Result<(), CodecError> {
        decode_times(self.part(0), self.rows(), out)
    }

    /// Appends one value a row; where a row has none, the marker for it.
    pub(crate) fn column(&self, column: usize, out: &mut Vec<f64>) -> Result<(), CodecError> {
        let encoded = if column < usize::from(self.columns) {
            self.part(column + 1)
        } else {
            &[]
        };
        match encoded.split_first() {
            None => out.resize(out.len() + self.rows(), absent()),
            Some((&ALL_ROWS, values)) => decode_values(values, self.rows(), out)?,
            Some((_, rest)) => self.sparse_column(rest, out)?,
        }
        Ok(())
    }

    fn sparse_column(&self, rest: &[u8], out: &mut Vec<f64>) -> Result<(), CodecError> {
        let (bitmap, values) = rest
            .split_at_checked(self.rows().div_ceil(8))
            .ok_or(CodecError::Truncated)?;
        let count: u32 = bitmap.iter().map(|byte| byte.count_ones()).sum();
        let mut dense = Vec::with_capacity(count as usize);
        decode_values(values, count as usize, &mut dense)?;
        let mut dense = dense.into_iter();
        out.extend((0..self.rows()).map(|row| {
            if bitmap[row / 8] & (1 << (row % 8)) == 0 {
                absent()
            } else {
                dense.next().unwrap_or(absent())
            }
        }));
        Ok(())
    }

    /// Part 0 is the times, part `n + 1` is column `n`.
    fn part(&self, part: usize) -> &[u8] {
        let lengths = (usize::from(self.columns) + 1) * 2;
        let length = |at: usize| {
            usize::from(u16::from_le_bytes([
                self.bytes[at * 2],
                self.bytes[at * 2 + 1],
            ]))
        };
        let start = lengths + (0..part).map(length).sum::<usize>();
        &self.bytes[start..start + length(part)]
    }

    /// These columns alone, without decoding any.
    pub(super) fn project(&self, columns: &[u16], builder: &mut SegmentBuilder) -> Self {
        builder.lengths.clear();
        builder.body.clear();
        builder.column_encoded(self.part(0));
        for column in columns {
            let encoded = if *column < self.columns {
                self.part(usize::from(*column) + 1)
            } else {
                &[]
            };
            builder.column_encoded(encoded);
        }
        let projected = builder.finish(&[self.first_ms, self.last_ms]);
        Self {
            rows: self.rows,
            ..projected
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        (1..=usize::from(self.columns)).all(|part| self.part(part).is_empty())
    }
}

/// One segment of several that follow each other.
pub(super) fn merge(
    parts: &[std::sync::Arc<Segment>],
    builder: &mut SegmentBuilder,
) -> Result<Segment, CodecError> {
    let mut times = Vec::with_capacity(FULL_ROWS);
    for part in parts {
        part.times(&mut times)?;
    }
    let columns = parts.iter().map(|part| part.columns).max().unwrap_or(0);
    builder.start(&times);
    let mut values = Vec::with_capacity(times.len());
    for column in 0..usize::from(columns) {
        values.clear();
        for part in parts {
            part.column(column, &mut values)?;
        }
        builder.column(&values);
    }
    Ok(builder.finish(&times))
}
