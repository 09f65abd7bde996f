//! Times of a chunk. Owns two encodings: a regular grid (first and interval) and integer groups;
//! refuses no order: whoever stores times sorts them.

use super::bits::{put_signed, take_byte, take_signed};
use super::{CHUNK_SAMPLES_MAX, CodecError, ints};

const REGULAR: u8 = 0;
const GROUPS: u8 = 1;

/// Appends the times, milliseconds since 1970. A regular interval costs a few bytes however long.
pub fn encode_times(times: &[i64], out: &mut Vec<u8>) {
    let Some(&first) = times.first() else {
        return;
    };
    let interval = times.get(1).map_or(0, |second| second.wrapping_sub(first));
    let regular = times
        .windows(2)
        .all(|pair| pair[1].wrapping_sub(pair[0]) == interval);
    if regular {
        out.push(REGULAR);
        put_signed(first, out);
        put_signed(interval, out);
    } else {
        out.push(GROUPS);
        ints::encode(times, out);
    }
}

/// Appends exactly `count` times.
///
/// # Errors
/// [`CodecError`]; `out` is then as it was.
pub fn decode_times(bytes: &[u8], count: usize, out: &mut Vec<i64>) -> Result<(), CodecError> {
    let start = out.len();
    let result = decode(bytes, count, out);
    if result.is_err() {
        out.truncate(start);
    }
    result
}

fn decode(mut bytes: &[u8], count: usize, out: &mut Vec<i64>) -> Result<(), CodecError> {
    if count > CHUNK_SAMPLES_MAX {
        return Err(CodecError::TooMany(count));
    }
    if count > 0 {
        out.reserve(count);
        match take_byte(&mut bytes)? {
            REGULAR => {
                let mut time = take_signed(&mut bytes)?;
                let interval = take_signed(&mut bytes)?;
                for _ in 0..count {
                    out.push(time);
                    time = time.wrapping_add(interval);
                }
            }
            GROUPS => ints::decode(&mut bytes, count, |group| out.extend_from_slice(group))?,
            other => return Err(CodecError::UnknownEncoding(other)),
        }
    }
    if bytes.is_empty() {
        Ok(())
    } else {
        Err(CodecError::Trailing)
    }
}
