//! Integers: the first, the factor that all distances from it share (a page of 4,096 bytes, say),
//! then the distances in groups of 64. Owns the choice, for each group, between the distances and
//! their differences, above the smallest and packed to the widest; refuses nothing: arithmetic wraps.
//!
//! ```text
//! group:  head u8 = 0x80 (differences) | width 0..=64
//!         smallest  signed varint
//!         packed    64 (or the rest) x width bits
//! ```

use super::CodecError;
use super::bits::{
    GROUP, pack, packed_len, put_signed, put_unsigned, take_byte, take_signed, take_unsigned,
    unpack, unsigned_len, width_of, zigzag,
};

const DIFFERENCES: u8 = 0x80;

/// The first stands alone, so that its distance from 0 does not widen the first group.
pub(super) fn encode(values: &[i64], out: &mut Vec<u8>) {
    let Some((&first, rest)) = values.split_first() else {
        return;
    };
    put_signed(first, out);
    let factor = factor_of(first, rest);
    put_unsigned(factor.cast_unsigned(), out);
    let mut before = 0;
    let mut distances = [0_i64; GROUP];
    for values in rest.chunks(GROUP) {
        for (distance, value) in distances.iter_mut().zip(values) {
            *distance = value.wrapping_sub(first) / factor;
        }
        let distances = &distances[..values.len()];
        encode_group(distances, before, out);
        before = distances.last().copied().unwrap_or(before);
    }
}

/// The largest positive integer that divides every distance from the first.
fn factor_of(first: i64, rest: &[i64]) -> i64 {
    let mut factor = 0_u64;
    for value in rest {
        let mut other = value.wrapping_sub(first).unsigned_abs();
        while other != 0 {
            (factor, other) = (other, factor % other);
        }
        if factor == 1 {
            break;
        }
    }
    i64::try_from(factor).unwrap_or(1).max(1)
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
    let first = take_signed(bytes)?;
    let factor = take_unsigned(bytes)?.cast_signed();
    sink(&[first]);
    let mut before = 0_i64;
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
        for value in &mut values[..here] {
            *value = first.wrapping_add(value.wrapping_mul(factor));
        }
        sink(&values[..here]);
        left -= here;
    }
    Ok(())
}
