//! Remote write 1.0 on the wire. Owns the few protobuf fields that a push needs and the places in
//! it that change from push to push; refuses to read any.

use super::snappy::{self, Block};

/// One sample's value, the tag between, and its time.
const HOLE_BYTES: usize = 8 + 1 + TIME_BYTES;
/// Milliseconds since 1970 are a varint of this length from 1971 to 2109.
const TIME_BYTES: usize = 6;
const LENGTH_DELIMITED_1: u8 = 0x0a;
const LENGTH_DELIMITED_2: u8 = 0x12;
const DOUBLE_1: u8 = 0x09;
const VARINT_2: u8 = 0x10;

/// The headers of a push, as whole lines.
pub const HEADERS: &str = "content-type: application/x-protobuf\r\n\
                           content-encoding: snappy\r\n\
                           x-prometheus-remote-write-version: 0.1.0\r\n";

/// A push whose series stay and whose samples change.
#[derive(Clone, Debug)]
pub struct Push {
    block: Block,
}

/// Labels in the order of their names, `__name__` among them.
pub type LabelSet = Vec<(String, String)>;

impl Push {
    /// Compresses a push with one sample for each series.
    pub fn new(series: impl Iterator<Item = LabelSet>) -> Self {
        let (mut raw, mut holes, mut one) = (Vec::new(), Vec::new(), Vec::new());
        for labels in series {
            one.clear();
            for (name, value) in &labels {
                label(&mut one, name, value);
            }
            one.extend([LENGTH_DELIMITED_2, (1 + HOLE_BYTES) as u8, DOUBLE_1]);
            raw.push(LENGTH_DELIMITED_1);
            varint(&mut raw, (one.len() + HOLE_BYTES) as u64);
            raw.extend_from_slice(&one);
            holes.push(raw.len());
            raw.extend([0; 8]);
            raw.push(VARINT_2);
            raw.extend(time(0));
        }
        Self {
            block: snappy::compress(&raw, &holes, HOLE_BYTES),
        }
    }

    pub fn set(&mut self, series: usize, at_ms: i64, value: f64) {
        let hole = self.block.holes[series];
        let hole = &mut self.block.bytes[hole..hole + HOLE_BYTES];
        hole[..8].copy_from_slice(&value.to_le_bytes());
        hole[9..].copy_from_slice(&time(at_ms));
    }

    pub fn bytes(&self) -> &[u8] {
        &self.block.bytes
    }

    pub fn series(&self) -> usize {
        self.block.holes.len()
    }
}

fn label(out: &mut Vec<u8>, name: &str, value: &str) {
    let mut inner = Vec::with_capacity(name.len() + value.len() + 8);
    for (tag, text) in [(LENGTH_DELIMITED_1, name), (LENGTH_DELIMITED_2, value)] {
        inner.push(tag);
        varint(&mut inner, text.len() as u64);
        inner.extend_from_slice(text.as_bytes());
    }
    out.push(LENGTH_DELIMITED_1);
    varint(out, inner.len() as u64);
    out.extend_from_slice(&inner);
}

pub fn varint(out: &mut Vec<u8>, mut value: u64) {
    while 0x80 <= value {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Always of full length, which a reader of varints takes as well.
fn time(at_ms: i64) -> [u8; TIME_BYTES] {
    let last = TIME_BYTES - 1;
    std::array::from_fn(|place| {
        let group = (at_ms >> (7 * place)) as u8;
        if place == last {
            group & 0x7f
        } else {
            group | 0x80
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_is_the_message_that_the_protocol_describes() {
        let labels = vec![("__name__".to_owned(), "up".to_owned())];
        let mut push = Push::new([labels].into_iter());
        push.set(0, 1_763_715_600_000, 1.5);
        let raw = snap::raw::Decoder::new()
            .decompress_vec(push.bytes())
            .unwrap();
        let mut expected = vec![0x0a, 34, 0x0a, 14, 0x0a, 8];
        expected.extend_from_slice(b"__name__");
        expected.extend_from_slice(&[0x12, 2]);
        expected.extend_from_slice(b"up");
        expected.extend_from_slice(&[0x12, 16, 0x09]);
        expected.extend_from_slice(&1.5_f64.to_le_bytes());
        expected.push(0x10);
        let mut at = Vec::new();
        varint(&mut at, 1_763_715_600_000);
        assert_eq!(at.len(), TIME_BYTES);
        expected.extend_from_slice(&at);
        assert_eq!(raw, expected);
    }
}
