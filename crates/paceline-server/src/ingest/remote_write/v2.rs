//! `io.prometheus.write.v2.Request`, the message of remote write 2.0 (2.0-rc.4,
//! prompb/io/prometheus/write/v2/types.proto). Owns its field numbers and symbols; refuses
//! references to symbols that are not there.
//!
//! ```text
//! Request { 4: string symbols*, 5: TimeSeries* }
//! TimeSeries { 1: uint32 labels_refs* (packed or not), 2: Sample*, 3: Histogram*, 4: Exemplar*,
//!              5: Metadata }
//! Metadata { 1: type, 3: help_ref, 4: unit_ref }
//! ```

use std::ops::Range;

use paceline_metrics::MetricKind;

use super::hash::{HashKey, LabelsHash};
use super::message::{
    Described, ENTRIES_MAX, Extras, LabelPairs, SAMPLES_MAX, Sample, SeriesAt, Unreadable,
    count_one, kind, sample,
};
use super::wire::{Field, Malformed, Reader};

const REQUEST: &str = "io.prometheus.write.v2.Request";
const SERIES: &str = "io.prometheus.write.v2.TimeSeries";

pub struct Request<'b> {
    body: &'b [u8],
    symbols: Vec<&'b [u8]>,
    /// Of the symbols: each text is hashed once, however many series carry it.
    hashes: Vec<LabelsHash>,
}

impl<'b> Request<'b> {
    /// Reads the symbols: fields may come in any order.
    pub(super) fn read(body: &'b [u8], key: &HashKey) -> Result<Self, Unreadable> {
        let mut symbols = Vec::new();
        let mut reader = Reader::new(body, REQUEST);
        while let Some(field) = reader.next()? {
            if field.number == 4 {
                count_one(symbols.len(), ENTRIES_MAX, REQUEST, "symbols")?;
                symbols.push(field.bytes()?);
            }
        }
        if symbols.first().is_some_and(|first| !first.is_empty()) {
            let problem = "the first symbol must be the empty text";
            return Err(Reader::new(body, REQUEST).malformed(0, problem).into());
        }
        let hashes = symbols.iter().map(|symbol| key.of(symbol)).collect();
        Ok(Self {
            body,
            symbols,
            hashes,
        })
    }

    pub(super) fn walk(
        &self,
        key: &HashKey,
        samples: &mut Vec<Sample>,
        visit: &mut dyn FnMut(SeriesAt, &[Sample]),
    ) -> Result<Extras, Unreadable> {
        let mut extras = Extras::default();
        let (mut count, mut refs) = (0, Vec::new());
        let mut request = Reader::new(self.body, REQUEST);
        while let Some(field) = request.next()? {
            if field.number == 5 {
                count_one(count, ENTRIES_MAX, REQUEST, "series")?;
                count += 1;
                let before = samples.len();
                let reader = field.message(SERIES)?;
                let place = reader.at()..request.at();
                refs.clear();
                self.series(reader, &mut refs, samples, &mut extras)?;
                let at = SeriesAt {
                    place,
                    hash: self.hash(key, &refs),
                    samples: before..samples.len(),
                };
                visit(at, &samples[before..]);
            }
        }
        Ok(extras)
    }

    /// The texts of metadata are hashed with the labels: when a sender changes them, the series is
    /// looked at anew.
    fn series(
        &self,
        mut reader: Reader<'b>,
        refs: &mut Vec<u32>,
        samples: &mut Vec<Sample>,
        extras: &mut Extras,
    ) -> Result<(), Unreadable> {
        let mut metadata = MetadataRefs::default();
        while let Some(field) = reader.next()? {
            match field.number {
                1 => self.refs(&field, refs)?,
                2 => {
                    count_one(samples.len(), SAMPLES_MAX, REQUEST, "samples")?;
                    let message = "io.prometheus.write.v2.Sample";
                    samples.push(sample(field.message(message)?)?);
                }
                3 => extras.histograms += 1,
                4 => extras.exemplars += 1,
                5 => metadata = self.metadata(&field)?,
                _ => {}
            }
        }
        if !refs.len().is_multiple_of(2) {
            let problem = "the labels' references are not pairs";
            return Err(reader.malformed(reader.at(), problem).into());
        }
        refs.extend([metadata.help, metadata.unit]);
        Ok(())
    }

    #[inline]
    fn hash(&self, key: &HashKey, refs: &[u32]) -> LabelsHash {
        let symbols = refs.iter().map(|at| self.hashes.get(*at as usize));
        key.of_list(
            refs.len(),
            symbols.map(|hash| hash.copied().unwrap_or_default()),
        )
    }

    fn refs(&self, field: &Field<'b>, refs: &mut Vec<u32>) -> Result<(), Malformed> {
        if !field.is_packed() {
            refs.push(self.checked(field, field.varint()?)?);
            return Ok(());
        }
        let mut list = field.message("labels_refs")?;
        while !list.is_at_end() {
            refs.push(self.checked(field, list.varint()?)?);
        }
        Ok(())
    }

    #[inline]
    fn checked(&self, field: &Field<'b>, reference: u64) -> Result<u32, Malformed> {
        match u32::try_from(reference) {
            Ok(at) if (at as usize) < self.symbols.len() => Ok(at),
            _ => Err(field.malformed(format!(
                "a reference to symbol {reference} of {}",
                self.symbols.len()
            ))),
        }
    }

    pub(super) fn labels(
        &self,
        place: &Range<usize>,
        pairs: &mut LabelPairs<'b>,
    ) -> Result<(), Malformed> {
        let mut reader = Reader::within(self.body, place.clone(), SERIES);
        let mut refs = Vec::new();
        while let Some(field) = reader.next()? {
            if field.number == 1 {
                self.refs(&field, &mut refs)?;
            }
        }
        pairs.extend(
            refs.as_chunks::<2>()
                .0
                .iter()
                .map(|[name, value]| (self.symbol(*name), self.symbol(*value))),
        );
        Ok(())
    }

    fn symbol(&self, at: u32) -> &'b [u8] {
        self.symbols.get(at as usize).copied().unwrap_or_default()
    }

    fn metadata(&self, field: &Field<'b>) -> Result<MetadataRefs, Malformed> {
        let mut metadata = MetadataRefs::default();
        let mut reader = field.message("io.prometheus.write.v2.Metadata")?;
        while let Some(field) = reader.next()? {
            match field.number {
                1 => metadata.kind = field.varint()?,
                3 => metadata.help = self.checked(&field, field.varint()?)?,
                4 => metadata.unit = self.checked(&field, field.varint()?)?,
                _ => {}
            }
        }
        Ok(metadata)
    }

    /// None when the sender says nothing.
    pub(super) fn described(&self, place: &Range<usize>, name: &'b [u8]) -> Option<Described<'b>> {
        let mut reader = Reader::within(self.body, place.clone(), SERIES);
        while let Some(field) = reader.next().ok()? {
            if field.number == 5 {
                let metadata = self.metadata(&field).ok()?;
                let described = Described {
                    kind: kind(metadata.kind),
                    name: family(name, kind(metadata.kind)),
                    unit: self.symbol(metadata.unit),
                    help: self.symbol(metadata.help),
                };
                let said = (described.kind, described.unit, described.help);
                return (said != (MetricKind::Unknown, &[][..], &[][..])).then_some(described);
            }
        }
        None
    }
}

/// 2.0 describes each series by itself: those of one histogram or summary are one metric.
fn family(name: &[u8], kind: MetricKind) -> &[u8] {
    let suffixes: &[&[u8]] = match kind {
        MetricKind::Histogram => &[b"_bucket", b"_sum", b"_count"],
        MetricKind::Summary => &[b"_sum", b"_count"],
        _ => &[],
    };
    suffixes
        .iter()
        .find_map(|suffix| name.strip_suffix(*suffix))
        .unwrap_or(name)
}

#[derive(Clone, Copy, Default)]
struct MetadataRefs {
    kind: u64,
    help: u32,
    unit: u32,
}
