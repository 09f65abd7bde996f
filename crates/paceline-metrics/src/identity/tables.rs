//! The numbers of targets, keys and series. Owns three hash tables of small integers, so that a
//! series costs a few bytes here however long its labels are.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use super::interner::Interner;
use crate::Labels;

/// A target's schema that takes its new series, when there is none.
const NO_SLOT: u32 = u32::MAX;

#[derive(Clone, Copy)]
pub(crate) struct SeriesEntry {
    pub target: u32,
    pub key: u32,
}

/// Labels that many series share, and how many.
struct Shared {
    labels: Labels,
    hash: u64,
    users: u32,
    /// Of a target: where its next new series goes.
    open_slot: u32,
}

#[derive(Default)]
struct Pool {
    all: Vec<Shared>,
    free: Vec<u32>,
    table: HashTable<u32>,
}

#[derive(Default)]
pub(crate) struct Tables {
    hasher: DefaultHashBuilder,
    interner: Interner,
    targets: Pool,
    keys: Pool,
    series: Vec<SeriesEntry>,
    free: Vec<u32>,
    table: HashTable<u32>,
    metrics_per_agent: HashMap<Box<str>, usize>,
    /// Rises when a number may be given to another series.
    forgotten: u64,
}

impl Tables {
    /// How many series there are.
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    pub(crate) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    pub(super) fn find(&self, target: &Labels, key: &Labels) -> Option<u32> {
        let hash = self.hash(target).wrapping_add(self.hash(key));
        self.find_hashed(hash, target, key)
    }

    fn find_hashed(&self, hash: u64, target: &Labels, key: &Labels) -> Option<u32> {
        let same = |id: &u32| {
            let (known_target, known_key) = self.labels_of(*id);
            (known_target.same(target) && known_key.same(key))
                || same_set((known_target, known_key), (target, key))
        };
        self.table.find(hash, same).copied()
    }

    /// Does not depend on the order of labels, nor on what is target and what is key.
    fn hash(&self, labels: &Labels) -> u64 {
        labels.iter().fold(0, |sum: u64, label| {
            sum.wrapping_add(self.hasher.hash_one((&*label.name, &*label.value)))
        })
    }

    pub(crate) fn entry(&self, id: u32) -> SeriesEntry {
        self.series[id as usize]
    }

    pub(crate) fn labels_of(&self, id: u32) -> (&Labels, &Labels) {
        let entry = self.entry(id);
        (self.target(entry.target), self.key(entry.key))
    }

    pub(crate) fn target(&self, target: u32) -> &Labels {
        &self.targets.all[target as usize].labels
    }

    pub(crate) fn key(&self, key: u32) -> &Labels {
        &self.keys.all[key as usize].labels
    }

    /// The whole name of a series.
    pub(crate) fn full_labels(&self, id: u32) -> Labels {
        let (target, key) = self.labels_of(id);
        target.joined(key)
    }

    pub(super) fn target_of(&self, id: u32) -> Target {
        let target = self.entry(id).target;
        let open_slot = self.targets.all[target as usize].open_slot;
        Target {
            number: target,
            open_slot: (open_slot != NO_SLOT).then_some(open_slot),
        }
    }

    /// Do new series of the target go to this schema?
    pub(crate) fn is_open(&self, target: u32, slot: u32) -> bool {
        self.targets.all[target as usize].open_slot == slot
    }

    pub(super) fn set_open_slot(&mut self, id: u32, slot: u32) {
        let target = self.entry(id).target;
        self.targets.all[target as usize].open_slot = slot;
    }

    pub(super) fn add(&mut self, target: &Labels, key: &Labels) -> u32 {
        let (target_hash, key_hash) = (self.hash(target), self.hash(key));
        let entry = SeriesEntry {
            target: self.targets.take(target, target_hash, &mut self.interner),
            key: self.keys.take(key, key_hash, &mut self.interner),
        };
        let id = self.free.pop().unwrap_or_else(|| {
            self.series.push(entry);
            (self.series.len() - 1) as u32
        });
        self.series[id as usize] = entry;
        let (series, targets, keys) = (&self.series, &self.targets, &self.keys);
        let rehash = |id: &u32| {
            let entry = series[*id as usize];
            targets.all[entry.target as usize]
                .hash
                .wrapping_add(keys.all[entry.key as usize].hash)
        };
        let hash = target_hash.wrapping_add(key_hash);
        self.table.insert_unique(hash, id, rehash);
        id
    }

    /// `slot` is the schema that is gone; `agent` has lost a metric's last series.
    pub(super) fn remove(&mut self, id: u32, slot: u32, agent: Option<&str>) {
        let entry = self.entry(id);
        let (target, key) = (
            &mut self.targets.all[entry.target as usize],
            &self.keys.all[entry.key as usize],
        );
        if target.open_slot == slot {
            target.open_slot = NO_SLOT;
        }
        let hash = target.hash.wrapping_add(key.hash);
        if let Ok(found) = self.table.find_entry(hash, |known| *known == id) {
            found.remove();
        }
        self.targets.give_back(entry.target);
        self.keys.give_back(entry.key);
        self.free.push(id);
        self.forgotten += 1;
        if let Some(agent) = agent
            && let Some(count) = self.metrics_per_agent.get_mut(agent)
        {
            *count -= 1;
            if *count == 0 {
                self.metrics_per_agent.remove(agent);
            }
        }
    }

    pub(super) fn metrics_count(&self, agent: &str) -> usize {
        self.metrics_per_agent.get(agent).copied().unwrap_or(0)
    }

    pub(super) fn metrics_of(&mut self, agent: &str) -> &mut usize {
        self.metrics_per_agent.entry(agent.into()).or_default()
    }

    pub(super) fn sweep(&mut self) {
        self.interner.sweep();
    }
}

/// What a schema needs to know of who measures.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub number: u32,
    pub open_slot: Option<u32>,
}

impl Pool {
    fn take(&mut self, labels: &Labels, hash: u64, interner: &mut Interner) -> u32 {
        let all = &mut self.all;
        let same = |at: &u32| all[*at as usize].labels == *labels;
        if let Some(found) = self.table.find(hash, same).copied() {
            all[found as usize].users += 1;
            return found;
        }
        let shared = Shared {
            labels: interner.share(labels),
            hash,
            users: 1,
            open_slot: NO_SLOT,
        };
        let at = match self.free.pop() {
            Some(at) => {
                all[at as usize] = shared;
                at
            }
            None => {
                all.push(shared);
                (all.len() - 1) as u32
            }
        };
        self.table
            .insert_unique(hash, at, |at| all[*at as usize].hash);
        at
    }

    fn give_back(&mut self, at: u32) {
        let shared = &mut self.all[at as usize];
        shared.users -= 1;
        if shared.users > 0 {
            return;
        }
        let hash = shared.hash;
        shared.labels = Labels::default();
        if let Ok(found) = self.table.find_entry(hash, |known| *known == at) {
            found.remove();
        }
        self.free.push(at);
    }
}

/// Are these the same labels, split differently?
fn same_set(one: (&Labels, &Labels), other: (&Labels, &Labels)) -> bool {
    one.0.len() + one.1.len() == other.0.len() + other.1.len()
        && one.0.iter().chain(one.1).all(|label| {
            let value = match other.0.get(&label.name) {
                "" => other.1.get(&label.name),
                value => value,
            };
            value == &*label.value
        })
}
