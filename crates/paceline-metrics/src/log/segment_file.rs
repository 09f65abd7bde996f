//! Names and heads of the log's files. Owns the header below and the order of segments.
//!
//! ```text
//! +------------------+-------------+---------------+------------------+-----------------+
//! | magic, 8 bytes   | version u32 | crc32c u32    | number u64       | previous end u64|
//! +------------------+-------------+---------------+------------------+-----------------+
//! ```

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"PLmetLog";
pub(super) const VERSION: u32 = 1;

pub(crate) struct ClosedSegment {
    pub number: u64,
    pub path: PathBuf,
    pub bytes: u64,
    pub newest_ms: i64,
}

pub(super) struct SegmentHeader {
    pub number: u64,
    /// Where the segment before this one ends; what is behind was never answered.
    pub previous_end: u64,
}

pub(super) enum ReadHeader {
    Header(SegmentHeader),
    Newer(u32),
    Damaged,
}

impl SegmentHeader {
    pub(super) const BYTES: usize = 32;

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&self.number.to_le_bytes());
        bytes.extend_from_slice(&self.previous_end.to_le_bytes());
        let crc = checksum(&bytes);
        bytes[12..16].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(super) fn read(bytes: &[u8]) -> ReadHeader {
        let Some(header) = bytes.get(..Self::BYTES) else {
            return ReadHeader::Damaged;
        };
        if &header[..8] != MAGIC {
            return ReadHeader::Damaged;
        }
        let (four, eight) = (
            |at: usize| header[at..at + 4].try_into().map_or(0, u32::from_le_bytes),
            |at: usize| header[at..at + 8].try_into().map_or(0, u64::from_le_bytes),
        );
        if four(12) != checksum(header) {
            return ReadHeader::Damaged;
        }
        if four(8) > VERSION {
            return ReadHeader::Newer(four(8));
        }
        ReadHeader::Header(Self {
            number: eight(16),
            previous_end: eight(24),
        })
    }
}

/// Of all but the magic and itself.
fn checksum(header: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&header[8..12]), &header[16..])
}

pub(super) fn segment_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:016}.log"))
}

/// The segments of a folder, oldest first.
pub(super) fn list(dir: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let number = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".log")?.parse().ok());
        segments.extend(number.map(|number| (number, path)));
    }
    segments.sort_unstable();
    Ok(segments)
}

/// Makes the creation or removal of a file in it durable.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
