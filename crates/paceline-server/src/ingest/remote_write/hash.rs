//! A name for a label set of any length in 122 bits. Owns the keyed hash; refuses to be a checksum
//! or to leave the process.
//!
//! Two polynomials over the prime 2^61 - 1, each at a random point of its own. Two different inputs
//! of n blocks of 7 bytes meet with a chance of at most ((n + 1) / 2^61)^2 whatever they are, as
//! long as the points are secret: for a label set of 1,000 bytes one in 10^32. That is proven, takes
//! no dependency and runs at the speed of the multiplier; comparing the bytes instead would keep
//! some 150 of them a series in memory, as much as half of what the engine itself needs.

use std::hash::{BuildHasher, Hasher};

const PRIME: u64 = (1 << 61) - 1;
const BLOCK: usize = 7;

/// The random points.
#[derive(Clone, Copy)]
pub struct HashKey([u64; 2]);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabelsHash([u64; 2]);

impl std::fmt::Debug for HashKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashKey")
    }
}

impl HashKey {
    #[must_use]
    pub fn new(random: [u64; 2]) -> Self {
        // 0 and 1 are no points to evaluate at.
        Self(random.map(|bits| (bits & PRIME).clamp(2, PRIME - 1)))
    }

    #[must_use]
    pub fn of(&self, bytes: &[u8]) -> LabelsHash {
        let mut state = self.begin(bytes.len() as u64);
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        for block in blocks {
            let [a, b, c, d, e, f, g] = *block;
            state = self.step(state, u64::from_le_bytes([a, b, c, d, e, f, g, 0]));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            state = self.step(state, u64::from_le_bytes(last));
        }
        LabelsHash(state)
    }

    /// Of a list, by the hashes of its elements.
    pub fn of_list(&self, length: usize, elements: impl Iterator<Item = LabelsHash>) -> LabelsHash {
        let begin = self.begin(length as u64);
        LabelsHash(elements.fold(begin, |state, LabelsHash([one, other])| {
            [
                fold(state[0], self.0[0], one),
                fold(state[1], self.0[1], other),
            ]
        }))
    }

    /// The length first: otherwise the padding of the last block would be part of the input.
    fn begin(&self, length: u64) -> [u64; 2] {
        self.step([1, 1], length & (PRIME >> 1))
    }

    #[inline]
    fn step(&self, state: [u64; 2], word: u64) -> [u64; 2] {
        [
            fold(state[0], self.0[0], word),
            fold(state[1], self.0[1], word),
        ]
    }
}

/// `state * point + word` modulo the prime; `word` is below 2^61.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the halves of a product")]
fn fold(state: u64, point: u64, word: u64) -> u64 {
    let product = u128::from(state) * u128::from(point);
    let sum = (product as u64 & PRIME) + (product >> 61) as u64 + word;
    // At most 3 * 2^61: one reduction brings it below 2^61 + 3.
    let reduced = (sum & PRIME) + (sum >> 61);
    if PRIME <= reduced {
        reduced - PRIME
    } else {
        reduced
    }
}

impl std::hash::Hash for LabelsHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0[0] ^ self.0[1].rotate_left(32));
    }
}

/// For tables of [`LabelsHash`]: it is one already.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsItIs;

#[derive(Clone, Copy, Debug, Default)]
pub struct Taken(u64);

impl BuildHasher for AsItIs {
    type Hasher = Taken;

    fn build_hasher(&self) -> Taken {
        Taken(0)
    }
}

impl Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        // A table picks by the lowest and the highest bits; the latter of 61 are always zero.
        self.0 = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_fold_is_what_big_numbers_say() {
        let big = |state: u64, point: u64, word: u64| {
            (u128::from(state) * u128::from(point) + u128::from(word)) % u128::from(PRIME)
        };
        let edges = [0, 1, 2, 12_345, PRIME / 2, PRIME - 2, PRIME - 1];
        for state in edges {
            for point in edges {
                for word in edges {
                    let got = u128::from(fold(state, point, word));
                    assert_eq!(got, big(state, point, word), "{state} {point} {word}");
                }
            }
        }
    }

    #[test]
    fn inputs_that_differ_in_anything_have_names_of_their_own() {
        let key = HashKey::new([0x1234_5678_9abc_def0, 0x0fed_cba9_8765_4321]);
        let mut seen = HashSet::with_hasher(AsItIs);
        for length in 0..40 {
            assert!(seen.insert(key.of(&vec![0; length])), "zeros, {length}");
            for at in 0..length {
                for bit in 0..8 {
                    let mut bytes = vec![0; length];
                    bytes[at] = 1 << bit;
                    assert!(seen.insert(key.of(&bytes)), "{length} {at} {bit}");
                }
            }
        }
        let other = HashKey::new([3, 5]);
        assert_ne!(key.of(b"a"), other.of(b"a"));
    }

    #[test]
    fn a_list_is_more_than_its_elements_in_any_order() {
        let key = HashKey::new([0x1234_5678_9abc_def0, 0x0fed_cba9_8765_4321]);
        let list =
            |all: &[&str]| key.of_list(all.len(), all.iter().map(|one| key.of(one.as_bytes())));
        assert_eq!(list(&["a", "b"]), list(&["a", "b"]));
        for other in [&["b", "a"][..], &["a"], &["ab", ""], &["a", "b", ""], &[]] {
            assert_ne!(list(&["a", "b"]), list(other), "{other:?}");
        }
    }
}
