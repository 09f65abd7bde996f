//! Snappy's block format, bounded. Owns the check of the declared length before memory is taken
//! for it; refuses the framed format, as the specification does.

use snap::raw::{Decoder, decompress_len};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum SnappyError {
    #[error("the body is {got} bytes decompressed, at most {max} are taken")]
    TooLarge { got: usize, max: usize },
    #[error("the body is not a snappy block: {0}")]
    Malformed(String),
}

/// Into `out`, whose memory is used again from request to request.
///
/// # Errors
/// When it is no snappy block, or a larger one than `bytes_max` when decompressed.
pub fn decompress<'o>(
    body: &[u8],
    bytes_max: usize,
    out: &'o mut Vec<u8>,
) -> Result<&'o [u8], SnappyError> {
    let malformed = |error: snap::Error| SnappyError::Malformed(error.to_string());
    let declared = decompress_len(body).map_err(malformed)?;
    if bytes_max < declared {
        return Err(SnappyError::TooLarge {
            got: declared,
            max: bytes_max,
        });
    }
    // Snappy writes at most 64 bytes for three that it reads: a block that declares more lies, and
    // must not be given the memory.
    if body.len().saturating_mul(22) < declared {
        return Err(SnappyError::Malformed(format!(
            "{} bytes cannot become the declared {declared}",
            body.len()
        )));
    }
    if out.len() < declared {
        out.resize(declared, 0);
    }
    let written = Decoder::new()
        .decompress(body, &mut out[..declared])
        .map_err(malformed)?;
    Ok(&out[..written])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compressed_comes_back() {
        let mut out = Vec::new();
        for text in [&b""[..], b"a", &[7; 100_000], b"shorter again"] {
            let block = snap::raw::Encoder::new().compress_vec(text).unwrap();
            assert_eq!(decompress(&block, 100_000, &mut out).unwrap(), text);
        }
    }

    #[test]
    fn a_bomb_is_refused_before_memory_is_taken() {
        let check = |body: &[u8], expected: &str| {
            let mut out = Vec::new();
            let error = decompress(body, 1_000, &mut out).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
            assert_eq!(out.capacity(), 0);
        };
        let zeros = snap::raw::Encoder::new().compress_vec(&[0; 1_001]).unwrap();
        check(&zeros, "is 1001 bytes decompressed, at most 1000");
        check(
            &[0xff, 0xff, 0xff, 0xff, 0x0f, 0],
            "4294967295 bytes decompressed",
        );
        check(&[0x80, 0x07, 0], "3 bytes cannot become the declared 896");
        check(b"", "not a snappy block");
        check(&[0xff; 12], "not a snappy block");
    }

    #[test]
    fn a_broken_block_is_refused() {
        let mut out = Vec::new();
        let block = snap::raw::Encoder::new()
            .compress_vec(&[1, 2, 3, 4])
            .unwrap();
        for cut in 1..block.len() {
            assert!(decompress(&block[..cut], 100, &mut out).is_err(), "{cut}");
        }
        let framed = b"\xff\x06\x00\x00sNaPpY";
        assert!(decompress(framed, 100, &mut out).is_err());
    }
}
