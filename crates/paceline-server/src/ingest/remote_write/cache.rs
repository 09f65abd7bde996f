//! Which series a label set is, by its hash. Owns a bounded table of two generations; refuses
//! labels: what it does not know is asked of the engine.
//!
//! When the younger generation is full it becomes the older one, and that one is forgotten. What
//! is used moves to the younger, so a series that is pushed stays, and one that is not costs
//! nothing for long.

use std::collections::HashMap;

use paceline_metrics::SeriesRef;

use super::hash::{AsItIs, LabelsHash};

/// Of one generation: what a hash table of 2^21 places holds, 60 MiB. It grows to that only when
/// as many series are pushed.
pub const ENTRIES_MAX: usize = (1 << 21) / 8 * 7;

type Table = HashMap<LabelsHash, SeriesRef, AsItIs>;

pub struct Cache {
    young: Table,
    old: Table,
    entries_max: usize,
}

/// What was found, and whether it will be forgotten unless it is added again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Young(SeriesRef),
    Old(SeriesRef),
}

impl Cache {
    #[must_use]
    pub fn new(entries_max: usize) -> Self {
        Self {
            young: Table::default(),
            old: Table::default(),
            entries_max,
        }
    }

    #[inline]
    #[must_use]
    pub fn get(&self, hash: LabelsHash) -> Option<Found> {
        match self.young.get(&hash) {
            Some(series) => Some(Found::Young(*series)),
            None if self.old.is_empty() => None,
            None => self.old.get(&hash).copied().map(Found::Old),
        }
    }

    pub fn add(&mut self, hash: LabelsHash, series: SeriesRef) {
        if self.entries_max <= self.young.len() {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash, series);
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::hash::HashKey;
    use super::*;
    use paceline_metrics::{Engine, EngineOptions, Labels};

    #[test]
    fn what_is_used_stays_and_what_is_not_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::open(EngineOptions::new(folder.path()), 0).unwrap();
        let key = Labels::from_pairs([("__name__", "m")]);
        let series = engine.resolve(&Labels::default(), &key, 0).unwrap();
        let hash = |number: u64| HashKey::new([5, 7]).of(&number.to_le_bytes());
        let mut cache = Cache::new(10);
        for number in 0..1_000 {
            cache.add(hash(number), series);
            match cache.get(hash(0)) {
                Some(Found::Old(series)) => cache.add(hash(0), series),
                Some(Found::Young(_)) => {}
                None => panic!("used, and forgotten at {number}"),
            }
            assert!(cache.len() <= 20);
        }
        assert_eq!(cache.get(hash(999)), Some(Found::Young(series)));
        assert_eq!(cache.get(hash(500)), None);
    }
}
