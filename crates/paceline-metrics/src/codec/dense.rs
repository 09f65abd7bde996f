//! The smaller, slower form for chunks that are written once and kept long. Owns the use of `pco`
//! and its comparison with the typed codec; refuses payloads whose own checksum does not hold,
//! because `pco` reads only what `pco` wrote.
//!
//! ```text
//! payload: crc32c u32 of the rest, pco (standalone form, one type, exactly the announced count)
//! ```

use pco::ChunkConfig;
use pco::data_types::Number;
use pco::standalone::{simple_compress_into, simple_decompress_into};

use super::CodecError;
use super::bits::take_bytes;
use super::decimal::Decimals;
use super::values::{
    DECIMAL_BUT_DENSE, DECIMAL_DENSE, FLOAT_DENSE, encode_values, put_decimal_head,
};

/// Below it the model that `pco` writes beside the numbers outweighs what it saves.
const DENSE_SAMPLES_MIN: usize = 360;
/// Higher levels cost a multiple of the time for a few percent.
const LEVEL: usize = 4;
/// Not worth a second try: whatever `pco` does, its frame alone is about this long.
const DENSE_BYTES_MIN: usize = 64;

/// Appends the values in the smaller of both forms; [`super::decode_values`] reads either.
pub fn encode_values_dense(values: &[f64], out: &mut Vec<u8>) {
    let start = out.len();
    encode_values(values, out);
    let typed = out.len() - start;
    if values.len() < DENSE_SAMPLES_MIN || typed < DENSE_BYTES_MIN {
        return;
    }
    let mut dense = Vec::with_capacity(typed);
    let written = match Decimals::of(values) {
        Some(decimals) => {
            put_decimal_head(&decimals, DECIMAL_DENSE, DECIMAL_BUT_DENSE, &mut dense);
            compress(&decimals.whole, &mut dense)
        }
        None => {
            dense.push(FLOAT_DENSE);
            compress(values, &mut dense)
        }
    };
    if written && dense.len() < typed {
        out.truncate(start);
        out.extend_from_slice(&dense);
    }
}

fn compress<N: Number>(numbers: &[N], out: &mut Vec<u8>) -> bool {
    let crc_at = out.len();
    out.extend_from_slice(&[0; 4]);
    let config = ChunkConfig::default().with_compression_level(LEVEL);
    let written = simple_compress_into(numbers, &config, &mut *out).is_ok();
    let crc = crc32c::crc32c(&out[crc_at + 4..]);
    out[crc_at..crc_at + 4].copy_from_slice(&crc.to_le_bytes());
    written
}

pub(super) fn decode_whole(bytes: &mut &[u8], count: usize) -> Result<Vec<i64>, CodecError> {
    let mut whole = vec![0_i64; count];
    decompress(bytes, &mut whole)?;
    Ok(whole)
}

pub(super) fn decode_floats(
    bytes: &mut &[u8],
    count: usize,
    out: &mut Vec<f64>,
) -> Result<(), CodecError> {
    let start = out.len();
    out.resize(start + count, 0.0);
    decompress(bytes, &mut out[start..])
}

fn decompress<N: Number>(bytes: &mut &[u8], out: &mut [N]) -> Result<(), CodecError> {
    let crc = take_bytes(bytes, 4)?;
    let packed = take_bytes(bytes, bytes.len())?;
    if crc != crc32c::crc32c(packed).to_le_bytes() {
        return Err(CodecError::Contradiction);
    }
    let progress = simple_decompress_into(packed, out).map_err(|_| CodecError::Contradiction)?;
    if progress.finished && progress.n_processed == out.len() {
        Ok(())
    } else {
        Err(CodecError::Contradiction)
    }
}
