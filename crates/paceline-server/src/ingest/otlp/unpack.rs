//! Bodies out of their compression. Owns the bound on what a small body may become; refuses
//! encodings other than gzip and zstd, and stops at the first byte too many.

use std::borrow::Cow;
use std::io::Read;

use super::limits::UNPACKED_BYTES_MAX;
use super::refusal::Refusal;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Plain,
    Gzip,
    Zstd,
}

/// The largest window that a zstd frame may ask for: 8 MiB, what the format's own text recommends.
const WINDOW_LOG_MAX: u32 = 23;

impl Encoding {
    /// By a `Content-Encoding` header.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "" | "identity" | "none" => Self::Plain,
            "gzip" | "x-gzip" => Self::Gzip,
            "zstd" => Self::Zstd,
            _ => return None,
        })
    }

    /// How many bytes a body may become, to set aside before it is unpacked.
    pub fn bytes_at_most(self, body: &[u8]) -> usize {
        match self {
            Self::Plain => body.len(),
            // deflate cannot do better than 1032 : 1.
            Self::Gzip => UNPACKED_BYTES_MAX.min(body.len().saturating_mul(1032)),
            Self::Zstd => UNPACKED_BYTES_MAX,
        }
    }

    pub fn unpack(self, body: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
        match self {
            Self::Plain => Ok(Cow::Borrowed(body)),
            Self::Gzip => read(flate2::read::MultiGzDecoder::new(body), "gzip").map(Cow::Owned),
            Self::Zstd => unzstd(body).map(Cow::Owned),
        }
    }
}

fn unzstd(body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let broken = |error: std::io::Error| Refusal::malformed(format!("read zstd: {error}"));
    let declared = zstd::zstd_safe::get_frame_content_size(body).ok().flatten();
    if declared.is_some_and(|size| UNPACKED_BYTES_MAX as u64 <= size.saturating_sub(1)) {
        return Err(too_large());
    }
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body).map_err(broken)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(broken)?;
    read(decoder, "zstd")
}

fn read(decoder: impl Read, name: &str) -> Result<Vec<u8>, Refusal> {
    let mut unpacked = Vec::new();
    let mut bounded = decoder.take(UNPACKED_BYTES_MAX as u64 + 1);
    bounded
        .read_to_end(&mut unpacked)
        .map_err(|error| Refusal::malformed(format!("read {name}: {error}")))?;
    if UNPACKED_BYTES_MAX < unpacked.len() {
        return Err(too_large());
    }
    Ok(unpacked)
}

fn too_large() -> Refusal {
    let mib = UNPACKED_BYTES_MAX / (1024 * 1024);
    Refusal::too_large(format!("the unpacked body is larger than {mib} MiB"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::refusal::Kind;
    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd_unsized(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_body_is_unpacked_up_to_its_bound() {
        let check = |encoding: Encoding, body: &[u8], expected: Result<usize, Kind>| {
            let unpacked = encoding.unpack(body);
            let got = unpacked.map(|bytes| bytes.len()).map_err(|r| r.kind);
            assert_eq!(got, expected, "{encoding:?}");
        };
        let bomb = vec![0; UNPACKED_BYTES_MAX + 1];
        let full = vec![0; UNPACKED_BYTES_MAX];
        check(Encoding::Plain, b"abc", Ok(3));
        check(Encoding::Gzip, &gzip(b"abc"), Ok(3));
        check(Encoding::Gzip, &gzip(&full), Ok(UNPACKED_BYTES_MAX));
        check(Encoding::Gzip, &gzip(&bomb), Err(Kind::TooLarge));
        check(Encoding::Gzip, b"abc", Err(Kind::Malformed));
        check(Encoding::Gzip, &gzip(b"abc")[..10], Err(Kind::Malformed));
        check(Encoding::Zstd, &zstd_unsized(b"abc"), Ok(3));
        check(Encoding::Zstd, &zstd_unsized(&full), Ok(UNPACKED_BYTES_MAX));
        check(Encoding::Zstd, &zstd_unsized(&bomb), Err(Kind::TooLarge));
        let declared = zstd::bulk::compress(&bomb, 3).unwrap();
        check(Encoding::Zstd, &declared, Err(Kind::TooLarge));
        check(Encoding::Zstd, b"abc", Err(Kind::Malformed));
    }
}
