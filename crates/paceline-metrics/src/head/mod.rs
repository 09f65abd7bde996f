//! Samples that are in no block yet. Owns all schemas, their slots and moves between them; refuses
//! to know labels and disks. Only the writer's thread changes rows; anybody reads.

mod late;
mod schema;
mod seal;
mod segment;
mod view;
mod window;

pub(crate) use late::LateSample;
pub(crate) use schema::{Declared, Odd, SchemaParts, State};
pub(crate) use segment::{Segment, SegmentBuilder};
pub(crate) use view::{View, ViewTimes};

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::{RwLock, RwLockReadGuard};

use crate::identity::{Identity, Target};
use crate::{SourceError, TimeRange};
use schema::COLUMNS_MAX;

pub(crate) struct Schema {
    pub target: u32,
    pub state: RwLock<State>,
}

#[derive(Default)]
pub(crate) struct Slots {
    all: Vec<Option<Arc<Schema>>>,
    free: Vec<u32>,
}

#[derive(Default)]
pub(crate) struct Schemas {
    slots: RwLock<Slots>,
    /// Columns stay where they are, for somebody walks over them.
    settled: AtomicBool,
}

impl Slots {
    pub(crate) fn get(&self, slot: u32) -> Option<&Arc<Schema>> {
        self.all.get(slot as usize)?.as_ref()
    }

    fn add(&mut self, target: u32, make: impl FnOnce(u32) -> State) -> (u32, Arc<Schema>) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.all.push(None);
            (self.all.len() - 1) as u32
        });
        let schema = Arc::new(Schema {
            target,
            state: RwLock::new(make(slot)),
        });
        self.all[slot as usize] = Some(Arc::clone(&schema));
        (slot, schema)
    }
}

impl Schemas {
    pub(crate) fn slots(&self) -> RwLockReadGuard<'_, Slots> {
        self.slots.read()
    }

    pub(crate) fn get(&self, slot: u32) -> Option<Arc<Schema>> {
        self.slots.read().get(slot).cloned()
    }

    /// All schemas with their slots.
    fn all(&self) -> Vec<(u32, Arc<Schema>)> {
        let slots = self.slots.read();
        let all = slots.all.iter().enumerate();
        all.filter_map(|(slot, schema)| Some((slot as u32, Arc::clone(schema.as_ref()?))))
            .collect()
    }

    pub(crate) fn len(&self) -> usize {
        let slots = self.slots.read();
        slots.all.len() - slots.free.len()
    }

    /// Gives a new series a column beside the target's others.
    pub(crate) fn add_column(&self, target: Target, id: u32) -> (u32, u16) {
        if let Some(slot) = target.open_slot
            && let Some(schema) = self.get(slot)
        {
            let mut state = schema.state.write();
            if state.columns.len() < COLUMNS_MAX {
                state.columns.push(id);
                return (slot, (state.columns.len() - 1) as u16);
            }
        }
        let mut slots = self.slots.write();
        let (slot, _) = slots.add(target.number, |slot| {
            let mut state = State::new(slot);
            state.columns.push(id);
            state
        });
        (slot, 0)
    }

    /// Seals what is due in a schema and moves the columns that do not belong to it.
    pub(crate) fn seal_due(
        &self,
        slot: u32,
        identity: &Identity,
        builder: &mut SegmentBuilder,
    ) -> Result<(), SourceError> {
        let Some(schema) = self.get(slot) else {
            return Ok(());
        };
        let strangers = schema.state.write().seal_due(builder).map_err(damaged)?;
        if !strangers.is_empty() && !self.settled.load(Ordering::Acquire) {
            self.part(slot, &schema, &strangers, identity, builder);
        }
        Ok(())
    }

    /// Whether columns stay where they are. Set on the writer's thread.
    pub(crate) fn settle(&self, settled: bool) {
        self.settled.store(settled, Ordering::Release);
    }

    /// A schema without columns, to be filled from a file.
    pub(crate) fn add_empty(&self, target: u32) -> (u32, Arc<Schema>) {
        self.slots.write().add(target, State::new)
    }

    /// Moves groups of columns to schemas of their own.
    fn part(
        &self,
        slot: u32,
        schema: &Schema,
        groups: &[Vec<u16>],
        identity: &Identity,
        builder: &mut SegmentBuilder,
    ) {
        // Nobody adds a column while columns move.
        let _no_new_series = identity.tables_exclusive();
        let mut state = schema.state.write();
        for group in groups {
            let mut slots = self.slots.write();
            let ids: Vec<u32> = group
                .iter()
                .map(|c| state.columns[usize::from(*c)])
                .collect();
            let (new, _) = slots.add(schema.target, |slot| state.project(group, slot, builder));
            drop(slots);
            identity.moved(&ids, new);
        }
        let leaving: Vec<bool> = marked(groups, state.columns.len());
        let staying: Vec<u16> = (0..state.columns.len())
            .filter(|column| !leaving[*column])
            .map(|column| column as u16)
            .collect();
        *state = state.project(&staying, slot, builder);
        identity.moved(&state.columns, slot);
    }

    /// All slots are below it.
    pub(crate) fn end(&self) -> u32 {
        self.slots.read().all.len() as u32
    }

    fn some(&self, range: Range<u32>) -> Vec<(u32, Arc<Schema>)> {
        let slots = self.slots.read();
        range
            .filter_map(|slot| Some((slot, Arc::clone(slots.get(slot)?))))
            .collect()
    }

    /// Seals the open rows of schemas without a sample since this time.
    pub(crate) fn seal_quiet(&self, slots: Range<u32>, before_ms: i64) -> Result<(), SourceError> {
        let mut builder = SegmentBuilder::default();
        for (_, schema) in self.some(slots) {
            let quiet = {
                let state = schema.state.read();
                state.newest_ms < before_ms && state.window.bytes() > 0
            };
            if quiet {
                schema
                    .state
                    .write()
                    .seal_all(&mut builder)
                    .map_err(damaged)?;
            }
        }
        Ok(())
    }

    /// What is before this time is in a block. Schemas that were empty before, too, are forgotten.
    pub(crate) fn drop_before(&self, slots: Range<u32>, at_ms: i64, identity: &Identity) {
        for (slot, schema) in self.some(slots) {
            let mut state = schema.state.write();
            state.drop_before(at_ms);
            let forgotten = state.blank && state.is_empty();
            state.blank = state.is_empty();
            drop(state);
            if forgotten {
                self.forget(slot, &schema, identity);
            }
        }
    }

    fn forget(&self, slot: u32, schema: &Schema, identity: &Identity) {
        let no_new_series = identity.tables_exclusive();
        let ids = std::mem::take(&mut schema.state.write().columns);
        let mut slots = self.slots.write();
        slots.all[slot as usize] = None;
        slots.free.push(slot);
        drop(slots);
        drop(no_new_series);
        identity.forget(&ids, slot);
    }

    pub(crate) fn oldest_ms(&self) -> Option<i64> {
        let all = self.all();
        all.iter()
            .filter_map(|(_, schema)| schema.state.read().oldest_ms())
            .min()
    }

    pub(crate) fn bytes(&self) -> u64 {
        let all = self.all();
        all.iter()
            .map(|(_, schema)| schema.state.read().bytes() as u64)
            .sum()
    }
}

impl Schema {
    /// Are there samples, and all in the range?
    pub(crate) fn is_within(&self, range: TimeRange) -> bool {
        let state = self.state.read();
        state
            .oldest_ms()
            .is_some_and(|oldest| range.from_ms <= oldest && state.newest_ms <= range.to_ms)
    }

    /// `wanted` series ids with the columns they had when they were looked up. Those that have
    /// moved since are handed back.
    pub(crate) fn view(&self, wanted: &[(u32, u16)], range: TimeRange) -> (View, Vec<u32>) {
        let state = self.state.read();
        let here = |(id, column): &&(u32, u16)| {
            state.columns.get(usize::from(*column)).copied() == Some(*id)
        };
        let (found, moved): (Vec<_>, Vec<_>) = wanted.iter().partition(here);
        let moved = moved.into_iter().map(|(id, _)| id).collect();
        (View::of(&state, found, range), moved)
    }

    /// The newest sample in the range of each wanted series, as far as the open rows tell: what is
    /// sealed is older. The other series are handed back with their places.
    pub(crate) fn newest(
        &self,
        wanted: &[(u32, u16)],
        range: TimeRange,
        mut found: impl FnMut(u32, i64, f64),
    ) -> Vec<(u32, u16)> {
        let state = self.state.read();
        let open = |id: u32, column: u16| {
            let is_here = state.columns.get(usize::from(column)) == Some(&id);
            let newest = state.window.newest(usize::from(column), range);
            let (at_ms, value) = newest.filter(|_| is_here)?;
            let mut later = state.late.between(at_ms + 1, range.to_ms).iter();
            (!later.any(|late| late.column == column)).then_some((at_ms, value))
        };
        let is_elsewhere = |(id, column): &&(u32, u16)| match open(*id, *column) {
            Some((at_ms, value)) => {
                found(*id, at_ms, value);
                false
            }
            None => true,
        };
        wanted.iter().filter(is_elsewhere).copied().collect()
    }
}

fn marked(groups: &[Vec<u16>], columns: usize) -> Vec<bool> {
    let mut marked = vec![false; columns];
    for column in groups.iter().flatten() {
        marked[usize::from(*column)] = true;
    }
    marked
}

pub(crate) fn damaged(error: crate::codec::CodecError) -> SourceError {
    SourceError::Damaged {
        place: "the head".to_owned(),
        problem: error.to_string(),
    }
}
