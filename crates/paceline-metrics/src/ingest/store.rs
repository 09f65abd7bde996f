//! Rows into the head. Owns the step after the sync: storing, telling the taps, counting; refuses
//! what contradicts a stored value.

use super::hot::Hot;
use super::runs::{Run, Runs, refusal};
use crate::engine::TappedRow;
use crate::head::{Odd, Schema};
use crate::identity::Places;
use crate::{Refusal, RefusalReason, SeriesRef};

/// Stores all runs. `full` gets the slots that have something to seal; answers how many values are
/// stored now, whether they were before or not.
pub(crate) fn store(
    runs: &Runs,
    hot: &Hot,
    refused: &mut Vec<Refusal>,
    full: &mut Vec<u32>,
) -> u64 {
    let taps = hot.taps.open();
    // Before the slots, as whoever adds a series takes them in this order.
    let names = (!taps.is_empty()).then(|| (hot.identity.tables(), hot.identity.places()));
    let mut told = Vec::new();
    let slots = hot.schemas.slots();
    let mut odd = Odd::default();
    let (mut accepted, mut new, mut newest_ms) = (0, 0, i64::MIN);
    for run in &runs.all {
        let Some(schema) = slots.get(run.slot) else {
            continue;
        };
        odd.clear();
        let mut state = schema.state.write();
        let columns = runs.columns(run);
        state.put_row(run.at_ms, columns, runs.values(run), &mut odd);
        if state.is_full() && full.last() != Some(&run.slot) {
            full.push(run.slot);
        }
        drop(state);
        newest_ms = newest_ms.max(run.at_ms);
        accepted += run.len() - odd.rejected.len();
        new += run.len() - odd.rejected.len() - odd.known.len();
        for at in &odd.rejected {
            refused.push(refusal(runs.origin(run, *at), RefusalReason::Conflict));
        }
        if let Some((tables, places)) = &names {
            new_samples(schema, places, (runs, run), &odd, &mut told);
            let target = tables.target(schema.target);
            if !told.is_empty() {
                let row = TappedRow::new(run.at_ms, target, tables, &told);
                taps.iter().for_each(|tap| tap.see(&row));
            }
        }
    }
    hot.raise_newest(newest_ms);
    hot.count_samples(new as u64);
    drop(slots);
    accepted as u64
}

/// What of a run was not stored before, by series.
fn new_samples(
    schema: &Schema,
    places: &Places<'_>,
    (runs, run): (&Runs, &Run),
    odd: &Odd,
    found: &mut Vec<(SeriesRef, f64)>,
) {
    found.clear();
    let state = schema.state.read();
    let cells = runs.columns(run).iter().zip(runs.values(run)).enumerate();
    let new = cells.filter(|(at, _)| !odd.has(*at));
    found.extend(new.filter_map(|(_, (column, value))| {
        let series = places.reference(state.columns[usize::from(*column)])?;
        Some((series, *value))
    }));
}
