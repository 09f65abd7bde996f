//! Series frames and time frames as they are in memory, and their bytes. Owns the reading and writing
//! of both; refuses numbers that contradict each other.

use std::sync::Arc;

use crate::TimeRange;
use crate::codec::CodecError;
use crate::codec::bytes::{
    put_signed, put_unsigned, take_bytes, take_len, take_signed, take_unsigned,
};

pub(super) const SERIES_A_FRAME: usize = 128;
pub(super) const TIMES_A_FRAME: usize = 128;
pub(super) const SYMBOLS_A_FRAME: usize = 256;
/// The checksum behind each value chunk.
pub(super) const CHUNK_CRC_BYTES: u64 = 4;
pub(super) const RAW_COLUMNS: usize = 1;

/// Where one column of one chunk is; a length of 0 means that the column is implied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub offset: u64,
    pub len: u32,
}

/// One series as the writer collects it.
#[derive(Default)]
pub(super) struct SeriesEntry {
    pub labels: Vec<(u32, u32)>,
    /// For each chunk the number of its times, and the length of each column.
    pub chunks: Vec<(u32, Vec<u32>)>,
}

#[derive(Debug, Default)]
pub(super) struct SeriesFrame {
    columns: usize,
    /// For each series: one past its last label and its last chunk.
    ends: Vec<(u32, u32)>,
    labels: Vec<(u32, u32)>,
    times: Vec<u32>,
    /// `columns` for each chunk.
    extents: Vec<Extent>,
}

pub(super) fn encode_series(bases: &[u64], series: &[SeriesEntry]) -> Vec<u8> {
    let mut out = Vec::with_capacity(series.len() * 32);
    bases.iter().for_each(|base| put_unsigned(*base, &mut out));
    put_unsigned(series.len() as u64, &mut out);
    let mut time_before = 0;
    for entry in series {
        put_unsigned(entry.labels.len() as u64, &mut out);
        for (name, value) in &entry.labels {
            put_unsigned(u64::from(*name), &mut out);
            put_unsigned(u64::from(*value), &mut out);
        }
        put_unsigned(entry.chunks.len() as u64, &mut out);
        for (time, lengths) in &entry.chunks {
            put_signed(i64::from(*time) - time_before, &mut out);
            time_before = i64::from(*time);
            lengths
                .iter()
                .for_each(|length| put_unsigned(u64::from(*length), &mut out));
        }
    }
    out
}

impl SeriesFrame {
    pub(super) fn decode(mut bytes: &[u8], columns: usize) -> Result<Self, CodecError> {
        let bytes = &mut bytes;
        let mut next = (0..columns)
            .map(|_| take_unsigned(bytes))
            .collect::<Result<Vec<_>, _>>()?;
        let mut frame = Self {
            columns,
            ..Self::default()
        };
        let series = take_len(bytes)?;
        if series > SERIES_A_FRAME {
            return Err(CodecError::Contradiction);
        }
        let mut time = 0;
        for _ in 0..series {
            for _ in 0..take_len(bytes)? {
                let pair = (take_len(bytes)? as u32, take_len(bytes)? as u32);
                frame.labels.push(pair);
            }
            for _ in 0..take_len(bytes)? {
                time += take_signed(bytes)?;
                let number = u32::try_from(time).map_err(|_| CodecError::Contradiction)?;
                frame.times.push(number);
                frame.take_extents(bytes, &mut next)?;
            }
            let ends = (frame.labels.len() as u32, frame.times.len() as u32);
            frame.ends.push(ends);
        }
        Ok(frame)
    }

    fn take_extents(&mut self, bytes: &mut &[u8], next: &mut [u64]) -> Result<(), CodecError> {
        for next in next {
            let len = take_len(bytes)? as u32;
            self.extents.push(Extent { offset: *next, len });
            if len > 0 {
                *next = next.saturating_add(u64::from(len) + CHUNK_CRC_BYTES);
            }
        }
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.labels.len() * 8 + self.times.len() * 4 + self.extents.len() * 16 + self.len() * 8
    }

    fn start(&self, series: usize) -> (u32, u32) {
        match series.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => (0, 0),
        }
    }

    /// Symbol numbers of names and values.
    pub(super) fn labels(&self, series: usize) -> &[(u32, u32)] {
        let from = self.start(series).0 as usize;
        let to = self.ends.get(series).map_or(from, |end| end.0 as usize);
        &self.labels[from..to]
    }

    /// For each chunk the number of its times and where its columns are.
    pub(super) fn chunks(&self, series: usize) -> impl Iterator<Item = (u32, &[Extent])> {
        let from = self.start(series).1 as usize;
        let to = self.ends.get(series).map_or(from, |end| end.1 as usize);
        let extents = &self.extents[from * self.columns..to * self.columns];
        self.times[from..to]
            .iter()
            .copied()
            .zip(extents.chunks_exact(self.columns.max(1)))
    }
}

/// One time chunk: how many samples, from when to when, and its encoded columns.
#[derive(Clone, Debug)]
pub(super) struct TimeChunk {
    pub samples: u32,
    pub first_ms: i64,
    pub last_ms: i64,
    /// Shared with the frame that it is in.
    pub columns: Arc<[Vec<u8>]>,
}

#[derive(Debug, Default)]
pub(super) struct TimeFrame {
    pub chunks: Vec<TimeChunk>,
}

impl TimeChunk {
    pub(super) fn overlaps(&self, range: TimeRange) -> bool {
        self.first_ms <= range.to_ms && range.from_ms <= self.last_ms
    }

    pub(super) fn put(&self, out: &mut Vec<u8>) {
        put_unsigned(u64::from(self.samples), out);
        put_signed(self.first_ms, out);
        let span = self.last_ms.wrapping_sub(self.first_ms);
        put_unsigned(span.cast_unsigned(), out);
        for column in &*self.columns {
            put_unsigned(column.len() as u64, out);
            out.extend_from_slice(column);
        }
    }
}

impl TimeFrame {
    pub(super) fn decode(mut bytes: &[u8], columns: usize) -> Result<Self, CodecError> {
        let bytes = &mut bytes;
        let mut chunks = Vec::new();
        while !bytes.is_empty() {
            if chunks.len() == TIMES_A_FRAME {
                return Err(CodecError::Trailing);
            }
            let samples = take_len(bytes)? as u32;
            let first_ms = take_signed(bytes)?;
            let last_ms = first_ms.wrapping_add(take_unsigned(bytes)?.cast_signed());
            let columns = (0..columns)
                .map(|_| {
                    let len = take_len(bytes)?;
                    take_bytes(bytes, len).map(<[u8]>::to_vec)
                })
                .collect::<Result<_, _>>()?;
            chunks.push(TimeChunk {
                samples,
                first_ms,
                last_ms,
                columns,
            });
        }
        Ok(Self { chunks })
    }

    pub(super) fn bytes(&self) -> usize {
        let columns = self.chunks.iter().flat_map(|chunk| &*chunk.columns);
        columns.map(|column| column.len() + 24).sum::<usize>() + self.chunks.len() * 48
    }
}
