//! Rows as the body of a remote write request. Owns the writing of both messages; refuses to send.

use std::collections::HashMap;

use paceline_metrics::{Label, Labels, Row};

use super::frame::Kind;

/// # Errors
/// Snappy's, when the message is larger than 4 GiB.
pub fn body(kind: Kind, rows: &[Row]) -> Result<Vec<u8>, snap::Error> {
    let message = match kind {
        Kind::One => one(rows),
        Kind::Two => two(rows),
    };
    snap::raw::Encoder::new().compress_vec(&message)
}

/// `prometheus.WriteRequest { 1: TimeSeries { 1: Label { 1: name, 2: value }*, 2: Sample }* }`
fn one(rows: &[Row]) -> Vec<u8> {
    let (mut message, mut series, mut pair) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        for value in &row.values {
            series.clear();
            for label in merged(&row.labels, &value.key) {
                pair.clear();
                field(&mut pair, 1, label.name.as_bytes());
                field(&mut pair, 2, label.value.as_bytes());
                field(&mut series, 1, &pair);
            }
            sample(&mut series, row.at_ms, value.value);
            field(&mut message, 1, &series);
        }
    }
    message
}

/// `io.prometheus.write.v2.Request { 4: symbols*, 5: TimeSeries { 1: labels_refs, 2: Sample }* }`
fn two(rows: &[Row]) -> Vec<u8> {
    let mut symbols = Symbols::default();
    let (mut all, mut series, mut refs) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        for value in &row.values {
            series.clear();
            refs.clear();
            for label in merged(&row.labels, &value.key) {
                varint(&mut refs, symbols.reference(&label.name));
                varint(&mut refs, symbols.reference(&label.value));
            }
            field(&mut series, 1, &refs);
            sample(&mut series, row.at_ms, value.value);
            field(&mut all, 5, &series);
        }
    }
    let mut message = Vec::new();
    field(&mut message, 4, b"");
    for symbol in symbols.texts {
        field(&mut message, 4, symbol.as_bytes());
    }
    message.append(&mut all);
    message
}

#[derive(Default)]
struct Symbols<'r> {
    known: HashMap<&'r str, u64>,
    texts: Vec<&'r str>,
}

impl<'r> Symbols<'r> {
    fn reference(&mut self, text: &'r str) -> u64 {
        let texts = &mut self.texts;
        *self.known.entry(text).or_insert_with(|| {
            texts.push(text);
            // The empty text is the first symbol.
            texts.len() as u64
        })
    }
}

/// Both are sorted, and so is what comes out. A label of the value counts for more than one of the
/// row, as it does where the series is stored.
fn merged<'r>(target: &'r Labels, key: &'r Labels) -> impl Iterator<Item = &'r Label> {
    let (mut target, mut key) = (target.iter().peekable(), key.iter().peekable());
    std::iter::from_fn(move || {
        let Some(of_key) = key.peek() else {
            return target.next();
        };
        match target
            .peek()
            .map(|of_target| of_target.name.cmp(&of_key.name))
        {
            Some(std::cmp::Ordering::Less) => target.next(),
            Some(std::cmp::Ordering::Equal) => {
                target.next();
                key.next()
            }
            Some(std::cmp::Ordering::Greater) | None => key.next(),
        }
    })
}

fn sample(out: &mut Vec<u8>, at_ms: i64, value: f64) {
    let mut sample = Vec::with_capacity(20);
    sample.push(0x09);
    sample.extend(value.to_bits().to_le_bytes());
    sample.push(0x10);
    varint(&mut sample, at_ms.cast_unsigned());
    field(out, 2, &sample);
}

fn field(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    varint(out, number << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
fn varint(out: &mut Vec<u8>, mut value: u64) {
    while 0x80 <= value {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use paceline_metrics::{RowValue, stale_marker};
    use prost::Message;

    use super::*;
    use crate::ingest::remote_write::proto::{Request, WriteRequest};

    fn rows() -> Vec<Row> {
        let value = |pairs: &[(&str, &str)], value| RowValue {
            key: Labels::from_pairs(pairs.iter().copied()),
            value,
        };
        vec![Row {
            labels: Labels::from_pairs([("agent", "a"), ("zone", "z")]),
            at_ms: -5,
            values: vec![
                value(&[("__name__", "m"), ("le", "1")], stale_marker()),
                value(&[("__name__", "n"), ("agent", "b")], 0.5),
            ],
        }]
    }

    const EXPECTED: [&str; 2] = [
        "__name__=m agent=a le=1 zone=z -5 7ff0000000000002",
        "__name__=n agent=b zone=z -5 3fe0000000000000",
    ];

    fn shown(
        labels: &[(String, String)],
        sample: &crate::ingest::remote_write::proto::Sample,
    ) -> String {
        let labels: Vec<_> = labels
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let bits = sample.value.to_bits();
        format!("{} {} {bits:x}", labels.join(" "), sample.timestamp)
    }

    fn decompressed(kind: Kind) -> Vec<u8> {
        let body = body(kind, &rows()).unwrap();
        snap::raw::Decoder::new().decompress_vec(&body).unwrap()
    }

    #[test]
    fn another_implementation_reads_what_is_written() {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let message = WriteRequest::decode(&decompressed(Kind::One)[..]).unwrap();
        let got = message.timeseries.iter().map(|series| {
            let labels: Vec<_> = series
                .labels
                .iter()
                .map(|label| (text(&label.name), text(&label.value)))
                .collect();
            shown(&labels, &series.samples[0])
        });
        assert_eq!(got.collect::<Vec<_>>(), EXPECTED);

        let message = Request::decode(&decompressed(Kind::Two)[..]).unwrap();
        assert!(message.symbols[0].is_empty());
        let got = message.timeseries.iter().map(|series| {
            let symbol = |at: u32| text(&message.symbols[at as usize]);
            let pairs = series.labels_refs.as_chunks::<2>().0;
            let labels: Vec<_> = pairs
                .iter()
                .map(|[n, v]| (symbol(*n), symbol(*v)))
                .collect();
            shown(&labels, &series.samples[0])
        });
        assert_eq!(got.collect::<Vec<_>>(), EXPECTED);
    }
}
