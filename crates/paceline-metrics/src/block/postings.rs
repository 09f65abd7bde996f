//! Which series carry a label pair. Owns the posting frames and the name frame over them, written and
//! read; refuses to know what a matcher is.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::format::Place;
use crate::codec::CodecError;
use crate::codec::bytes::{
    put_text, put_unsigned, take_byte, take_bytes, take_len, take_text, take_unsigned,
};

const FEW: u8 = 0;
const BITMAP: u8 = 1;
/// Up to here differences are smaller than a bitmap's own head.
const FEW_MAX: u64 = 16;
const FRAME_BYTES: usize = 16 * 1024;

/// Collects while series are written, in the order of their numbers.
#[derive(Default)]
pub(super) struct PostingsBuilder {
    names: HashMap<Arc<str>, HashMap<Arc<str>, RoaringBitmap>>,
}

impl PostingsBuilder {
    pub(super) fn add(&mut self, series: u32, name: &Arc<str>, value: &Arc<str>) {
        if !self.names.contains_key(name) {
            self.names.insert(Arc::clone(name), HashMap::new());
        }
        let Some(values) = self.names.get_mut(name) else {
            return;
        };
        match values.get_mut(value) {
            Some(bitmap) => {
                bitmap.insert(series);
            }
            None => {
                values.insert(Arc::clone(value), RoaringBitmap::from_iter([series]));
            }
        }
    }

    /// Hands each posting frame to `write`, which says where it went; returns the name frame.
    pub(super) fn finish<E>(
        self,
        mut write: impl FnMut(&[u8]) -> Result<Place, E>,
    ) -> Result<Vec<u8>, E> {
        let mut names: Vec<_> = self.names.into_iter().collect();
        names.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let mut out = Vec::new();
        put_unsigned(names.len() as u64, &mut out);
        for (name, values) in names {
            let mut values: Vec<_> = values.into_iter().collect();
            values.sort_unstable_by(|one, other| one.0.cmp(&other.0));
            put_text(&name, &mut out);
            let frames = put_frames(values, &mut write)?;
            put_unsigned(frames.len() as u64, &mut out);
            for (first, place) in frames {
                put_text(&first, &mut out);
                place.put(&mut out);
            }
        }
        Ok(out)
    }
}

type Frames = Vec<(Arc<str>, Place)>;

fn put_frames<E>(
    values: Vec<(Arc<str>, RoaringBitmap)>,
    write: &mut impl FnMut(&[u8]) -> Result<Place, E>,
) -> Result<Frames, E> {
    let mut frames = Vec::new();
    let mut values = values.into_iter().peekable();
    while let Some((first, _)) = values.peek() {
        let first = Arc::clone(first);
        let (mut body, mut count) = (Vec::new(), 0_u64);
        while body.len() < FRAME_BYTES
            && let Some((value, mut bitmap)) = values.next()
        {
            put_text(&value, &mut body);
            put_bitmap(&mut bitmap, &mut body);
            count += 1;
        }
        let mut frame = Vec::with_capacity(body.len() + 5);
        put_unsigned(count, &mut frame);
        frame.extend_from_slice(&body);
        frames.push((first, write(&frame)?));
    }
    Ok(frames)
}

fn put_bitmap(bitmap: &mut RoaringBitmap, out: &mut Vec<u8>) {
    let mut body = Vec::new();
    if bitmap.len() <= FEW_MAX {
        body.push(FEW);
        put_unsigned(bitmap.len(), &mut body);
        let mut before = 0;
        for series in &*bitmap {
            put_unsigned(u64::from(series - before), &mut body);
            before = series;
        }
    } else {
        bitmap.optimize();
        body.push(BITMAP);
        // A vector takes every byte, so there is no error to speak of.
        let _ = bitmap.serialize_into(&mut body);
    }
    put_unsigned(body.len() as u64, out);
    out.extend_from_slice(&body);
}

/// The series that a value's bytes in a posting frame name.
pub(super) fn decode_bitmap(mut body: &[u8]) -> Result<RoaringBitmap, CodecError> {
    let bytes = &mut body;
    match take_byte(bytes)? {
        FEW => {
            let mut bitmap = RoaringBitmap::new();
            let mut series = 0_u64;
            for _ in 0..take_unsigned(bytes)?.min(FEW_MAX) {
                series = series.saturating_add(take_unsigned(bytes)?);
                bitmap.insert(u32::try_from(series).map_err(|_| CodecError::Contradiction)?);
            }
            Ok(bitmap)
        }
        BITMAP => RoaringBitmap::deserialize_from(*bytes).map_err(|_| CodecError::Contradiction),
        other => Err(CodecError::UnknownEncoding(other)),
    }
}

/// The name frame: for each label name the posting frames of its values.
#[derive(Debug, Default)]
pub(super) struct Names(pub BTreeMap<String, Vec<(String, Place)>>);

impl Names {
    pub(super) fn decode(mut bytes: &[u8]) -> Result<Self, CodecError> {
        let bytes = &mut bytes;
        let mut names = BTreeMap::new();
        for _ in 0..take_len(bytes)? {
            let name = take_text(bytes)?.to_owned();
            let mut frames = Vec::new();
            for _ in 0..take_len(bytes)? {
                frames.push((take_text(bytes)?.to_owned(), Place::take(bytes)?));
            }
            names.insert(name, frames);
        }
        Ok(Self(names))
    }

    pub(super) fn bytes(&self) -> usize {
        let frames = self.0.values().flatten();
        frames.map(|(first, _)| first.len() + 48).sum::<usize>() + self.0.len() * 96
    }

    /// The frames of a label's values; with `value`, the one frame that can have it.
    pub(super) fn frames(&self, name: &str, value: Option<&str>) -> &[(String, Place)] {
        let frames = self.0.get(name).map_or(&[][..], Vec::as_slice);
        match value {
            None => frames,
            Some(value) => {
                let after = frames.partition_point(|(first, _)| first.as_str() <= value);
                &frames[after.saturating_sub(1)..after]
            }
        }
    }
}

/// Values with the bytes of their bitmaps, which are decoded only when they are asked for.
#[derive(Debug, Default)]
pub(super) struct PostingFrame {
    values: Vec<(Box<str>, Box<[u8]>)>,
}

impl PostingFrame {
    pub(super) fn decode(mut bytes: &[u8]) -> Result<Self, CodecError> {
        let bytes = &mut bytes;
        let count = take_len(bytes)?;
        let mut values = Vec::new();
        for _ in 0..count {
            let value = take_text(bytes)?.into();
            let len = take_len(bytes)?;
            values.push((value, take_bytes(bytes, len)?.into()));
        }
        Ok(Self { values })
    }

    pub(super) fn bytes(&self) -> usize {
        let values = self.values.iter();
        values
            .map(|(value, body)| value.len() + body.len() + 32)
            .sum()
    }

    pub(super) fn values(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.values.iter().map(|(value, body)| (&**value, &**body))
    }

    pub(super) fn find(&self, value: &str) -> Option<&[u8]> {
        let at = self
            .values
            .binary_search_by(|(one, _)| (**one).cmp(value))
            .ok()?;
        self.values.get(at).map(|(_, body)| &**body)
    }
}
