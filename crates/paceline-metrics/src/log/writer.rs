//! The log's open end. Owns the segment in use, what it already declares, and its sync; a frame is
//! in the log when [`LogWriter::commit`] has returned. Refuses to take a failed sync for a success:
//! after any failure the segment is left as it was before and a new one is begun.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use roaring::RoaringBitmap;

use super::body::{self, SchemaBody};
use super::frame::put_frame;
use super::segment_file::{ClosedSegment, SegmentHeader, segment_path, sync_dir};
use crate::head::{Declared, State};
use crate::identity::Tables;

/// A segment is full at this size. Small ones are dropped soon; each declares its series anew.
const SEGMENT_BYTES: u64 = 128 << 20;
/// Damage loses a frame at most.
const FRAME_BYTES: usize = 256 << 10;

pub(crate) struct LogWriter {
    dir: PathBuf,
    open: Option<Open>,
    next_number: u64,
    closed: Vec<ClosedSegment>,
    keys: RoaringBitmap,
    /// Numbers of keys are given anew after series were forgotten: then a new segment is begun.
    forgotten: u64,
    buffer: Vec<u8>,
    newest_ms: i64,
    rows: RowsFrame,
}

struct Open {
    file: File,
    path: PathBuf,
    number: u64,
    /// Up to here the file is on disk for certain.
    synced: u64,
    newest_ms: i64,
}

/// Runs that share a frame.
#[derive(Default)]
struct RowsFrame {
    body: Vec<u8>,
    base_ms: i64,
}

impl LogWriter {
    pub(super) fn new(dir: &Path, next_number: u64, closed: Vec<ClosedSegment>) -> Self {
        Self {
            dir: dir.to_owned(),
            open: None,
            next_number,
            closed,
            keys: RoaringBitmap::new(),
            forgotten: 0,
            buffer: Vec::new(),
            newest_ms: i64::MIN,
            rows: RowsFrame::default(),
        }
    }

    /// Begins a group of rows.
    pub(crate) fn begin(&mut self, forgotten: u64) -> io::Result<()> {
        self.buffer.clear();
        self.rows.body.clear();
        self.newest_ms = i64::MIN;
        let full = self
            .open
            .as_ref()
            .is_some_and(|open| open.synced >= SEGMENT_BYTES);
        if full || forgotten != self.forgotten {
            self.close_segment();
            self.forgotten = forgotten;
        }
        if self.open.is_none() {
            self.open_segment()?;
        }
        Ok(())
    }

    /// Adds a row to the group, and what must be known to read it.
    pub(crate) fn run(
        &mut self,
        slot: u32,
        target: u32,
        state: &mut State,
        tables: &Tables,
        (at_ms, columns, values): (i64, &[u16], &[f64]),
    ) {
        let (number, synced) = self.open.as_ref().map_or((0, 0), |o| (o.number, o.synced));
        let known = match state.declared {
            declared if declared.segment == number => declared.columns,
            _ => 0,
        };
        if known < state.columns.len() {
            self.end_rows(synced);
            self.declare(slot, target, known, state, tables, synced);
            state.declared = Declared {
                segment: number,
                columns: state.columns.len(),
            };
        }
        if self.rows.body.is_empty() {
            self.rows.base_ms = at_ms;
            body::put_rows_start(&mut self.rows.body, at_ms);
        }
        let base_ms = self.rows.base_ms;
        body::put_run(&mut self.rows.body, base_ms, (slot, at_ms), columns, values);
        self.newest_ms = self.newest_ms.max(at_ms);
        if self.rows.body.len() >= FRAME_BYTES {
            self.end_rows(synced);
        }
    }

    fn declare(
        &mut self,
        slot: u32,
        target: u32,
        first: usize,
        state: &State,
        tables: &Tables,
        synced: u64,
    ) {
        let columns = &state.columns[first..];
        let keys: Vec<u32> = columns.iter().map(|id| tables.entry(*id).key).collect();
        let known = &mut self.keys;
        let unknown: Vec<u32> = keys
            .iter()
            .copied()
            .filter(|key| known.insert(*key))
            .collect();
        let schema = SchemaBody {
            slot,
            first,
            target: tables.target(target).clone(),
            keys,
        };
        // Twice: a name that cannot be read would take all its samples with it.
        for _ in 0..2 {
            if !unknown.is_empty() {
                put_frame(&mut self.buffer, synced, |out| {
                    body::put_keys(out, unknown.iter().map(|key| (*key, tables.key(*key))));
                });
            }
            put_frame(&mut self.buffer, synced, |out| {
                body::put_schema(out, &schema)
            });
        }
    }

    fn end_rows(&mut self, synced: u64) {
        if !self.rows.body.is_empty() {
            let rows = &self.rows.body;
            put_frame(&mut self.buffer, synced, |out| out.extend_from_slice(rows));
            self.rows.body.clear();
        }
    }

    /// Writes the group and waits until it is on disk.
    pub(crate) fn commit(&mut self) -> io::Result<()> {
        let synced = self.open.as_ref().map_or(0, |open| open.synced);
        self.end_rows(synced);
        if self.buffer.is_empty() {
            return Ok(());
        }
        let Some(open) = &mut self.open else {
            return Err(io::Error::other("no segment is open"));
        };
        let written = open.file.write_all(&self.buffer);
        match written.and_then(|()| open.file.sync_data()) {
            Ok(()) => {
                open.synced += self.buffer.len() as u64;
                open.newest_ms = open.newest_ms.max(self.newest_ms);
                self.buffer.shrink_to(16 << 20);
                Ok(())
            }
            Err(error) => {
                self.abandon();
                Err(error)
            }
        }
    }

    /// After a failure nobody knows what is in the file behind the synced part. The next segment
    /// says where this one ends, should cutting it fail too.
    pub(crate) fn abandon(&mut self) {
        if let Some(open) = &self.open {
            let _ = open.file.set_len(open.synced);
        }
        self.close_segment();
    }

    fn close_segment(&mut self) {
        self.keys.clear();
        if let Some(open) = self.open.take() {
            self.closed.push(ClosedSegment {
                number: open.number,
                path: open.path,
                bytes: open.synced,
                newest_ms: open.newest_ms,
            });
        }
    }

    fn open_segment(&mut self) -> io::Result<()> {
        let number = self.next_number;
        let path = segment_path(&self.dir, number);
        let header = SegmentHeader {
            number,
            previous_end: self.closed.last().map_or(0, |closed| closed.bytes),
        };
        let opened = create(&path, &header).and_then(|file| {
            sync_dir(&self.dir)?;
            Ok(file)
        });
        match opened {
            Ok(file) => {
                self.next_number += 1;
                self.open = Some(Open {
                    file,
                    path,
                    number,
                    synced: SegmentHeader::BYTES as u64,
                    newest_ms: i64::MIN,
                });
                Ok(())
            }
            Err(error) => {
                let _ = fs::remove_file(&path);
                Err(error)
            }
        }
    }

    /// Ends the segment in use; answers the number of the next.
    pub(crate) fn roll(&mut self) -> u64 {
        self.close_segment();
        self.next_number
    }

    /// What segments before this number have brought is elsewhere: they go.
    pub(crate) fn drop_up_to(&mut self, number: u64) -> io::Result<()> {
        let droppable = self.closed.iter().take_while(|c| c.number < number).count();
        self.drop_first(droppable)
    }

    /// Segments whose samples are all older are in blocks: they go. Answers what could not.
    pub(crate) fn drop_before(&mut self, at_ms: i64) -> io::Result<()> {
        let old_enough = |open: &Open| open.newest_ms < at_ms && open.newest_ms > i64::MIN;
        if self.open.as_ref().is_some_and(old_enough) {
            self.close_segment();
        }
        // From the front alone, so that a missing number always means a lost file.
        let droppable = self.closed.iter().position(|c| c.newest_ms >= at_ms);
        let droppable = droppable.unwrap_or(self.closed.len());
        self.drop_first(droppable)
    }

    fn drop_first(&mut self, droppable: usize) -> io::Result<()> {
        for _ in 0..droppable {
            fs::remove_file(&self.closed[0].path)?;
            self.closed.remove(0);
        }
        Ok(())
    }

    /// Says that nothing is missing behind the last frame.
    pub(crate) fn close(&mut self) {
        if let Some(open) = &mut self.open {
            let mut end = Vec::new();
            put_frame(&mut end, open.synced, body::put_closed);
            let _ = open
                .file
                .write_all(&end)
                .and_then(|()| open.file.sync_data());
        }
        self.open = None;
    }

    pub(crate) fn bytes(&self) -> u64 {
        let closed: u64 = self.closed.iter().map(|closed| closed.bytes).sum();
        closed + self.open.as_ref().map_or(0, |open| open.synced)
    }
}

fn create(path: &Path, header: &SegmentHeader) -> io::Result<File> {
    let mut file = File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .open(path)?;
    file.write_all(&header.encode())?;
    file.sync_all()?;
    Ok(file)
}
