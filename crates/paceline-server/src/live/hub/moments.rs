//! When what frames show changed. Owns the time of each of the last changes, those too that a later
//! one of the same row hides; refuses to know what changed.
//!
//! A row has the time of its newest change alone, so that lags read from rows would leave out the
//! changes that waited longest for their frame.

use std::collections::{BTreeMap, VecDeque};

use paceline_api::LiveMoments;

use crate::live::limits::MOMENTS_KEPT_MAX;

#[derive(Default)]
pub struct Moments {
    /// Versions and milliseconds, versions rising.
    kept: VecDeque<(u64, i64)>,
}

impl Moments {
    pub fn put(&mut self, version: u64, at_ms: i64) {
        if MOMENTS_KEPT_MAX <= self.kept.len() {
            self.kept.pop_front();
        }
        self.kept.push_back((version, at_ms));
    }

    /// Of the changes after a version: how many in each millisecond.
    pub fn since(&self, version: u64) -> Option<LiveMoments> {
        let newer = self.kept.iter().rev();
        let newer = newer.take_while(|(at, _)| version < *at);
        let mut counts = BTreeMap::<i64, u32>::new();
        for (_, at_ms) in newer {
            *counts.entry(*at_ms).or_default() += 1;
        }
        let from_ms = *counts.first_key_value()?.0;
        let mut before = from_ms;
        let after_ms = counts.keys().map(|&at_ms| {
            let after = u32::try_from(at_ms - before).unwrap_or(u32::MAX);
            before = at_ms;
            after
        });
        Some(LiveMoments {
            from_ms,
            after_ms: after_ms.collect(),
            counts: counts.values().copied().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_after_a_version_is_counted_at_its_time() {
        let mut moments = Moments::default();
        for (version, at_ms) in [(1, 90), (2, 105), (3, 100), (5, 105), (5, 112)] {
            moments.put(version, at_ms);
        }
        let check = |version, expected: Option<(i64, &[u32], &[u32])>| {
            let expected = expected.map(|(from_ms, after_ms, counts)| LiveMoments {
                from_ms,
                after_ms: after_ms.to_vec(),
                counts: counts.to_vec(),
            });
            assert_eq!(moments.since(version), expected, "{version}");
        };
        check(5, None);
        check(4, Some((105, &[0, 7], &[1, 1])));
        check(1, Some((100, &[0, 5, 7], &[1, 2, 1])));
        check(0, Some((90, &[0, 10, 5, 7], &[1, 1, 2, 1])));
    }

    #[test]
    fn the_oldest_make_room() {
        let mut moments = Moments::default();
        for version in 1..=MOMENTS_KEPT_MAX as u64 + 3 {
            moments.put(version, 7);
        }
        let kept = moments.since(0).map(|moments| moments.counts);
        assert_eq!(kept, Some(vec![MOMENTS_KEPT_MAX as u32]));
    }
}
