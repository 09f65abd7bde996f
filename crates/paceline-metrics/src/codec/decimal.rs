//! Floats that are short decimals. Owns the search for the power of ten that makes a chunk's values
//! whole numbers exactly, and the few values that are not (a staleness marker, -0.0, infinity) as
//! exceptions beside them; refuses a chunk where they are many.

use std::ops::Range;

use super::CodecError;
use super::bits::{put_unsigned, take_byte, take_bytes, take_unsigned};

/// Powers up to here are exact in an f64, and so is one division by them.
const POWER_MAX: usize = 15;
const POWERS: [f64; POWER_MAX + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];
/// Whole numbers below it are exact in an f64.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
/// One value in this many may be an exception (each costs nine bytes or more), and one always.
const EXCEPTION_SHARE: usize = 24;

pub(crate) struct Decimals {
    pub(super) power: u8,
    /// As many as the values; an exception repeats the one before it, which packs to nothing.
    pub(super) whole: Vec<i64>,
    exceptions: Vec<(usize, u64)>,
}

impl Decimals {
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let power = find_power(values)?;
        let mut whole = Vec::with_capacity(values.len());
        let mut exceptions = Vec::new();
        let first = values.iter().find_map(|value| scaled(*value, power));
        let mut last = first.unwrap_or(0);
        for (at, &value) in values.iter().enumerate() {
            match scaled(value, power) {
                Some(number) => last = number,
                None => exceptions.push((at, value.to_bits())),
            }
            whole.push(last);
        }
        (exceptions.len() <= exceptions_max(values.len())).then_some(Self {
            power: power as u8,
            whole,
            exceptions,
        })
    }

    pub(crate) fn is_exact(&self) -> bool {
        self.exceptions.is_empty()
    }

    /// The decimal nearest to the exact sum of some of the values, when that is in reach.
    pub(crate) fn sum(&self, of: Range<usize>) -> Option<f64> {
        let sum = self
            .whole
            .get(of)?
            .iter()
            .try_fold(0_i64, |sum, whole| sum.checked_add(*whole))?;
        let in_reach = (sum as f64).abs() < WHOLE_MAX;
        in_reach.then(|| unscaled(sum, POWERS[usize::from(self.power)]))
    }

    pub(super) fn put_exceptions(&self, out: &mut Vec<u8>) {
        put_unsigned(self.exceptions.len() as u64, out);
        for (at, bits) in &self.exceptions {
            put_unsigned(*at as u64, out);
            out.extend_from_slice(&bits.to_le_bytes());
        }
    }
}

const fn exceptions_max(count: usize) -> usize {
    1 + count / EXCEPTION_SHARE
}

/// The smallest power that makes all but a few values whole.
fn find_power(values: &[f64]) -> Option<usize> {
    let mut power = 0;
    let mut failed = 0;
    for &value in values {
        if scaled(value, power).is_some() {
            continue;
        }
        match (power + 1..=POWER_MAX).find(|higher| scaled(value, *higher).is_some()) {
            Some(higher) => power = higher,
            None => failed += 1,
        }
        if failed > exceptions_max(values.len()) {
            return None;
        }
    }
    Some(power)
}

/// The whole number that [`unscaled`] turns back into exactly this value.
#[inline]
fn scaled(value: f64, power: usize) -> Option<i64> {
    let product = value * POWERS[power];
    if product.abs() < WHOLE_MAX {
        let whole = product.round_ties_even() as i64;
        (unscaled(whole, POWERS[power]).to_bits() == value.to_bits()).then_some(whole)
    } else {
        None
    }
}

/// A division of two exact floats is rounded once: it yields the float nearest to the decimal,
/// which is the one that a parser would have read.
#[inline]
fn unscaled(whole: i64, power: f64) -> f64 {
    whole as f64 / power
}

pub(super) struct Scale(f64);

impl Scale {
    pub(super) fn take(bytes: &mut &[u8]) -> Result<Self, CodecError> {
        let power = usize::from(take_byte(bytes)?);
        let power = POWERS.get(power).ok_or(CodecError::Contradiction)?;
        Ok(Self(*power))
    }

    pub(super) fn extend(&self, whole: &[i64], out: &mut Vec<f64>) {
        if self.0 == 1.0 {
            out.extend(whole.iter().map(|&whole| whole as f64));
        } else {
            out.extend(whole.iter().map(|&whole| unscaled(whole, self.0)));
        }
    }
}

/// Where the exceptions of a chunk are, to be put over the decimals once those are there.
pub(super) fn take_exceptions(
    bytes: &mut &[u8],
    count: usize,
) -> Result<Vec<(usize, f64)>, CodecError> {
    let exceptions = take_unsigned(bytes)?;
    if exceptions > exceptions_max(count) as u64 {
        return Err(CodecError::Contradiction);
    }
    (0..exceptions)
        .map(|_| {
            let at = usize::try_from(take_unsigned(bytes)?).unwrap_or(usize::MAX);
            let mut bits = [0; 8];
            bits.copy_from_slice(take_bytes(bytes, 8)?);
            if at < count {
                Ok((at, f64::from_bits(u64::from_le_bytes(bits))))
            } else {
                Err(CodecError::Contradiction)
            }
        })
        .collect()
}
