//! Rows into the head. Owns the step after the sync: storing, telling the tap, counting; refuses
//! what contradicts a stored value.

use std::sync::Arc;

use super::hot::Hot;
use super::runs::{Run, Runs, refusal};
use crate::engine::Tap;
use crate::head::{Odd, Schema};
use crate::identity::Tables;
use crate::{Refusal, RefusalReason, Row, RowValue};

/// Stores all runs. `full` gets the slots that have something to seal; answers how many values are
/// stored now, whether they were before or not.
pub(crate) fn store(
    runs: &Runs,
    hot: &Hot,
    refused: &mut Vec<Refusal>,
    full: &mut Vec<u32>,
) -> u64 {
    let tap = hot.tap.read().clone();
    // Before the slots, as whoever adds a series takes them in this order.
    let tables = tap.as_ref().map(|_| hot.identity.tables());
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
        if let (Some(tap), Some(tables)) = (&tap, &tables) {
            tell(tap, tables, schema, (runs, run), &odd);
        }
    }
    hot.raise_newest(newest_ms);
    hot.count_samples(new as u64);
    drop(slots);
    accepted as u64
}

fn tell(tap: &Arc<Tap>, tables: &Tables, schema: &Schema, (runs, run): (&Runs, &Run), odd: &Odd) {
    let state = schema.state.read();
    let cells = runs.columns(run).iter().zip(runs.values(run)).enumerate();
    let values = cells.filter(|(at, _)| !odd.has(*at));
    let values = values.map(|(_, (column, value))| {
        let id = state.columns[usize::from(*column)];
        RowValue {
            key: tables.labels_of(id).1.clone(),
            value: *value,
        }
    });
    let row = Row {
        labels: tables.target(schema.target).clone(),
        at_ms: run.at_ms,
        values: values.collect(),
    };
    drop(state);
    if !row.values.is_empty() {
        tap(&row);
    }
}
