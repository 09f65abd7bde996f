//! One request body on disk. Owns the bytes of segment heads and frames and their checks; refuses
//! to know files.

use std::io::{self, Read};

/// A segment begins with it: what it is, and its version.
pub const MAGIC: &[u8; 8] = b"PLFWD\0\0\x01";
pub const HEAD_BYTES: usize = 28;
/// A longer one is damage: bodies are a few hundred KiB.
pub const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `prometheus.WriteRequest`, snappy.
    One,
    /// `io.prometheus.write.v2.Request`, snappy.
    Two,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub body_bytes: u32,
    pub samples: u32,
    pub kind: Kind,
    /// When it was put together.
    pub at_ms: i64,
    checksum: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub kind: Kind,
    pub samples: u32,
    pub at_ms: i64,
    /// A request's, as it is sent.
    pub body: Vec<u8>,
}

impl Frame {
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD_BYTES + self.body.len());
        bytes.extend([0; 4]);
        let length = u32::try_from(self.body.len()).unwrap_or(u32::MAX);
        bytes.extend(length.to_le_bytes());
        bytes.extend(self.samples.to_le_bytes());
        bytes.extend(self.at_ms.to_le_bytes());
        bytes.extend([self.kind as u8, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(&self.body);
        let checksum = crc32c::crc32c(&bytes[4..]);
        bytes[..4].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    #[must_use]
    pub fn bytes(&self) -> u64 {
        (HEAD_BYTES + self.body.len()) as u64
    }

    /// # Errors
    /// `UnexpectedEof` when the frame is cut, `InvalidData` when it is not what was written.
    pub fn read(from: &mut impl Read) -> io::Result<Self> {
        let mut head_bytes = [0; HEAD_BYTES];
        from.read_exact(&mut head_bytes)?;
        let head = Head::decode(&head_bytes)?;
        // Read, not allocated and filled: a length that lies costs no memory.
        let mut body = Vec::new();
        let length = u64::from(head.body_bytes);
        if from.take(length).read_to_end(&mut body)? as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let checksum = crc32c::crc32c_append(crc32c::crc32c(&head_bytes[4..]), &body);
        if checksum != head.checksum {
            return Err(damaged("its checksum is wrong"));
        }
        Ok(Self {
            kind: head.kind,
            samples: head.samples,
            at_ms: head.at_ms,
            body,
        })
    }
}

impl Head {
    /// The head of the next frame, the checksum of which is not looked at.
    ///
    /// # Errors
    /// As [`Frame::read`].
    pub fn read(from: &mut impl Read) -> io::Result<Self> {
        let mut bytes = [0; HEAD_BYTES];
        from.read_exact(&mut bytes)?;
        Self::decode(&bytes)
    }

    #[must_use]
    pub fn frame_bytes(&self) -> u64 {
        HEAD_BYTES as u64 + u64::from(self.body_bytes)
    }

    fn decode(bytes: &[u8; HEAD_BYTES]) -> io::Result<Self> {
        let [
            c0,
            c1,
            c2,
            c3,
            l0,
            l1,
            l2,
            l3,
            s0,
            s1,
            s2,
            s3,
            times @ ..,
            kind,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
        ] = *bytes;
        let kind = match kind {
            0 => Kind::One,
            1 => Kind::Two,
            _ => return Err(damaged("its kind is unknown")),
        };
        let body_bytes = u32::from_le_bytes([l0, l1, l2, l3]);
        if BODY_BYTES_MAX < body_bytes as usize {
            return Err(damaged("its length is absurd"));
        }
        Ok(Self {
            body_bytes,
            samples: u32::from_le_bytes([s0, s1, s2, s3]),
            kind,
            at_ms: i64::from_le_bytes(times),
            checksum: u32::from_le_bytes([c0, c1, c2, c3]),
        })
    }
}

fn damaged(problem: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("a frame is damaged: {problem}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame {
            kind: Kind::Two,
            samples: 2_000,
            at_ms: 1_700_000_000_123,
            body: (0..100).collect(),
        }
    }

    #[test]
    fn a_frame_comes_back_as_it_was() {
        let bytes = frame().encode();
        assert_eq!(bytes.len() as u64, frame().bytes());
        assert_eq!(Frame::read(&mut &bytes[..]).unwrap(), frame());
    }

    #[test]
    fn any_flipped_bit_and_any_cut_is_noticed() {
        let whole = frame().encode();
        for at in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            assert!(Frame::read(&mut &bytes[..]).is_err(), "bit {at}");
        }
        for length in 0..whole.len() {
            let error = Frame::read(&mut &whole[..length]).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{length}");
        }
    }
}
