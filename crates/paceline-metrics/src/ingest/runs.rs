//! A push, sorted into rows. Owns the checks that need no look at stored values, and the grouping
//! of samples by schema and time; refuses to store.

use crate::head::Slots;
use crate::identity::{Place, Places};
use crate::{RefSample, Refusal, RefusalReason};

use super::hot::Hot;

/// Samples of one schema and one time.
pub(crate) struct Run {
    pub slot: u32,
    pub at_ms: i64,
    start: usize,
    end: usize,
}

#[derive(Default)]
pub(crate) struct Runs {
    pub all: Vec<Run>,
    columns: Vec<u16>,
    values: Vec<f64>,
    /// The sample's place in the push.
    origins: Vec<u32>,
}

/// Pushes in an order with fewer samples a run than this are sorted first.
const RUN_SAMPLES_MIN: usize = 4;
const SORT_SAMPLES_MIN: usize = 64;

pub(crate) struct Checks {
    pub newest_allowed: i64,
    pub oldest_allowed: i64,
    /// How much older than its schema's newest sample one may be.
    pub late_ms: i64,
}

impl Checks {
    pub(crate) fn at(hot: &Hot, now_ms: i64) -> Self {
        Self {
            newest_allowed: now_ms.saturating_add(hot.limits.ahead_ms_max),
            oldest_allowed: hot.oldest_allowed(now_ms),
            late_ms: hot.out_of_order_ms,
        }
    }

    /// What is in the log was checked before.
    pub(crate) fn replaying(hot: &Hot) -> Self {
        Self {
            newest_allowed: i64::MAX,
            oldest_allowed: hot.floor_ms(),
            late_ms: i64::MAX,
        }
    }
}

impl Run {
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }
}

impl Runs {
    pub(crate) fn of(
        samples: &[RefSample],
        hot: &Hot,
        checks: &Checks,
        refused: &mut Vec<Refusal>,
    ) -> Self {
        let (places, slots) = (hot.identity.places(), hot.schemas.slots());
        let runs = Self::in_order(
            0..samples.len(),
            samples,
            (&places, &slots),
            checks,
            refused,
        );
        if samples.len() < SORT_SAMPLES_MIN || runs.all.len() * RUN_SAMPLES_MIN < samples.len() {
            return runs;
        }
        let place = |at: &usize| {
            let place = places.of(samples[*at].series);
            let slot = place.map_or(0, |place| place.slot);
            (slot, samples[*at].at_ms, *at)
        };
        let mut order: Vec<usize> = (0..samples.len()).collect();
        order.sort_unstable_by_key(place);
        refused.clear();
        Self::in_order(
            order.into_iter(),
            samples,
            (&places, &slots),
            checks,
            refused,
        )
    }

    fn in_order(
        order: impl Iterator<Item = usize>,
        samples: &[RefSample],
        (places, slots): (&Places<'_>, &Slots),
        checks: &Checks,
        refused: &mut Vec<Refusal>,
    ) -> Self {
        let mut runs = Self {
            all: Vec::with_capacity(samples.len() / 32),
            columns: Vec::with_capacity(samples.len()),
            values: Vec::with_capacity(samples.len()),
            origins: Vec::with_capacity(samples.len()),
        };
        for at in order {
            let sample = &samples[at];
            match places.of(sample.series) {
                Some(place) => match runs.put(at, sample, place, slots, checks) {
                    Ok(()) => {}
                    Err(reason) => refused.push(refusal(at, reason)),
                },
                None => refused.push(refusal(at, RefusalReason::UnknownSeries)),
            }
        }
        runs
    }

    #[inline]
    fn put(
        &mut self,
        at: usize,
        sample: &RefSample,
        place: Place,
        slots: &Slots,
        checks: &Checks,
    ) -> Result<(), RefusalReason> {
        let goes_on = self
            .all
            .last()
            .is_some_and(|run| run.slot == place.slot && run.at_ms == sample.at_ms);
        if !goes_on {
            check_time(sample.at_ms, place.slot, slots, checks)?;
            self.all.push(Run {
                slot: place.slot,
                at_ms: sample.at_ms,
                start: self.columns.len(),
                end: self.columns.len(),
            });
        }
        self.columns.push(place.column);
        self.values.push(sample.value);
        self.origins.push(at as u32);
        if let Some(run) = self.all.last_mut() {
            run.end = self.columns.len();
        }
        Ok(())
    }

    pub(crate) fn columns(&self, run: &Run) -> &[u16] {
        &self.columns[run.start..run.end]
    }

    pub(crate) fn values(&self, run: &Run) -> &[f64] {
        &self.values[run.start..run.end]
    }

    /// Where in the push the value at this place of the run came from.
    pub(crate) fn origin(&self, run: &Run, at: usize) -> usize {
        self.origins[run.start + at] as usize
    }
}

pub(crate) fn refusal(at: usize, reason: RefusalReason) -> Refusal {
    Refusal {
        row: at,
        value: 0,
        reason,
    }
}

fn check_time(at_ms: i64, slot: u32, slots: &Slots, checks: &Checks) -> Result<(), RefusalReason> {
    if at_ms > checks.newest_allowed {
        return Err(RefusalReason::TooFarAhead);
    }
    if at_ms < checks.oldest_allowed {
        return Err(RefusalReason::TooOld);
    }
    let newest_ms = slots
        .get(slot)
        .map_or(i64::MIN, |schema| schema.state.read().newest_ms);
    if at_ms < newest_ms.saturating_sub(checks.late_ms) {
        return Err(RefusalReason::TooOld);
    }
    Ok(())
}
