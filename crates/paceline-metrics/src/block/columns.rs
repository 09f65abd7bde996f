//! A chunk's columns as bytes. Owns which columns are implied by others and stored as nothing;
//! refuses to know where in the file they go.

use crate::codec::{
    CodecError, decode_times, decode_values, encode_times, encode_values, encode_values_dense,
};
use crate::rollup::{Buckets, COLUMNS, Column};

use super::frames::TimeChunk;

pub(super) const ROLLUP_COLUMNS: usize = COLUMNS;
pub(super) const ROLLUP_TIME_COLUMNS: usize = 2;

pub(super) fn time_chunk(columns: &[&[i64]]) -> TimeChunk {
    let (first, last) = (columns[0], columns[columns.len() - 1]);
    TimeChunk {
        samples: first.len() as u32,
        first_ms: first.first().copied().unwrap_or_default(),
        last_ms: last.last().copied().unwrap_or_default(),
        columns: columns
            .iter()
            .map(|times| {
                let mut bytes = Vec::new();
                encode_times(times, &mut bytes);
                bytes
            })
            .collect(),
    }
}

pub(super) fn decode_time_column(
    chunk: &TimeChunk,
    column: usize,
    out: &mut Vec<i64>,
) -> Result<(), CodecError> {
    let bytes = chunk.columns.get(column).ok_or(CodecError::Truncated)?;
    decode_times(bytes, chunk.samples as usize, out)
}

/// Appends one column of raw values.
pub(super) fn encode_raw(values: &[f64], dense: bool, out: &mut Vec<u8>) {
    if dense {
        encode_values_dense(values, out);
    } else {
        encode_values(values, out);
    }
}

/// Each column of a rollup; an implied one is empty.
pub(super) fn encode_buckets(buckets: &Buckets) -> [Vec<u8>; ROLLUP_COLUMNS] {
    Column::ALL.map(|column| {
        let values = buckets.column(column);
        let implied = match implied_by(column) {
            Some(other) => same(values, buckets.column(other)),
            None => implies_zero(column) && values.iter().all(|value| value.to_bits() == 0),
        };
        let mut bytes = Vec::new();
        if !implied {
            encode_values_dense(values, &mut bytes);
        }
        bytes
    })
}

/// The column that a column equals when it is not stored: a rising counter's smallest value is its
/// first and its largest the last.
pub(super) const fn implied_by(column: Column) -> Option<Column> {
    match column {
        Column::Min => Some(Column::First),
        Column::Max => Some(Column::Last),
        _ => None,
    }
}

const fn implies_zero(column: Column) -> bool {
    matches!(column, Column::Drop | Column::Ended)
}

fn same(one: &[f64], other: &[f64]) -> bool {
    one.iter()
        .zip(other)
        .all(|(one, other)| one.to_bits() == other.to_bits())
}

/// Appends one column of values; nothing stored means zeros, where the column allows it.
pub(super) fn decode_column(
    bytes: &[u8],
    column: Option<Column>,
    count: usize,
    out: &mut Vec<f64>,
) -> Result<(), CodecError> {
    match column {
        Some(column) if bytes.is_empty() && implies_zero(column) => {
            out.resize(out.len() + count, 0.0);
            Ok(())
        }
        _ => decode_values(bytes, count, out),
    }
}
