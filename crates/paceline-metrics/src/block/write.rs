//! Writing a block. Owns the order of its parts and the moment when it is real: written, synced,
//! renamed, folder synced; refuses series out of order, because a reader relies on it.
//!
//! Memory is bounded by what the index of the block takes: texts, postings and the times in use;
//! samples pass through 128 series at a time.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::columns::{ROLLUP_COLUMNS, encode_buckets, encode_raw, time_chunk};
use super::format::{Footer, HEAD_BYTES, Place, head};
use super::frames::{
    RAW_COLUMNS, SERIES_A_FRAME, SYMBOLS_A_FRAME, SeriesEntry, TIMES_A_FRAME, TimeChunk,
    encode_series,
};
use super::postings::PostingsBuilder;
use super::series_order;
use crate::codec::bytes::put_text;
use crate::rollup::Buckets;
use crate::{Labels, Resolution};

/// Samples of a raw chunk: four hours at 10 s. Longer ones pack no better, and a short question
/// decodes what it does not need.
pub(super) const CHUNK_SAMPLES: usize = 1_440;
/// Shared times that are remembered: beyond it some are written twice.
const SHARED_BYTES_MAX: usize = 32 << 20;

pub(super) const NEW: &str = "new";

/// What a block is, before its content.
pub(super) struct Plan {
    pub path: PathBuf,
    pub kind: Resolution,
    /// Take the time for the smaller encoding.
    pub dense: bool,
    pub replaces: Vec<String>,
}

pub(super) struct BlockWriter {
    plan: Plan,
    new_path: PathBuf,
    out: BufWriter<File>,
    offset: u64,
    series: Vec<SeriesEntry>,
    columns: Vec<Vec<u8>>,
    series_directory: Vec<Place>,
    times: TimeWriter,
    symbols: HashMap<Arc<str>, u32>,
    symbol_order: Vec<Arc<str>>,
    postings: PostingsBuilder,
    last: Option<Labels>,
    footer: Footer,
}

#[derive(Default)]
struct TimeWriter {
    pending: Vec<u8>,
    count: u32,
    directory: Vec<Place>,
    by_content: HashMap<Vec<u8>, u32>,
    /// The vector is kept, so that its address is not used again.
    by_address: HashMap<usize, (Arc<[i64]>, Vec<u32>)>,
    content_bytes: usize,
    address_bytes: usize,
}

impl BlockWriter {
    pub(super) fn create(plan: Plan) -> io::Result<Self> {
        let new_path = plan.path.with_extension(NEW);
        let mut out = BufWriter::with_capacity(1 << 18, File::create(&new_path)?);
        out.write_all(&head())?;
        let columns = match plan.kind {
            Resolution::Raw => RAW_COLUMNS,
            _ => ROLLUP_COLUMNS,
        };
        Ok(Self {
            new_path,
            out,
            offset: HEAD_BYTES,
            series: Vec::new(),
            columns: vec![Vec::new(); columns],
            series_directory: Vec::new(),
            times: TimeWriter::default(),
            symbols: HashMap::new(),
            symbol_order: Vec::new(),
            postings: PostingsBuilder::default(),
            last: None,
            footer: Footer {
                kind: plan.kind,
                from_ms: i64::MAX,
                to_ms: i64::MIN,
                series: 0,
                times: 0,
                symbols: 0,
                samples: 0,
                series_directory: Place::default(),
                times_directory: Place::default(),
                symbols_directory: Place::default(),
                names: Place::default(),
                replaces: plan.replaces.clone(),
            },
            plan,
        })
    }

    pub(super) fn push_raw(
        &mut self,
        labels: &Labels,
        times: &Arc<[i64]>,
        values: &[f64],
    ) -> io::Result<()> {
        if times.is_empty() || times.len() != values.len() {
            return Ok(());
        }
        let mut entry = self.begin(labels)?;
        let numbers = self.raw_times(times)?;
        for (number, values) in numbers.into_iter().zip(values.chunks(CHUNK_SAMPLES)) {
            let start = self.columns[0].len();
            encode_raw(values, self.plan.dense, &mut self.columns[0]);
            let len = seal(&mut self.columns[0], start);
            entry.chunks.push((number, vec![len]));
        }
        self.footer.from_ms = self.footer.from_ms.min(times[0]);
        self.footer.to_ms = self.footer.to_ms.max(times[times.len() - 1]);
        self.footer.samples += times.len() as u64;
        self.end(entry)
    }

    pub(super) fn push_buckets(&mut self, labels: &Labels, buckets: &Buckets) -> io::Result<()> {
        if buckets.len() == 0 {
            return Ok(());
        }
        let mut entry = self.begin(labels)?;
        let chunk = time_chunk(&[&buckets.first_ms, &buckets.last_ms]);
        self.footer.from_ms = self.footer.from_ms.min(chunk.first_ms);
        self.footer.to_ms = self.footer.to_ms.max(chunk.last_ms);
        self.footer.samples += buckets.len() as u64;
        let number = self.put_time(&chunk)?;
        let lengths = encode_buckets(buckets)
            .iter()
            .zip(&mut self.columns)
            .map(|(bytes, column)| {
                let start = column.len();
                column.extend_from_slice(bytes);
                seal(column, start)
            })
            .collect();
        entry.chunks.push((number, lengths));
        self.end(entry)
    }

    fn begin(&mut self, labels: &Labels) -> io::Result<SeriesEntry> {
        let after = |last: &Labels| series_order(last, labels).is_lt();
        if !self.last.as_ref().is_none_or(after) {
            return Err(io::Error::other(format!(
                "series out of order at `{labels}`"
            )));
        }
        self.last = Some(labels.clone());
        let series = self.footer.series;
        self.footer.series = series
            .checked_add(1)
            .ok_or_else(|| io::Error::other("too many series for one block"))?;
        let mut entry = SeriesEntry::default();
        for label in labels {
            self.postings.add(series, &label.name, &label.value);
            let pair = (self.symbol(&label.name), self.symbol(&label.value));
            entry.labels.push(pair);
        }
        Ok(entry)
    }

    fn symbol(&mut self, text: &Arc<str>) -> u32 {
        if let Some(number) = self.symbols.get(text) {
            return *number;
        }
        let number = self.symbol_order.len() as u32;
        self.symbols.insert(Arc::clone(text), number);
        self.symbol_order.push(Arc::clone(text));
        number
    }

    fn end(&mut self, entry: SeriesEntry) -> io::Result<()> {
        self.series.push(entry);
        if self.series.len() == SERIES_A_FRAME {
            self.flush_series()?;
        }
        Ok(())
    }

    fn flush_series(&mut self) -> io::Result<()> {
        let mut bases = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            bases.push(self.offset);
            self.out.write_all(column)?;
            self.offset += column.len() as u64;
            column.clear();
        }
        let frame = encode_series(&bases, &self.series);
        self.series.clear();
        let place = self.write_frame(&frame)?;
        self.series_directory.push(place);
        Ok(())
    }

    fn write_frame(&mut self, bytes: &[u8]) -> io::Result<Place> {
        let place = Place {
            offset: self.offset,
            len: u32::try_from(bytes.len()).map_err(|_| io::Error::other("a frame is too long"))?,
            crc: crc32c::crc32c(bytes),
        };
        self.out.write_all(bytes)?;
        self.offset += bytes.len() as u64;
        Ok(place)
    }

    /// The numbers of a series' time chunks.
    fn raw_times(&mut self, times: &Arc<[i64]>) -> io::Result<Vec<u32>> {
        let address = times.as_ptr().addr();
        if let Some((kept, numbers)) = self.times.by_address.get(&address)
            && kept.len() == times.len()
        {
            return Ok(numbers.clone());
        }
        let numbers = times
            .chunks(CHUNK_SAMPLES)
            .map(|times| self.put_time(&time_chunk(&[times])))
            .collect::<io::Result<Vec<_>>>()?;
        self.times.address_bytes += times.len() * 8;
        if self.times.address_bytes > SHARED_BYTES_MAX {
            self.times.by_address.clear();
            self.times.address_bytes = times.len() * 8;
        }
        let kept = (Arc::clone(times), numbers.clone());
        self.times.by_address.insert(address, kept);
        Ok(numbers)
    }

    fn put_time(&mut self, chunk: &TimeChunk) -> io::Result<u32> {
        let mut bytes = Vec::new();
        chunk.put(&mut bytes);
        if let Some(number) = self.times.by_content.get(&bytes) {
            return Ok(*number);
        }
        let number = self.times.count;
        self.times.count += 1;
        self.times.pending.extend_from_slice(&bytes);
        if (self.times.count as usize).is_multiple_of(TIMES_A_FRAME) {
            self.flush_times()?;
        }
        self.times.content_bytes += bytes.len() + 48;
        if self.times.content_bytes > SHARED_BYTES_MAX {
            self.times.by_content.clear();
            self.times.content_bytes = bytes.len() + 48;
        }
        self.times.by_content.insert(bytes, number);
        Ok(number)
    }

    fn flush_times(&mut self) -> io::Result<()> {
        // Chunks of the frame that is being filled are still in memory, so this may go anywhere.
        let frame = std::mem::take(&mut self.times.pending);
        let place = self.write_frame(&frame)?;
        self.times.directory.push(place);
        Ok(())
    }

    /// Makes the block real; returns its footer.
    pub(super) fn finish(mut self) -> io::Result<Footer> {
        if !self.series.is_empty() {
            self.flush_series()?;
        }
        if !self.times.pending.is_empty() {
            self.flush_times()?;
        }
        let mut symbols_directory = Vec::new();
        for texts in std::mem::take(&mut self.symbol_order).chunks(SYMBOLS_A_FRAME) {
            let mut frame = Vec::new();
            texts.iter().for_each(|text| put_text(text, &mut frame));
            symbols_directory.push(self.write_frame(&frame)?);
        }
        let postings = std::mem::take(&mut self.postings);
        let names = postings.finish(|frame| self.write_frame(frame))?;
        self.footer.names = self.write_frame(&names)?;
        self.footer.times = self.times.count;
        self.footer.symbols = self.symbols.len() as u32;
        let series_directory = std::mem::take(&mut self.series_directory);
        self.footer.series_directory = self.write_directory(&series_directory)?;
        let times_directory = std::mem::take(&mut self.times.directory);
        self.footer.times_directory = self.write_directory(&times_directory)?;
        self.footer.symbols_directory = self.write_directory(&symbols_directory)?;
        let footer = self.footer.encode();
        self.out.write_all(&footer)?;
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        fs::rename(&self.new_path, &self.plan.path)?;
        sync_folder_of(&self.plan.path)?;
        Ok(self.footer)
    }

    fn write_directory(&mut self, places: &[Place]) -> io::Result<Place> {
        let mut bytes = Vec::with_capacity(places.len() * 16);
        places.iter().for_each(|place| place.put(&mut bytes));
        self.write_frame(&bytes)
    }
}

/// Puts the checksum behind a chunk that begins at `start`; returns the chunk's length.
fn seal(column: &mut Vec<u8>, start: usize) -> u32 {
    let len = column.len() - start;
    if len > 0 {
        let crc = crc32c::crc32c(&column[start..]);
        column.extend_from_slice(&crc.to_le_bytes());
    }
    len as u32
}

pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
