//! Parts of block indexes that were read lately. Owns a budget in bytes over all files; refuses to
//! hold samples: those are read once and handed on.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::format::Place;
use super::frames::{SeriesFrame, TimeFrame};
use super::postings::{Names, PostingFrame};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Directory,
    Series,
    Times,
    Symbols,
    Names,
    Postings,
}

/// File, part, and the frame's number or offset.
pub(super) type Key = (u64, Part, u64);

#[derive(Clone)]
pub(super) enum Cached {
    Directory(Arc<Vec<Place>>),
    Series(Arc<SeriesFrame>),
    Times(Arc<TimeFrame>),
    Symbols(Arc<Vec<Arc<str>>>),
    Names(Arc<Names>),
    Postings(Arc<PostingFrame>),
}

/// Two generations: when the young one has filled half of the budget it becomes the old one, and
/// what nobody asked for since is gone. A hit costs no bookkeeping, unlike a list by last use.
pub(super) struct Cache {
    bytes_max: usize,
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<Key, (Cached, usize)>,
    old: HashMap<Key, (Cached, usize)>,
    young_bytes: usize,
}

impl Cache {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            bytes_max,
            generations: Mutex::default(),
        }
    }

    pub(super) fn get(&self, key: Key) -> Option<Cached> {
        let mut all = self.generations.lock();
        if let Some((cached, _)) = all.young.get(&key) {
            return Some(cached.clone());
        }
        let (cached, bytes) = all.old.remove(&key)?;
        self.put_young(&mut all, key, cached.clone(), bytes);
        Some(cached)
    }

    pub(super) fn put(&self, key: Key, cached: Cached, bytes: usize) {
        self.put_young(&mut self.generations.lock(), key, cached, bytes);
    }

    fn put_young(&self, all: &mut Generations, key: Key, cached: Cached, bytes: usize) {
        if all.young_bytes + bytes > self.bytes_max / 2 {
            all.old = std::mem::take(&mut all.young);
            all.young_bytes = 0;
        }
        if bytes <= self.bytes_max / 2 {
            all.young_bytes += bytes;
            all.young.insert(key, (cached, bytes));
        }
    }
}
