//! The head into a file. Owns the walk over schemas; holds a schema's lock only while shares of its
//! packed rows are taken. Columns must not move meanwhile.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use roaring::RoaringBitmap;

use super::{END, KEYS, LATE, NAME, NEW, SCHEMA, SEGMENT, START, VERSION};
use crate::SourceError;
use crate::codec::bytes::{put_signed, put_unsigned};
use crate::head::{Schema, SchemaParts, SegmentBuilder};
use crate::ingest::Hot;
use crate::log::{put_frame, put_labels, sync_dir};

/// A log frame's mark has no meaning here.
const NO_MARK: u64 = 0;

/// Writes what is in the head; the log counts from segment `from` on when this has returned.
/// Answers the file's length.
pub(crate) fn write_checkpoint(dir: &Path, hot: &Hot, from: u64) -> Result<u64, SourceError> {
    let (new, path) = (dir.join(NEW), dir.join(NAME));
    let written = write_file(&new, hot, from);
    let bytes = match written {
        Ok(bytes) => bytes,
        Err(error) => {
            let _ = fs::remove_file(&new);
            return Err(error);
        }
    };
    fs::rename(&new, &path)?;
    sync_dir(dir)?;
    Ok(bytes)
}

fn write_file(path: &Path, hot: &Hot, from: u64) -> Result<u64, SourceError> {
    let mut out = Out {
        file: BufWriter::with_capacity(1 << 20, File::create(path)?),
        frame: Vec::new(),
        keys: RoaringBitmap::new(),
        bytes: 0,
    };
    out.frame(|frame| {
        frame.push(START);
        put_unsigned(VERSION, frame);
        put_unsigned(from, frame);
    })?;
    let mut builder = SegmentBuilder::default();
    for slot in 0..hot.schemas.end() {
        if let Some(schema) = hot.schemas.get(slot) {
            let parts = schema.state.read().parts(&mut builder);
            out.schema(hot, slot, &schema, &parts)?;
        }
    }
    out.frame(|frame| frame.push(END))?;
    let file = out
        .file
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(out.bytes)
}

struct Out {
    file: BufWriter<File>,
    frame: Vec<u8>,
    /// Those that are in the file already.
    keys: RoaringBitmap,
    bytes: u64,
}

impl Out {
    fn frame(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        self.frame.clear();
        put_frame(&mut self.frame, NO_MARK, write);
        self.bytes += self.frame.len() as u64;
        self.file.write_all(&self.frame)
    }

    fn schema(
        &mut self,
        hot: &Hot,
        slot: u32,
        schema: &Schema,
        parts: &SchemaParts,
    ) -> io::Result<()> {
        if parts.segments.is_empty() && parts.late.is_empty() {
            return Ok(());
        }
        self.names(hot, slot, schema, parts)?;
        for segment in &parts.segments {
            self.frame(|frame| {
                frame.push(SEGMENT);
                put_unsigned(slot.into(), frame);
                segment.put(frame);
            })?;
        }
        if parts.late.is_empty() {
            return Ok(());
        }
        self.frame(|frame| {
            frame.push(LATE);
            put_unsigned(slot.into(), frame);
            for late in &parts.late {
                put_signed(late.at_ms, frame);
                put_unsigned(late.column.into(), frame);
                frame.extend_from_slice(&late.value.to_le_bytes());
            }
        })
    }

    /// Twice, as in the log.
    fn names(
        &mut self,
        hot: &Hot,
        slot: u32,
        schema: &Schema,
        parts: &SchemaParts,
    ) -> io::Result<()> {
        let tables = hot.identity.tables();
        let keys: Vec<u32> = parts
            .columns
            .iter()
            .map(|id| tables.entry(*id).key)
            .collect();
        let new: Vec<u32> = keys
            .iter()
            .copied()
            .filter(|key| self.keys.insert(*key))
            .collect();
        for _ in 0..2 {
            if !new.is_empty() {
                self.frame(|frame| {
                    frame.push(KEYS);
                    for key in &new {
                        put_unsigned((*key).into(), frame);
                        put_labels(tables.key(*key), frame);
                    }
                })?;
            }
            self.frame(|frame| {
                frame.push(SCHEMA);
                put_unsigned(slot.into(), frame);
                frame.push(u8::from(tables.is_open(schema.target, slot)));
                put_labels(tables.target(schema.target), frame);
                for key in &keys {
                    put_unsigned((*key).into(), frame);
                }
            })?;
        }
        Ok(())
    }
}
