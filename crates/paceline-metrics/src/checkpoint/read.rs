//! The head from a file. Owns reading frame by frame, with what follows damage, which is told with
//! its offset; refuses a file of another kind.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use hashbrown::HashMap;

use super::{END, KEYS, LATE, NAME, SCHEMA, SEGMENT, START, VERSION};
use crate::codec::CodecError;
use crate::codec::bytes::{take_byte, take_bytes, take_len, take_signed, take_unsigned};
use crate::head::{LateSample, Segment};
use crate::ingest::Hot;
use crate::log::{FRAME_HEADER, frame_len, next_frame, take_labels};
use crate::{Labels, OpenError};

/// Fills the empty head with what is not older than the floor. Answers the log's segment that
/// follows, and the file's length; `damage` gets what could not be read.
pub(crate) fn read_checkpoint(
    dir: &Path,
    hot: &Hot,
    damage: &mut Vec<String>,
) -> Result<(u64, u64), OpenError> {
    let path = dir.join(NAME);
    let place = || path.display().to_string();
    let io = |source| OpenError::Io {
        place: place(),
        source,
    };
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, 0)),
        Err(error) => return Err(io(error)),
    };
    let bytes = file.metadata().map_err(io)?.len();
    let filling = fill(hot, file, bytes, |offset, problem| {
        damage.push(format!("`{}` at byte {offset}: {problem}", place()));
    });
    let filling = filling.map_err(io)?;
    match u32::try_from(filling.version) {
        Ok(version) if filling.version > VERSION => Err(OpenError::TooNew {
            place: place(),
            version,
        }),
        _ => Ok((filling.from, bytes)),
    }
}

fn fill(
    hot: &Hot,
    file: File,
    bytes: u64,
    mut told: impl FnMut(u64, &str),
) -> io::Result<Filling<'_>> {
    let mut filling = Filling {
        hot,
        keys: HashMap::new(),
        slots: HashMap::new(),
        from: 0,
        version: 0,
        ended: false,
    };
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let (mut offset, mut frame) = (0, Vec::new());
    while offset < bytes {
        if !read_frame(&mut reader, &mut frame)? {
            let lost = skip_damage(&mut reader, offset, bytes)?;
            told(offset, &format!("{lost} bytes cannot be read"));
            offset += lost;
            continue;
        }
        if let Err(error) = filling.body(&frame[FRAME_HEADER..]) {
            told(offset, &error.to_string());
        }
        offset += frame.len() as u64;
    }
    if !filling.ended {
        told(bytes, "the rest is gone");
    }
    Ok(filling)
}

/// False when what comes is no frame.
fn read_frame(reader: &mut impl Read, frame: &mut Vec<u8>) -> io::Result<bool> {
    frame.clear();
    reader
        .by_ref()
        .take(FRAME_HEADER as u64)
        .read_to_end(frame)?;
    let Some(len) = frame_len(frame) else {
        return Ok(false);
    };
    reader.by_ref().take(len as u64).read_to_end(frame)?;
    Ok(next_frame(frame, 0).is_some_and(|found| found.offset == 0))
}

/// Stands at the next frame then; answers how far that is.
fn skip_damage(reader: &mut BufReader<File>, offset: u64, bytes: u64) -> io::Result<u64> {
    reader.seek(SeekFrom::Start(offset))?;
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest)?;
    let next = next_frame(&rest, 1).map_or(bytes, |frame| offset + frame.offset as u64);
    reader.seek(SeekFrom::Start(next))?;
    Ok(next - offset)
}

struct Filling<'h> {
    hot: &'h Hot,
    keys: HashMap<u32, Labels>,
    /// Where the file's slots are now.
    slots: HashMap<u32, u32>,
    from: u64,
    version: u64,
    ended: bool,
}

impl Filling<'_> {
    fn body(&mut self, mut body: &[u8]) -> Result<(), CodecError> {
        let body = &mut body;
        match take_byte(body)? {
            START => (self.version, self.from) = (take_unsigned(body)?, take_unsigned(body)?),
            END => self.ended = true,
            KEYS => {
                while !body.is_empty() {
                    let key = take_len(body)? as u32;
                    self.keys.insert(key, take_labels(body)?);
                }
            }
            SCHEMA => self.schema(body)?,
            SEGMENT => self.segment(body)?,
            LATE => self.late(body)?,
            other => return Err(CodecError::UnknownEncoding(other)),
        }
        Ok(())
    }

    fn schema(&mut self, body: &mut &[u8]) -> Result<(), CodecError> {
        let slot = take_len(body)? as u32;
        if self.slots.contains_key(&slot) {
            return Ok(());
        }
        let open = take_byte(body)? != 0;
        let target = take_labels(body)?;
        let mut keys = Vec::new();
        while !body.is_empty() {
            let key = take_len(body)? as u32;
            keys.push(
                self.keys
                    .get(&key)
                    .ok_or(CodecError::Contradiction)?
                    .clone(),
            );
        }
        let (identity, schemas) = (&self.hot.identity, &self.hot.schemas);
        let new = identity.restore_schema(&target, &keys, open, schemas);
        self.slots
            .insert(slot, new.ok_or(CodecError::Contradiction)?);
        Ok(())
    }

    fn segment(&mut self, body: &mut &[u8]) -> Result<(), CodecError> {
        let slot = take_len(body)? as u32;
        let segment = Segment::take(body)?;
        if segment.last_ms < self.hot.floor_ms() {
            return Ok(());
        }
        self.hot.raise_newest(segment.last_ms);
        self.with_state(slot, |state| state.restore_segment(Arc::new(segment)))
    }

    fn late(&mut self, body: &mut &[u8]) -> Result<(), CodecError> {
        let slot = take_len(body)? as u32;
        let mut samples = Vec::new();
        while !body.is_empty() {
            let (at_ms, column) = (take_signed(body)?, take_len(body)? as u16);
            let mut bits = [0; 8];
            bits.copy_from_slice(take_bytes(body, 8)?);
            if at_ms >= self.hot.floor_ms() {
                samples.push(LateSample {
                    at_ms,
                    column,
                    value: f64::from_le_bytes(bits),
                });
            }
        }
        self.with_state(slot, |state| state.restore_late(samples))
    }

    fn with_state(
        &self,
        slot: u32,
        change: impl FnOnce(&mut crate::head::State),
    ) -> Result<(), CodecError> {
        let slot = self.slots.get(&slot).ok_or(CodecError::Contradiction)?;
        let schema = self
            .hot
            .schemas
            .get(*slot)
            .ok_or(CodecError::Contradiction)?;
        change(&mut schema.state.write());
        Ok(())
    }
}
