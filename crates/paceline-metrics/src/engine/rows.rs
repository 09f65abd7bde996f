//! Rows with labels, turned into numbered samples. Owns the way back from a sample to its place in
//! the rows, for the account.

use crate::engine::Settled;
use crate::ingest::Hot;
use crate::{RefSample, Refusal, Row};

/// The samples of the rows' known and admitted series, and an answer in terms of the rows.
pub(super) fn resolved(
    hot: &Hot,
    rows: &[Row],
    now_ms: i64,
    settled: Settled,
) -> (Vec<RefSample>, Settled) {
    let count = rows.iter().map(|row| row.values.len()).sum();
    let mut samples = Vec::with_capacity(count);
    let mut places: Vec<(u32, u32)> = Vec::with_capacity(count);
    let mut refused = Vec::new();
    for (row_at, row) in rows.iter().enumerate() {
        for (value_at, value) in row.values.iter().enumerate() {
            let (identity, schemas) = (&hot.identity, &hot.schemas);
            match identity.resolve(&row.labels, &value.key, now_ms, schemas) {
                Ok(series) => {
                    places.push((row_at as u32, value_at as u32));
                    samples.push(RefSample {
                        series,
                        at_ms: row.at_ms,
                        value: value.value,
                    });
                }
                Err(reason) => {
                    hot.count_refused(reason);
                    refused.push(Refusal {
                        row: row_at,
                        value: value_at,
                        reason,
                    });
                }
            }
        }
    }
    let settled: Settled = Box::new(move |result| {
        settled(result.map(|mut appended| {
            let placed = appended.refused.iter().filter_map(|refusal| {
                let (row, value) = *places.get(refusal.row)?;
                Some(Refusal {
                    row: row as usize,
                    value: value as usize,
                    reason: refusal.reason,
                })
            });
            refused.extend(placed);
            refused.sort_by_key(|refusal| (refusal.row, refusal.value));
            appended.refused = refused;
            appended
        }));
    });
    (samples, settled)
}
