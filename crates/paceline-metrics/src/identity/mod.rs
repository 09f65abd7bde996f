//! Who a series is. Owns targets (who measures), keys (what is measured), the numbers given to
//! their pairs, the index over their labels and the limits on new ones; refuses to know samples.
//!
//! ```text
//! target labels --+                          +-> postings: label pair -> bitmap of series ids
//!                 +-> (target, key) = series +
//! key labels -----+       u32, reused        +-> place: schema's slot, column, generation
//! ```
//!
//! How the labels are split between target and key is the pusher's choice; the same labels split
//! in another way are the same series, because the hash of a label set is the sum of its labels'.

mod interner;
mod names;
mod postings;
mod tables;

pub(crate) use postings::Postings;
pub(crate) use tables::{Tables, Target};

use parking_lot::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
use roaring::RoaringBitmap;

use crate::head::Schemas;
use crate::{EngineLimits, Label, Labels, METRIC_NAME, RefusalReason, SeriesRef};

/// The label whose values have a limit of metrics each.
const AGENT: &str = "agent";
const NOWHERE: u32 = u32::MAX;
const NAMES_AT_ONCE: usize = 1_024;

/// Where a series' samples go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub slot: u32,
    pub column: u16,
    generation: u16,
}

pub(crate) struct Identity {
    limits: EngineLimits,
    tables: RwLock<Tables>,
    postings: RwLock<Postings>,
    places: RwLock<Vec<Place>>,
    churn: Mutex<Churn>,
}

#[derive(Default)]
struct Churn {
    minute: i64,
    created: usize,
}

impl Identity {
    pub(crate) fn new(limits: EngineLimits) -> Self {
        Self {
            limits,
            tables: RwLock::default(),
            postings: RwLock::default(),
            places: RwLock::default(),
            churn: Mutex::default(),
        }
    }

    pub(crate) fn tables(&self) -> RwLockReadGuard<'_, Tables> {
        self.tables.read()
    }

    /// While it is held, no series is added.
    pub(crate) fn tables_exclusive(&self) -> RwLockWriteGuard<'_, Tables> {
        self.tables.write()
    }

    pub(crate) fn postings(&self) -> RwLockReadGuard<'_, Postings> {
        self.postings.read()
    }

    /// Does something with the names of many series, and lets others in between.
    pub(crate) fn each_name<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        mut work: impl FnMut(&Tables, T),
    ) {
        let mut tables = self.tables.read();
        for (at, one) in all.into_iter().enumerate() {
            work(&tables, one);
            if at % NAMES_AT_ONCE == NAMES_AT_ONCE - 1 {
                RwLockReadGuard::bump(&mut tables);
            }
        }
    }

    pub(crate) fn places(&self) -> Places<'_> {
        Places(self.places.read())
    }

    /// The series of these labels, made when it is new and within the limits.
    pub(crate) fn resolve(
        &self,
        target: &Labels,
        key: &Labels,
        now_ms: i64,
        schemas: &Schemas,
    ) -> Result<SeriesRef, RefusalReason> {
        if let Some(id) = self.tables.read().find(target, key) {
            return Ok(self.reference(id));
        }
        if overlap(target, key) {
            let (target, key) = untangled(target, key);
            return self.resolve(&target, &key, now_ms, schemas);
        }
        names::check_names(target, key, &self.limits)?;
        self.create(target, key, Some(now_ms), schemas)
    }

    /// As [`Identity::resolve`], but what was once stored is over no limit.
    pub(crate) fn restore(
        &self,
        target: &Labels,
        key: &Labels,
        schemas: &Schemas,
    ) -> Option<SeriesRef> {
        if let Some(id) = self.tables.read().find(target, key) {
            return Some(self.reference(id));
        }
        self.create(target, key, None, schemas).ok()
    }

    /// A schema as it was once, its columns in this order. `None` when a series of it is known
    /// already, which no undamaged file says.
    pub(crate) fn restore_schema(
        &self,
        target: &Labels,
        keys: &[Labels],
        open: bool,
        schemas: &Schemas,
    ) -> Option<u32> {
        let mut postings = self.postings.write();
        let mut tables = self.tables.write();
        if keys.iter().any(|key| tables.find(target, key).is_some()) {
            return None;
        }
        let mut restored = None;
        for (column, key) in keys.iter().enumerate() {
            let id = add(&mut tables, &mut postings, target, key);
            let number = tables.entry(id).target;
            let (slot, schema) = restored.get_or_insert_with(|| schemas.add_empty(number));
            schema.state.write().columns.push(id);
            self.put_place(id, *slot, column as u16);
            if open {
                tables.set_open_slot(id, *slot);
            }
        }
        restored.map(|(slot, _)| slot)
    }

    fn reference(&self, id: u32) -> SeriesRef {
        let places = self.places.read();
        let generation = places.get(id as usize).map_or(0, |place| place.generation);
        SeriesRef {
            id,
            generation: generation.into(),
        }
    }

    fn create(
        &self,
        target: &Labels,
        key: &Labels,
        limited_at: Option<i64>,
        schemas: &Schemas,
    ) -> Result<SeriesRef, RefusalReason> {
        // The index first: a question may hold it for long, and meanwhile known series go on.
        let mut postings = self.postings.write();
        let mut tables = self.tables.write();
        if let Some(id) = tables.find(target, key) {
            return Ok(self.reference(id));
        }
        if let Some(now_ms) = limited_at {
            let new_metric = is_new_metric(&postings, target, key);
            self.admit(&tables, either(target, key, AGENT), new_metric, now_ms)?;
        }
        let id = add(&mut tables, &mut postings, target, key);
        let (slot, column) = schemas.add_column(tables.target_of(id), id);
        tables.set_open_slot(id, slot);
        let generation = self.put_place(id, slot, column);
        Ok(SeriesRef { id, generation })
    }

    fn admit(
        &self,
        tables: &Tables,
        agent: &str,
        new_metric: bool,
        now_ms: i64,
    ) -> Result<(), RefusalReason> {
        if new_metric && tables.metrics_count(agent) >= self.limits.metrics_per_agent_max {
            return Err(RefusalReason::TooManyMetrics);
        }
        if tables.len() >= self.limits.series_max {
            return Err(RefusalReason::TooManySeries);
        }
        let mut churn = self.churn.lock();
        let minute = now_ms.div_euclid(60_000);
        if churn.minute != minute {
            *churn = Churn { minute, created: 0 };
        }
        if churn.created >= self.limits.new_series_per_minute_max {
            return Err(RefusalReason::TooMuchChurn);
        }
        churn.created += 1;
        Ok(())
    }

    fn put_place(&self, id: u32, slot: u32, column: u16) -> u32 {
        let mut places = self.places.write();
        let at = id as usize;
        if places.len() <= at {
            let unused = Place {
                slot: NOWHERE,
                column: 0,
                generation: 0,
            };
            places.resize(at + 1, unused);
        }
        let place = &mut places[at];
        (place.slot, place.column) = (slot, column);
        u32::from(place.generation)
    }

    /// The series now lives elsewhere; its number stays.
    pub(crate) fn moved(&self, ids: &[u32], slot: u32) {
        let mut places = self.places.write();
        for (column, id) in ids.iter().enumerate() {
            if let Some(place) = places.get_mut(*id as usize) {
                (place.slot, place.column) = (slot, column as u16);
            }
        }
    }

    /// Forgets series that have no sample left. The schema must be gone already.
    pub(crate) fn forget(&self, ids: &[u32], slot: u32) {
        let mut postings = self.postings.write();
        let mut tables = self.tables.write();
        let mut places = self.places.write();
        let all: RoaringBitmap = ids.iter().copied().collect();
        if let Some(first) = ids.first() {
            postings.remove(&all, tables.labels_of(*first).0);
        }
        for id in ids {
            let one = RoaringBitmap::from_iter([*id]);
            let (target, key) = tables.labels_of(*id);
            postings.remove(&one, key);
            let agent = either(target, key, AGENT);
            let name = either(target, key, METRIC_NAME);
            let last =
                is_counted(agent, name) && !postings.meet((AGENT, agent), (METRIC_NAME, name));
            let agent = last.then(|| agent.to_owned());
            tables.remove(*id, slot, agent.as_deref());
            if let Some(place) = places.get_mut(*id as usize) {
                place.slot = NOWHERE;
                place.generation = place.generation.wrapping_add(1);
            }
        }
    }

    /// Gives texts back that no series uses any more.
    pub(crate) fn sweep(&self) {
        self.tables.write().sweep();
    }

    pub(crate) fn len(&self) -> usize {
        self.tables.read().len()
    }
}

/// The places of all series, at one moment.
pub(crate) struct Places<'p>(RwLockReadGuard<'p, Vec<Place>>);

impl Places<'_> {
    #[inline]
    pub(crate) fn of(&self, series: SeriesRef) -> Option<Place> {
        let place = self.0.get(series.id as usize)?;
        let known = place.slot != NOWHERE && u32::from(place.generation) == series.generation;
        known.then_some(*place)
    }

    pub(crate) fn reference(&self, id: u32) -> Option<SeriesRef> {
        let generation = self.of_id(id)?.generation.into();
        Some(SeriesRef { id, generation })
    }

    pub(crate) fn of_id(&self, id: u32) -> Option<Place> {
        let place = self.0.get(id as usize)?;
        (place.slot != NOWHERE).then_some(*place)
    }
}

fn add(tables: &mut Tables, postings: &mut Postings, target: &Labels, key: &Labels) -> u32 {
    if is_new_metric(postings, target, key) {
        *tables.metrics_of(either(target, key, AGENT)) += 1;
    }
    let id = tables.add(target, key);
    let (target, key) = tables.labels_of(id);
    postings.insert(id, target, key);
    id
}

/// Would the series be the first of its agent and metric?
fn is_new_metric(postings: &Postings, target: &Labels, key: &Labels) -> bool {
    let agent = either(target, key, AGENT);
    let name = either(target, key, METRIC_NAME);
    is_counted(agent, name) && !postings.meet((AGENT, agent), (METRIC_NAME, name))
}

/// The host's own series describe an agent, which did not push them: they take no place of its own.
fn is_counted(agent: &str, name: &str) -> bool {
    const HOST_PREFIX: &str = "paceline_";
    !agent.is_empty() && !name.starts_with(HOST_PREFIX)
}

fn either<'l>(target: &'l Labels, key: &'l Labels, name: &str) -> &'l str {
    match key.get(name) {
        "" => target.get(name),
        value => value,
    }
}

/// Does the key name a label that the target has too?
fn overlap(target: &Labels, key: &Labels) -> bool {
    key.iter().any(|label| !target.get(&label.name).is_empty())
}

/// The key's value wins, as it is the closer one.
fn untangled(target: &Labels, key: &Labels) -> (Labels, Labels) {
    let kept = |label: &&Label| key.get(&label.name).is_empty();
    (
        Labels::new(target.iter().filter(kept).cloned()),
        key.clone(),
    )
}
