//! The last of something, numbered without a gap. Owns the numbers; refuses to grow.

use std::collections::VecDeque;

pub struct Ring<T, const KEPT: usize> {
    kept: VecDeque<T>,
    /// Of what came last.
    newest: u64,
}

impl<T, const KEPT: usize> Default for Ring<T, KEPT> {
    fn default() -> Self {
        Self {
            kept: VecDeque::new(),
            newest: 0,
        }
    }
}

impl<T: Clone, const KEPT: usize> Ring<T, KEPT> {
    /// Takes in what `make` makes of its number.
    pub fn put(&mut self, make: impl FnOnce(u64) -> T) {
        self.newest += 1;
        if KEPT <= self.kept.len() {
            self.kept.pop_front();
        }
        self.kept.push_back(make(self.newest));
    }

    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// The last after number `n`, at most `count`, and how many after `n` are left out.
    pub fn since(&self, n: u64, count: usize) -> (Vec<T>, u64) {
        let newer = self.newest.saturating_sub(n);
        let shown = usize::try_from(newer)
            .unwrap_or(count)
            .min(count)
            .min(self.kept.len());
        let last = self.kept.iter().skip(self.kept.len() - shown).cloned();
        (last.collect(), newer - shown as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_gap_and_what_is_left_out_is_counted() {
        let mut ring = Ring::<u64, 5>::default();
        for _ in 0..8 {
            ring.put(|n| n);
        }
        assert_eq!(ring.newest(), 8);
        let check = |since, count, expected: &[u64], left_out| {
            assert_eq!(
                ring.since(since, count),
                (expected.to_vec(), left_out),
                "{since} {count}"
            );
        };
        check(8, 10, &[], 0);
        check(6, 10, &[7, 8], 0);
        check(4, 2, &[7, 8], 2);
        check(0, 10, &[4, 5, 6, 7, 8], 3);
    }
}
