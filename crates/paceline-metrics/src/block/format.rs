//! The fixed parts of a block file: head, footer, tail and places. Owns their bytes and the version;
//! refuses a newer version by name and anything whose checksum does not hold.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use thiserror::Error;

use crate::Resolution;
use crate::codec::CodecError;
use crate::codec::bytes::{
    put_signed, put_text, put_unsigned, take_byte, take_bytes, take_len, take_signed, take_text,
    take_unsigned,
};

pub(super) const VERSION: u32 = 1;
pub(super) const MAGIC: &[u8; 4] = b"PLMB";
pub(super) const HEAD_BYTES: u64 = 12;
const END: &[u8; 8] = b"PLMB-END";
const TAIL_BYTES: u64 = 16;
const PLACE_BYTES: usize = 16;
/// No frame is near it; a length beyond it is damage, not a reason to allocate.
const READ_BYTES_MAX: usize = 1 << 28;

/// Why a piece of a file cannot be used, and where it is.
#[derive(Debug, Error)]
pub(super) enum ReadError {
    #[error("byte {offset}: {problem}")]
    Damaged { offset: u64, problem: String },
    #[error("written by a newer version ({0})")]
    TooNew(u32),
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl ReadError {
    pub(super) fn damaged(offset: u64, problem: impl ToString) -> Self {
        Self::Damaged {
            offset,
            problem: problem.to_string(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub offset: u64,
    pub len: u32,
    pub crc: u32,
}

impl Place {
    pub(super) fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.offset.to_le_bytes());
        out.extend_from_slice(&self.len.to_le_bytes());
        out.extend_from_slice(&self.crc.to_le_bytes());
    }

    pub(super) fn take(bytes: &mut &[u8]) -> Result<Self, CodecError> {
        let raw = take_bytes(bytes, PLACE_BYTES)?;
        let mut offset = [0; 8];
        offset.copy_from_slice(&raw[..8]);
        Ok(Self {
            offset: u64::from_le_bytes(offset),
            len: u32_at(raw, 8),
            crc: u32_at(raw, 12),
        })
    }

    /// The bytes there, once their checksum holds.
    pub(super) fn read(self, file: &File) -> Result<Vec<u8>, ReadError> {
        let bytes = read_at(file, self.offset, self.len as usize)?;
        if crc32c::crc32c(&bytes) == self.crc {
            Ok(bytes)
        } else {
            Err(ReadError::damaged(self.offset, "the checksum is wrong"))
        }
    }
}

pub(super) fn read_at(file: &File, offset: u64, len: usize) -> Result<Vec<u8>, ReadError> {
    if len > READ_BYTES_MAX {
        return Err(ReadError::damaged(offset, "a length is impossible"));
    }
    let mut bytes = vec![0; len];
    match file.read_exact_at(&mut bytes, offset) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(ReadError::damaged(offset, "the file ends too early"))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut raw = [0; 4];
    raw.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(raw)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Footer {
    pub kind: Resolution,
    pub from_ms: i64,
    pub to_ms: i64,
    pub series: u32,
    pub times: u32,
    pub symbols: u32,
    pub samples: u64,
    pub series_directory: Place,
    pub times_directory: Place,
    pub symbols_directory: Place,
    pub names: Place,
    pub replaces: Vec<String>,
}

pub(super) fn head() -> [u8; HEAD_BYTES as usize] {
    let mut head = [0; HEAD_BYTES as usize];
    head[..4].copy_from_slice(MAGIC);
    head[4..8].copy_from_slice(&VERSION.to_le_bytes());
    let crc = crc32c::crc32c(&head[..8]);
    head[8..].copy_from_slice(&crc.to_le_bytes());
    head
}

impl Footer {
    /// Footer and tail, the last bytes of a file.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.kind as u8];
        put_signed(self.from_ms, &mut out);
        put_signed(self.to_ms, &mut out);
        for count in [self.series, self.times, self.symbols] {
            put_unsigned(u64::from(count), &mut out);
        }
        put_unsigned(self.samples, &mut out);
        let directories = [self.series_directory, self.times_directory];
        for place in directories
            .iter()
            .chain(&[self.symbols_directory, self.names])
        {
            place.put(&mut out);
        }
        put_unsigned(self.replaces.len() as u64, &mut out);
        for name in &self.replaces {
            put_text(name, &mut out);
        }
        let (len, crc) = (out.len() as u32, crc32c::crc32c(&out));
        out.extend_from_slice(&len.to_le_bytes());
        out.extend_from_slice(&crc.to_le_bytes());
        out.extend_from_slice(END);
        out
    }

    pub(super) fn read(file: &File, file_bytes: u64) -> Result<Self, ReadError> {
        if file_bytes < HEAD_BYTES + TAIL_BYTES {
            return Err(ReadError::damaged(0, "the file is too short"));
        }
        let head = read_at(file, 0, HEAD_BYTES as usize)?;
        if &head[..4] != MAGIC {
            return Err(ReadError::damaged(0, "this is no block"));
        }
        if crc32c::crc32c(&head[..8]) != u32_at(&head, 8) {
            return Err(ReadError::damaged(4, "the version's checksum is wrong"));
        }
        match u32_at(&head, 4) {
            VERSION => {}
            0 => return Err(ReadError::damaged(4, "there is no version 0")),
            newer => return Err(ReadError::TooNew(newer)),
        }
        let tail_at = file_bytes - TAIL_BYTES;
        let tail = read_at(file, tail_at, TAIL_BYTES as usize)?;
        let len = u64::from(u32_at(&tail, 0));
        if &tail[8..] != END || len > tail_at - HEAD_BYTES {
            return Err(ReadError::damaged(tail_at, "the file has no end"));
        }
        let place = Place {
            offset: tail_at - len,
            len: len as u32,
            crc: u32_at(&tail, 4),
        };
        let bytes = place.read(file)?;
        Self::decode(&bytes).map_err(|problem| ReadError::damaged(place.offset, problem))
    }

    fn decode(mut bytes: &[u8]) -> Result<Self, CodecError> {
        let bytes = &mut bytes;
        let kind = match take_byte(bytes)? {
            0 => Resolution::Raw,
            1 => Resolution::FiveMinutes,
            2 => Resolution::OneHour,
            other => return Err(CodecError::UnknownEncoding(other)),
        };
        Ok(Self {
            kind,
            from_ms: take_signed(bytes)?,
            to_ms: take_signed(bytes)?,
            series: take_len(bytes)? as u32,
            times: take_len(bytes)? as u32,
            symbols: take_len(bytes)? as u32,
            samples: take_unsigned(bytes)?,
            series_directory: Place::take(bytes)?,
            times_directory: Place::take(bytes)?,
            symbols_directory: Place::take(bytes)?,
            names: Place::take(bytes)?,
            replaces: (0..take_len(bytes)?)
                .map(|_| take_text(bytes).map(str::to_owned))
                .collect::<Result<_, _>>()?,
        })
    }
}
