//! Values of a chunk. Owns the first byte, which says the encoding, and the choice of it: constant,
//! runs, decimal, exclusive or. Every f64 comes back with its bits.
//!
//! ```text
//! CONSTANT          one value, encoded as below
//! RUNS              count varint, bytes varint, one value a run encoded as below, lengths as groups
//! DECIMAL           power u8, groups          DECIMAL_DENSE    power u8, pco of i64
//! DECIMAL_BUT       power u8, exceptions, groups
//! DECIMAL_BUT_DENSE power u8, exceptions, pco of i64
//! XOR               groups                    FLOAT_DENSE      pco of f64
//! ```

use super::bits::{put_unsigned, take_byte, take_bytes, take_unsigned};
use super::decimal::{Decimals, Scale, take_exceptions};
use super::{CHUNK_SAMPLES_MAX, CodecError, dense, ints, xor};

const CONSTANT: u8 = 0;
const RUNS: u8 = 1;
const DECIMAL: u8 = 2;
const DECIMAL_BUT: u8 = 3;
const XOR: u8 = 4;
pub(super) const DECIMAL_DENSE: u8 = 5;
pub(super) const DECIMAL_BUT_DENSE: u8 = 6;
pub(super) const FLOAT_DENSE: u8 = 7;

/// With fewer samples a run than this, packed differences are smaller.
const RUN_SAMPLES_MIN: usize = 12;

/// Appends the values, at most [`CHUNK_SAMPLES_MAX`] of them if they are to be read again.
pub fn encode_values(values: &[f64], out: &mut Vec<u8>) {
    if let Some(&first) = values.first() {
        let runs = 1 + count_changes(values);
        if runs == 1 {
            out.push(CONSTANT);
            encode_plain(&[first], out);
        } else if runs * RUN_SAMPLES_MIN <= values.len() {
            encode_runs(values, runs, out);
        } else {
            encode_plain(values, out);
        }
    }
}

fn count_changes(values: &[f64]) -> usize {
    values
        .iter()
        .zip(values.iter().skip(1))
        .filter(|(one, next)| one.to_bits() != next.to_bits())
        .count()
}

fn encode_runs(values: &[f64], runs: usize, out: &mut Vec<u8>) {
    let mut firsts = Vec::with_capacity(runs);
    let mut lengths = Vec::with_capacity(runs);
    for run in values.chunk_by(|one, next| one.to_bits() == next.to_bits()) {
        firsts.extend(run.first());
        lengths.push(run.len() as i64);
    }
    let mut encoded = Vec::new();
    encode_plain(&firsts, &mut encoded);
    out.push(RUNS);
    put_unsigned(runs as u64, out);
    put_unsigned(encoded.len() as u64, out);
    out.extend_from_slice(&encoded);
    ints::encode(&lengths, out);
}

fn encode_plain(values: &[f64], out: &mut Vec<u8>) {
    match Decimals::of(values) {
        Some(decimals) => {
            put_decimal_head(&decimals, DECIMAL, DECIMAL_BUT, out);
            ints::encode(&decimals.whole, out);
        }
        None => {
            out.push(XOR);
            xor::encode(values, out);
        }
    }
}

pub(super) fn put_decimal_head(decimals: &Decimals, exact: u8, but: u8, out: &mut Vec<u8>) {
    out.push(if decimals.is_exact() { exact } else { but });
    out.push(decimals.power);
    if !decimals.is_exact() {
        decimals.put_exceptions(out);
    }
}

/// Appends exactly `count` values.
///
/// # Errors
/// [`CodecError`]; `out` is then as it was.
pub fn decode_values(bytes: &[u8], count: usize, out: &mut Vec<f64>) -> Result<(), CodecError> {
    let start = out.len();
    let result = decode(bytes, count, out);
    if result.is_err() {
        out.truncate(start);
    }
    result
}

fn decode(mut bytes: &[u8], count: usize, out: &mut Vec<f64>) -> Result<(), CodecError> {
    if count > CHUNK_SAMPLES_MAX {
        return Err(CodecError::TooMany(count));
    }
    out.reserve(count);
    match (count, bytes.first()) {
        (0, _) => {}
        (_, Some(&CONSTANT)) => {
            let value = decode_one(&bytes[1..])?;
            out.extend(std::iter::repeat_n(value, count));
            bytes = &[];
        }
        (_, Some(&RUNS)) => {
            bytes = &bytes[1..];
            decode_runs(&mut bytes, count, out)?;
        }
        _ => decode_plain(&mut bytes, count, out)?,
    }
    if bytes.is_empty() {
        Ok(())
    } else {
        Err(CodecError::Trailing)
    }
}

fn decode_one(mut bytes: &[u8]) -> Result<f64, CodecError> {
    let mut one = Vec::with_capacity(1);
    decode_plain(&mut bytes, 1, &mut one)?;
    match (one.first(), bytes.is_empty()) {
        (Some(&value), true) => Ok(value),
        _ => Err(CodecError::Trailing),
    }
}

fn decode_runs(bytes: &mut &[u8], count: usize, out: &mut Vec<f64>) -> Result<(), CodecError> {
    let runs = usize::try_from(take_unsigned(bytes)?).unwrap_or(usize::MAX);
    if runs > count {
        return Err(CodecError::Contradiction);
    }
    let len = usize::try_from(take_unsigned(bytes)?).unwrap_or(usize::MAX);
    let mut encoded = take_bytes(bytes, len)?;
    let mut firsts = Vec::with_capacity(runs);
    decode_plain(&mut encoded, runs, &mut firsts)?;
    let mut firsts = firsts.into_iter();
    let mut left = count as u64;
    let mut contradiction = !encoded.is_empty();
    ints::decode(bytes, runs, |lengths| {
        for (length, value) in lengths.iter().zip(firsts.by_ref()) {
            let length = length.cast_unsigned();
            contradiction |= length > left;
            let length = length.min(left);
            left -= length;
            out.extend(std::iter::repeat_n(value, length as usize));
        }
    })?;
    if contradiction || left > 0 {
        return Err(CodecError::Contradiction);
    }
    Ok(())
}

fn decode_plain(bytes: &mut &[u8], count: usize, out: &mut Vec<f64>) -> Result<(), CodecError> {
    let start = out.len();
    let encoding = take_byte(bytes)?;
    match encoding {
        XOR => return xor::decode(bytes, count, out),
        FLOAT_DENSE => return dense::decode_floats(bytes, count, out),
        DECIMAL | DECIMAL_BUT | DECIMAL_DENSE | DECIMAL_BUT_DENSE => {}
        other => return Err(CodecError::UnknownEncoding(other)),
    }
    let scale = Scale::take(bytes)?;
    let exceptions = match encoding {
        DECIMAL_BUT | DECIMAL_BUT_DENSE => take_exceptions(bytes, count)?,
        _ => Vec::new(),
    };
    match encoding {
        DECIMAL | DECIMAL_BUT => ints::decode(bytes, count, |whole| scale.extend(whole, out))?,
        _ => scale.extend(&dense::decode_whole(bytes, count)?, out),
    }
    for (at, value) in exceptions {
        if let Some(slot) = out.get_mut(start + at) {
            *slot = value;
        }
    }
    Ok(())
}
