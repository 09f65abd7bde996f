//! Floats that are no short decimals. Owns groups of 64 whose differences by exclusive or share one
//! window of changing bits: a little larger than Gorilla's bit stream, several times as fast.
//!
//! ```text
//! group:  width u8, trailing zero bits u8, packed 64 (or the rest) x width bits
//! ```

use super::CodecError;
use super::bits::{GROUP, pack, take_byte, unpack, width_of};

pub(super) fn encode(values: &[f64], out: &mut Vec<u8>) {
    let mut before = 0_u64;
    let mut changes = [0_u64; GROUP];
    for values in values.chunks(GROUP) {
        let mut all = 0;
        for (change, value) in changes.iter_mut().zip(values) {
            *change = value.to_bits() ^ before;
            all |= *change;
            before = value.to_bits();
        }
        let zeros = if all == 0 { 0 } else { all.trailing_zeros() };
        let changes = &mut changes[..values.len()];
        changes.iter_mut().for_each(|change| *change >>= zeros);
        let width = width_of(all >> zeros);
        out.push(width);
        out.push(zeros as u8);
        pack(changes, width, out);
    }
}

pub(super) fn decode(
    bytes: &mut &[u8],
    count: usize,
    out: &mut Vec<f64>,
) -> Result<(), CodecError> {
    let mut before = 0_u64;
    let mut changes = [0_u64; GROUP];
    let mut left = count;
    while left > 0 {
        let here = left.min(GROUP);
        let width = take_byte(bytes)?;
        let zeros = take_byte(bytes)?;
        if u32::from(width) + u32::from(zeros) > 64 || zeros > 63 {
            return Err(CodecError::Contradiction);
        }
        unpack(bytes, here, width, &mut changes)?;
        out.extend(changes[..here].iter().map(|change| {
            before ^= change << zeros;
            f64::from_bits(before)
        }));
        left -= here;
    }
    Ok(())
}
