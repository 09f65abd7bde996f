//! What the frames say. Owns the bodies: keys, schemas, rows; refuses to decide when they are due.
//! `docs/format/metrics-log.md` draws them.

use crate::codec::CodecError;
use crate::codec::bytes::{
    put_signed, put_unsigned, take_byte, take_bytes, take_signed, take_unsigned,
};
use crate::{Label, Labels};

const KEYS: u8 = 1;
const SCHEMA: u8 = 2;
const ROWS: u8 = 3;
const CLOSED: u8 = 4;
/// Columns of a run: one after the other, or listed.
const FOLLOWING: u8 = 0;
const LISTED: u8 = 1;
const LABELS_MAX: u64 = 100_000;

pub(crate) enum Body {
    Keys(Vec<(u32, Labels)>),
    Schema(SchemaBody),
    Rows(Vec<RunBody>),
    Closed,
}

/// Columns from `first` on. With `first` 0 the schema starts anew, with this target.
pub(crate) struct SchemaBody {
    pub slot: u32,
    pub first: usize,
    pub target: Labels,
    pub keys: Vec<u32>,
}

pub(crate) struct RunBody {
    pub slot: u32,
    pub at_ms: i64,
    pub columns: Vec<u16>,
    pub values: Vec<f64>,
}

pub(super) fn put_keys<'k>(out: &mut Vec<u8>, keys: impl Iterator<Item = (u32, &'k Labels)>) {
    out.push(KEYS);
    for (number, labels) in keys {
        put_unsigned(u64::from(number), out);
        put_labels(labels, out);
    }
}

pub(super) fn put_schema(out: &mut Vec<u8>, schema: &SchemaBody) {
    out.push(SCHEMA);
    put_unsigned(u64::from(schema.slot), out);
    put_unsigned(schema.first as u64, out);
    put_labels(&schema.target, out);
    for key in &schema.keys {
        put_unsigned(u64::from(*key), out);
    }
}

pub(super) fn put_rows_start(out: &mut Vec<u8>, base_ms: i64) {
    out.push(ROWS);
    put_signed(base_ms, out);
}

pub(super) fn put_run(
    out: &mut Vec<u8>,
    base_ms: i64,
    (slot, at_ms): (u32, i64),
    columns: &[u16],
    values: &[f64],
) {
    put_unsigned(u64::from(slot), out);
    put_signed(at_ms.wrapping_sub(base_ms), out);
    put_unsigned(columns.len() as u64, out);
    let following = columns
        .windows(2)
        .all(|two| two[1] == two[0].wrapping_add(1));
    if following {
        out.push(FOLLOWING);
        put_unsigned(u64::from(columns.first().copied().unwrap_or(0)), out);
    } else {
        out.push(LISTED);
        for column in columns {
            out.extend_from_slice(&column.to_le_bytes());
        }
    }
    let start = out.len();
    out.resize(start + size_of_val(values), 0);
    for (bytes, value) in out[start..].chunks_exact_mut(8).zip(values) {
        bytes.copy_from_slice(&value.to_le_bytes());
    }
}

pub(super) fn put_closed(out: &mut Vec<u8>) {
    out.push(CLOSED);
}

pub(crate) fn put_labels(labels: &Labels, out: &mut Vec<u8>) {
    put_unsigned(labels.len() as u64, out);
    for label in labels {
        for text in [&label.name, &label.value] {
            put_unsigned(text.len() as u64, out);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

pub(super) fn read_body(mut bytes: &[u8]) -> Result<Body, CodecError> {
    let bytes = &mut bytes;
    match take_byte(bytes)? {
        KEYS => {
            until_end(bytes, |bytes| Ok((take_u32(bytes)?, take_labels(bytes)?))).map(Body::Keys)
        }
        SCHEMA => Ok(Body::Schema(SchemaBody {
            slot: take_u32(bytes)?,
            first: take_u32(bytes)? as usize,
            target: take_labels(bytes)?,
            keys: until_end(bytes, take_u32)?,
        })),
        ROWS => {
            let base_ms = take_signed(bytes)?;
            until_end(bytes, |bytes| take_run(bytes, base_ms)).map(Body::Rows)
        }
        CLOSED => Ok(Body::Closed),
        other => Err(CodecError::UnknownEncoding(other)),
    }
}

fn until_end<T>(
    bytes: &mut &[u8],
    take: impl Fn(&mut &[u8]) -> Result<T, CodecError>,
) -> Result<Vec<T>, CodecError> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        all.push(take(bytes)?);
    }
    Ok(all)
}

fn take_run(bytes: &mut &[u8], base_ms: i64) -> Result<RunBody, CodecError> {
    let slot = take_u32(bytes)?;
    let at_ms = base_ms.wrapping_add(take_signed(bytes)?);
    let count = take_u32(bytes)? as usize;
    // Each value has eight bytes here, so that a wrong count allocates no more than there is.
    if count > bytes.len() / 8 {
        return Err(CodecError::Truncated);
    }
    let columns = match take_byte(bytes)? {
        FOLLOWING => {
            let first = take_u32(bytes)?;
            (first..).take(count).map(|column| column as u16).collect()
        }
        _ => take_bytes(bytes, count * 2)?
            .chunks_exact(2)
            .map(|two| u16::from_le_bytes([two[0], two[1]]))
            .collect(),
    };
    let values = take_bytes(bytes, count * 8)?.chunks_exact(8);
    let value = |eight: &[u8]| {
        let mut bits = [0; 8];
        bits.copy_from_slice(eight);
        f64::from_le_bytes(bits)
    };
    Ok(RunBody {
        slot,
        at_ms,
        columns,
        values: values.map(value).collect(),
    })
}

fn take_u32(bytes: &mut &[u8]) -> Result<u32, CodecError> {
    u32::try_from(take_unsigned(bytes)?).map_err(|_| CodecError::Contradiction)
}

pub(crate) fn take_labels(bytes: &mut &[u8]) -> Result<Labels, CodecError> {
    let count = take_unsigned(bytes)?;
    if count > LABELS_MAX {
        return Err(CodecError::Contradiction);
    }
    let labels: Result<Vec<Label>, CodecError> = (0..count)
        .map(|_| {
            Ok(Label {
                name: take_text(bytes)?,
                value: take_text(bytes)?,
            })
        })
        .collect();
    labels.map(Labels::new)
}

fn take_text(bytes: &mut &[u8]) -> Result<std::sync::Arc<str>, CodecError> {
    let len = take_u32(bytes)? as usize;
    let text = std::str::from_utf8(take_bytes(bytes, len)?);
    text.map(Into::into).map_err(|_| CodecError::Contradiction)
}
