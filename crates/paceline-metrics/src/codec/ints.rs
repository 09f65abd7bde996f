//! Integers: the first, then groups of 64. Owns the choice, for each group, between the values themselves and
//! their differences, each above its smallest and packed to the widest; refuses nothing: every i64
//! comes back, differences wrap.
//!
//! ```text
//! group:  head u8 = 0x80 (differences) | width 0..=64
//!         smallest  signed varint
//!         packed    64 (or the rest) x width bits
//! ```

use super::CodecError;
use super::bits::{
    GROUP, pack, packed_len, put_signed, take_byte, take_signed, unpack, unsigned_len, width_of,
    zigzag,
};

const DIFFERENCES: u8 = 0x80;

/// The first stands alone, so that its distance from 0 does not widen the first group.
pub(super) fn encode(values: &[i64], out: &mut Vec<u8>) {
    let Some((&first, rest)) = values.split_first() else {
        return;
    };
    put_signed(first, out);
    let mut before = first;
    for values in rest.chunks(GROUP) {
        encode_group(values, before, out);
        before = values.last().copied().unwrap_or(before);
    }
}

fn encode_group(values: &[i64], before: i64, out: &mut Vec<u8>) {
    let mut differences = [0_i64; GROUP];
    let mut last = before;
    for (difference, &value) in differences.iter_mut().zip(values) {
        *difference = value.wrapping_sub(last);
        last = value;
    }
    let plain = Shape::of(values);
    let stepped = Shape::of(&differences[..values.len()]);
    if stepped.bytes < plain.bytes {
        put_group(&differences[..values.len()], &stepped, DIFFERENCES, out);
    } else {
        put_group(values, &plain, 0, out);
    }
}

struct Shape {
    smallest: i64,
    width: u8,
    bytes: usize,
}

impl Shape {
    fn of(values: &[i64]) -> Self {
        let smallest = values.iter().copied().min().unwrap_or(0);
        let all = values.iter().fold(0, |all, value| {
            all | value.wrapping_sub(smallest).cast_unsigned()
        });
        let width = width_of(all);
        Self {
            smallest,
            width,
            bytes: packed_len(values.len(), width) + unsigned_len(zigzag(smallest)),
        }
    }
}

fn put_group(values: &[i64], shape: &Shape, kind: u8, out: &mut Vec<u8>) {
    out.push(kind | shape.width);
    put_signed(shape.smallest, out);
    let mut above = [0_u64; GROUP];
    for (above, value) in above.iter_mut().zip(values) {
        *above = value.wrapping_sub(shape.smallest).cast_unsigned();
    }
    pack(&above[..values.len()], shape.width, out);
}

/// Hands each group of decoded integers to `sink`.
pub(super) fn decode(
    bytes: &mut &[u8],
    count: usize,
    mut sink: impl FnMut(&[i64]),
) -> Result<(), CodecError> {
    if count == 0 {
        return Ok(());
    }
    let mut before = take_signed(bytes)?;
    sink(&[before]);
    let mut packed = [0_u64; GROUP];
    let mut values = [0_i64; GROUP];
    let mut left = count - 1;
    while left > 0 {
        let here = left.min(GROUP);
        let head = take_byte(bytes)?;
        let smallest = take_signed(bytes)?;
        unpack(bytes, here, head & !DIFFERENCES, &mut packed)?;
        let pairs = values[..here].iter_mut().zip(&packed);
        if head & DIFFERENCES == 0 {
            pairs.for_each(|(value, above)| *value = smallest.wrapping_add(above.cast_signed()));
        } else {
            let mut last = before;
            pairs.for_each(|(value, above)| {
                last = last.wrapping_add(smallest.wrapping_add(above.cast_signed()));
                *value = last;
            });
        }
        before = values[here - 1];
        sink(&values[..here]);
        left -= here;
    }
    Ok(())
}
