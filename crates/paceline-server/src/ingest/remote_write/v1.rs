//! `prometheus.WriteRequest`, the message of remote write 1.0 (prompb/remote.proto and
//! prompb/types.proto). Owns its field numbers; refuses everything else.
//!
//! ```text
//! WriteRequest { 1: TimeSeries*, 3: MetricMetadata* }
//! TimeSeries { 1: Label*, 2: Sample*, 3: Exemplar*, 4: Histogram* }
//! Label { 1: name, 2: value }    Sample { 1: double value, 2: int64 timestamp }
//! MetricMetadata { 1: type, 2: metric_family_name, 4: help, 5: unit }
//! ```

use std::ops::Range;

use paceline_metrics::MetricKind;

use super::hash::{HashKey, LabelsHash};
use super::message::{
    Described, ENTRIES_MAX, Extras, LabelPairs, SAMPLES_MAX, Sample, SeriesAt, Unreadable,
    count_one, kind, sample,
};
use super::wire::{Malformed, Reader};

const REQUEST: &str = "prometheus.WriteRequest";
const SERIES: &str = "prometheus.TimeSeries";

pub(super) fn walk(
    body: &[u8],
    key: &HashKey,
    samples: &mut Vec<Sample>,
    visit: &mut dyn FnMut(SeriesAt, &[Sample]),
) -> Result<Extras, Unreadable> {
    let mut extras = Extras::default();
    let mut count = 0;
    let mut request = Reader::new(body, REQUEST);
    while let Some(field) = request.next()? {
        if field.number == 1 {
            count_one(count, ENTRIES_MAX, REQUEST, "series")?;
            count += 1;
            let before = samples.len();
            let reader = field.message(SERIES)?;
            let place = reader.at()..request.at();
            let hash = series(body, reader, key, samples, &mut extras)?;
            let at = SeriesAt {
                place,
                hash,
                samples: before..samples.len(),
            };
            visit(at, &samples[before..]);
        }
    }
    Ok(extras)
}

/// Hashes the bytes of the labels as they came: senders sort labels, so the same series is the same
/// bytes; where one does not, it costs an entry more and stays the same series.
fn series(
    body: &[u8],
    mut reader: Reader<'_>,
    key: &HashKey,
    samples: &mut Vec<Sample>,
    extras: &mut Extras,
) -> Result<LabelsHash, Unreadable> {
    let mut labels = LabelBytes::default();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => labels.add(body, field.from..reader.at()),
            2 => {
                count_one(samples.len(), SAMPLES_MAX, REQUEST, "samples")?;
                samples.push(sample(field.message("prometheus.Sample")?)?);
            }
            3 => extras.exemplars += 1,
            4 => extras.histograms += 1,
            _ => {}
        }
    }
    Ok(key.of(labels.get(body)))
}

/// The fields of all labels: one stretch of the body, unless a sender scattered them.
#[derive(Default)]
struct LabelBytes {
    stretch: Range<usize>,
    scattered: Vec<u8>,
}

impl LabelBytes {
    #[inline]
    fn add(&mut self, body: &[u8], field: Range<usize>) {
        if self.scattered.is_empty() {
            if self.stretch.is_empty() {
                self.stretch = field;
                return;
            }
            if self.stretch.end == field.start {
                self.stretch.end = field.end;
                return;
            }
            self.scattered
                .extend_from_slice(&body[self.stretch.clone()]);
        }
        self.scattered.extend_from_slice(&body[field]);
    }

    fn get<'l>(&'l self, body: &'l [u8]) -> &'l [u8] {
        match self.scattered.is_empty() {
            true => &body[self.stretch.clone()],
            false => &self.scattered,
        }
    }
}

pub(super) fn labels<'b>(
    body: &'b [u8],
    place: &Range<usize>,
    pairs: &mut LabelPairs<'b>,
) -> Result<(), Malformed> {
    let mut reader = Reader::within(body, place.clone(), SERIES);
    while let Some(field) = reader.next()? {
        if field.number == 1 {
            pairs.push(label(field.message("prometheus.Label")?)?);
        }
    }
    Ok(())
}

fn label(mut reader: Reader<'_>) -> Result<(&[u8], &[u8]), Malformed> {
    let (mut name, mut value): (&[u8], &[u8]) = (&[], &[]);
    while let Some(field) = reader.next()? {
        match field.number {
            1 => name = field.bytes()?,
            2 => value = field.bytes()?,
            _ => {}
        }
    }
    Ok((name, value))
}

pub(super) fn descriptions(body: &[u8]) -> Result<Vec<Described<'_>>, Unreadable> {
    let mut all = Vec::new();
    let mut request = Reader::new(body, REQUEST);
    while let Some(field) = request.next()? {
        if field.number == 3 {
            count_one(all.len(), ENTRIES_MAX, REQUEST, "metadata entries")?;
            all.push(description(field.message("prometheus.MetricMetadata")?)?);
        }
    }
    Ok(all)
}

fn description(mut reader: Reader<'_>) -> Result<Described<'_>, Malformed> {
    let mut described = Described {
        name: &[],
        kind: MetricKind::Unknown,
        unit: &[],
        help: &[],
    };
    while let Some(field) = reader.next()? {
        match field.number {
            1 => described.kind = kind(field.varint()?),
            2 => described.name = field.bytes()?,
            4 => described.help = field.bytes()?,
            5 => described.unit = field.bytes()?,
            _ => {}
        }
    }
    Ok(described)
}
