//! One piece of the log: a header with a checksum, and a body. Owns how frames are written and how
//! they are found again in bytes that may be damaged; refuses to know what a body means.
//!
//! ```text
//! +-----------+---------+------------+------------------+--------------------+
//! | magic u32 | len u32 | crc32c u32 | synced up to u64 | body, `len` bytes  |
//! +-----------+---------+------------+------------------+--------------------+
//!                         of the rest of the header (len included) and the body
//! ```

const MAGIC: u32 = 0x46_6d_4c_50; // "PLmF", little endian
pub(crate) const HEADER: usize = 20;
/// A larger length is damage, however it reads.
pub(super) const BODY_MAX: usize = 64 << 20;

/// Appends a frame whose body `write` appends.
pub(crate) fn put_frame(out: &mut Vec<u8>, synced: u64, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&MAGIC.to_le_bytes());
    out.extend_from_slice(&[0; 8]);
    out.extend_from_slice(&synced.to_le_bytes());
    write(out);
    let len = (out.len() - start - HEADER) as u32;
    out[start + 4..start + 8].copy_from_slice(&len.to_le_bytes());
    let crc = checksum(&out[start..]);
    out[start + 8..start + 12].copy_from_slice(&crc.to_le_bytes());
}

/// Of a frame with its header.
fn checksum(frame: &[u8]) -> u32 {
    let crc = crc32c::crc32c(&frame[4..8]);
    crc32c::crc32c_append(crc, &frame[12..])
}

pub(crate) struct Frame<'b> {
    pub offset: usize,
    /// How much of the file was on disk for certain when this was written.
    pub synced: u64,
    pub body: &'b [u8],
}

impl Frame<'_> {
    pub(crate) fn end(&self) -> usize {
        self.offset + HEADER + self.body.len()
    }
}

/// The frame that starts here, if its checksum holds.
pub(super) fn frame_at(bytes: &[u8], offset: usize) -> Option<Frame<'_>> {
    let rest = bytes.get(offset..)?;
    let len = frame_len(rest)?;
    if rest.len() < HEADER + len {
        return None;
    }
    let frame = &rest[..HEADER + len];
    if checksum(frame) != u32_at(rest, 8) {
        return None;
    }
    let mut synced = [0; 8];
    synced.copy_from_slice(&rest[12..20]);
    Some(Frame {
        offset,
        synced: u64::from_le_bytes(synced),
        body: &frame[HEADER..],
    })
}

/// The body's length that a header names, if it can be one.
pub(crate) fn frame_len(header: &[u8]) -> Option<usize> {
    if header.len() < HEADER || u32_at(header, 0) != MAGIC {
        return None;
    }
    let len = u32_at(header, 4) as usize;
    (len <= BODY_MAX).then_some(len)
}

/// The first readable frame at or after this offset.
pub(crate) fn next_frame(bytes: &[u8], mut offset: usize) -> Option<Frame<'_>> {
    let magic = MAGIC.to_le_bytes();
    while offset < bytes.len() {
        if let Some(frame) = frame_at(bytes, offset) {
            return Some(frame);
        }
        let rest = &bytes[offset + 1..];
        offset += 1 + rest.windows(magic.len()).position(|four| four == magic)?;
    }
    None
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut four = [0; 4];
    four.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(four)
}
