//! The smallest parts: variable-length integers and packed bits. Owns their layout (little endian,
//! lowest bit first); refuses widths above 64.

use super::CodecError;

/// Values of one packed group: 64 of them at `w` bits are exactly `8 * w` bytes.
pub(super) const GROUP: usize = 64;

/// Room for a full group at 64 bits, and for reading eight bytes past any value's first bit.
const BUFFER: usize = GROUP * 8 + 16;

pub(super) const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

pub(super) const fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

pub(crate) fn put_unsigned(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(crate) fn put_signed(value: i64, out: &mut Vec<u8>) {
    put_unsigned(zigzag(value), out);
}

pub(crate) fn take_byte(bytes: &mut &[u8]) -> Result<u8, CodecError> {
    let (first, rest) = bytes.split_first().ok_or(CodecError::Truncated)?;
    *bytes = rest;
    Ok(*first)
}

pub(crate) fn take_bytes<'b>(bytes: &mut &'b [u8], count: usize) -> Result<&'b [u8], CodecError> {
    let (taken, rest) = bytes.split_at_checked(count).ok_or(CodecError::Truncated)?;
    *bytes = rest;
    Ok(taken)
}

pub(crate) fn take_unsigned(bytes: &mut &[u8]) -> Result<u64, CodecError> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = take_byte(bytes)?;
        let part = u64::from(byte & 0x7f);
        if shift == 63 && part > 1 {
            return Err(CodecError::Contradiction);
        }
        value |= part << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(CodecError::Contradiction)
}

pub(crate) fn take_signed(bytes: &mut &[u8]) -> Result<i64, CodecError> {
    take_unsigned(bytes).map(unzigzag)
}

/// The bytes of an unsigned variable-length integer.
pub(super) const fn unsigned_len(value: u64) -> usize {
    let bits = 64 - (value | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

/// How many bits the largest of these needs.
pub(super) const fn width_of(all_bits: u64) -> u8 {
    (64 - all_bits.leading_zeros()) as u8
}

pub(super) const fn packed_len(count: usize, width: u8) -> usize {
    (count * width as usize).div_ceil(8)
}

/// Appends each value's lowest `width` bits.
pub(super) fn pack(values: &[u64], width: u8, out: &mut Vec<u8>) {
    if width == 0 {
        return;
    }
    let width = u32::from(width);
    let (mut word, mut used) = (0_u64, 0_u32);
    let start = out.len();
    for &value in values {
        word |= value << used;
        if used + width >= 64 {
            out.extend_from_slice(&word.to_le_bytes());
            let kept = 64 - used;
            word = if kept == 64 { 0 } else { value >> kept };
            if width == kept {
                word = 0;
            }
            used = used + width - 64;
        } else {
            used += width;
        }
    }
    out.extend_from_slice(&word.to_le_bytes());
    out.truncate(start + packed_len(values.len(), width as u8));
}

/// Reads one group of at most [`GROUP`] values of `width` bits into `group`.
pub(super) fn unpack(
    bytes: &mut &[u8],
    count: usize,
    width: u8,
    group: &mut [u64; GROUP],
) -> Result<(), CodecError> {
    if width > 64 || count > GROUP {
        return Err(CodecError::Contradiction);
    }
    let packed = take_bytes(bytes, packed_len(count, width))?;
    let mut buffer = [0_u8; BUFFER];
    buffer[..packed.len()].copy_from_slice(packed);
    match width {
        0 => group.fill(0),
        1..=56 => unpack_narrow(&buffer, count, usize::from(width), group),
        _ => unpack_wide(&buffer, count, usize::from(width), group),
    }
    Ok(())
}

fn unpack_narrow(buffer: &[u8; BUFFER], count: usize, width: usize, group: &mut [u64; GROUP]) {
    let mask = (1_u64 << width) - 1;
    for (at, value) in group.iter_mut().enumerate().take(count) {
        let bit = at * width;
        *value = (word_at(buffer, bit / 8) >> (bit % 8)) & mask;
    }
}

fn unpack_wide(buffer: &[u8; BUFFER], count: usize, width: usize, group: &mut [u64; GROUP]) {
    let mask = u64::MAX >> (64 - width);
    for (at, value) in group.iter_mut().enumerate().take(count) {
        let (byte, shift) = (at * width / 8, at * width % 8);
        let high = u128::from(buffer[byte + 8]) << 64;
        let both = high | u128::from(word_at(buffer, byte));
        *value = (both >> shift) as u64 & mask;
    }
}

#[inline]
fn word_at(buffer: &[u8; BUFFER], byte: usize) -> u64 {
    let mut word = [0_u8; 8];
    word.copy_from_slice(&buffer[byte..byte + 8]);
    u64::from_le_bytes(word)
}
