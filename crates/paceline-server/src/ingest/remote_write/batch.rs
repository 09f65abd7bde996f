//! From a body to samples that the engine takes. Owns the way of one request: decompress, walk,
//! look up, ask the engine for what is new; refuses to wait for anything.

use std::cell::RefCell;

use paceline_metrics::{Engine, Metadata, RefSample, SeriesRef};
use parking_lot::RwLock;
use thiserror::Error;

use super::cache::{Cache, Found};
use super::describe;
use super::hash::{HashKey, LabelsHash};
use super::labels::{SeriesRefusal, metric_name, split};
use super::message::{Extras, LabelPairs, Message, Sample, SeriesAt, Unreadable, Version};
use super::snappy::{SnappyError, decompress};
use super::wire::Malformed;

pub const DECOMPRESSED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Memory that a thread keeps for the next request.
const KEPT_BYTES_MAX: usize = 4 * 1024 * 1024;

#[derive(Debug, Error)]
pub enum BodyError {
    #[error(transparent)]
    Snappy(#[from] SnappyError),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// One request's body, and for whom.
#[derive(Clone, Copy)]
pub struct Arrived<'b> {
    pub version: Version,
    pub body: &'b [u8],
    /// The agent that the caller's token belongs to.
    pub own_agent: Option<&'b str>,
    pub now_ms: i64,
}

/// How well a known series is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    Cached,
    /// The engine said that a number is not known any more.
    AskAgain,
}

#[derive(Debug, Default)]
pub struct Batch {
    pub samples: Vec<RefSample>,
    /// Where in the body each of `samples` is; empty when none was left out.
    origin: Vec<u32>,
    /// Places of samples in the body, with the reason.
    pub refused: Vec<(u32, SeriesRefusal)>,
    pub extras: Extras,
    pub described: Vec<(String, Metadata)>,
}

impl Batch {
    /// Where in the body a sample of the batch stands.
    pub fn place(&self, at: usize) -> u32 {
        match self.origin.is_empty() {
            true => u32::try_from(at).unwrap_or(u32::MAX),
            false => self.origin.get(at).copied().unwrap_or(u32::MAX),
        }
    }
}

/// What a request looks series up in.
pub struct Lookup {
    pub key: HashKey,
    pub cache: RwLock<Cache>,
}

/// A series on its way: how many samples of the body come before its end.
struct Walked {
    series: Result<SeriesRef, SeriesRefusal>,
    end: u32,
}

#[derive(Default)]
struct Scratch {
    body: Vec<u8>,
    samples: Vec<Sample>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// # Errors
/// When the body is not what it says it is: nothing of it is to be kept.
pub fn prepare(
    lookup: &Lookup,
    engine: &Engine,
    arrived: Arrived<'_>,
    trust: Trust,
) -> Result<Batch, BodyError> {
    SCRATCH.with_borrow_mut(|scratch| {
        let Scratch { body, samples } = scratch;
        samples.clear();
        let body_bytes = decompress(arrived.body, DECOMPRESSED_BYTES_MAX, body)?;
        let message = Message::read(arrived.version, body_bytes, &lookup.key)?;
        let preparing = Preparing {
            lookup,
            engine,
            arrived,
            trust,
            salt: arrived.own_agent.map(|own| lookup.key.of(own.as_bytes())),
            walked: Vec::new(),
            new: Vec::new(),
            aged: Vec::new(),
        };
        let batch = preparing.run(&message, samples);
        scratch.body.shrink_to(KEPT_BYTES_MAX);
        scratch
            .samples
            .shrink_to(KEPT_BYTES_MAX / size_of::<Sample>());
        batch
    })
}

/// The labels of the series that a sample of the body belongs to, for an error message.
pub fn series_of(lookup: &Lookup, arrived: Arrived<'_>, sample: u32) -> Option<String> {
    let (mut body, mut samples, mut found) = (Vec::new(), Vec::new(), None);
    let body = decompress(arrived.body, DECOMPRESSED_BYTES_MAX, &mut body).ok()?;
    let message = Message::read(arrived.version, body, &lookup.key).ok()?;
    let walked = message.walk(&lookup.key, &mut samples, &mut |at, _| {
        if at.samples.contains(&(sample as usize)) {
            found = Some(at);
        }
    });
    walked.ok()?;
    let mut pairs = LabelPairs::new();
    message.labels(&found?, &mut pairs).ok()?;
    Some(super::labels::shown(&pairs))
}

struct Preparing<'p> {
    lookup: &'p Lookup,
    engine: &'p Engine,
    arrived: Arrived<'p>,
    trust: Trust,
    /// An agent's token writes as that agent: the same labels are another series for another.
    salt: Option<LabelsHash>,
    walked: Vec<Walked>,
    /// Series that are not known, with their place in `walked`.
    new: Vec<(usize, SeriesAt)>,
    aged: Vec<(LabelsHash, SeriesRef)>,
}

impl Preparing<'_> {
    fn run(mut self, message: &Message<'_>, samples: &mut Vec<Sample>) -> Result<Batch, BodyError> {
        let extras = self.walk(message, samples)?;
        let mut described = describe::of_message(message)?;
        self.resolve(message, &mut described)?;
        let mut batch = self.assemble(samples);
        batch.extras = extras;
        batch.described = described;
        Ok(batch)
    }

    fn walk(
        &mut self,
        message: &Message<'_>,
        samples: &mut Vec<Sample>,
    ) -> Result<Extras, Unreadable> {
        let cache = self.lookup.cache.read();
        let (key, trust, salt) = (&self.lookup.key, self.trust, self.salt);
        let (walked, new, aged) = (&mut self.walked, &mut self.new, &mut self.aged);
        message.walk(key, samples, &mut |mut at, _| {
            if at.samples.is_empty() {
                return;
            }
            if let Some(salt) = salt {
                at.hash = key.of_list(2, [salt, at.hash].into_iter());
            }
            let end = at.samples.end as u32;
            let found = match trust {
                Trust::Cached => cache.get(at.hash),
                Trust::AskAgain => None,
            };
            let series = match found {
                Some(Found::Young(series)) => Ok(series),
                Some(Found::Old(series)) => {
                    aged.push((at.hash, series));
                    Ok(series)
                }
                None => {
                    new.push((walked.len(), at));
                    Err(SeriesRefusal::NoName)
                }
            };
            walked.push(Walked { series, end });
        })
    }

    /// Asks the engine for what is not known, without holding the table.
    fn resolve(
        &mut self,
        message: &Message<'_>,
        described: &mut Vec<(String, Metadata)>,
    ) -> Result<(), Malformed> {
        let mut pairs = LabelPairs::new();
        let mut known = std::mem::take(&mut self.aged);
        for (place, at) in &self.new {
            // The walk did not look into the labels: a label that is no message is found here.
            message.labels(at, &mut pairs)?;
            let series = self.resolve_one(&mut pairs);
            if let Ok(series) = series {
                known.push((at.hash, series));
                let name = metric_name(&pairs);
                described.extend(message.described_by(at, name).and_then(describe::checked));
            }
            self.walked[*place].series = series;
        }
        if !known.is_empty() {
            let mut cache = self.lookup.cache.write();
            for (hash, series) in known {
                cache.add(hash, series);
            }
        }
        Ok(())
    }

    fn resolve_one(&self, pairs: &mut LabelPairs<'_>) -> Result<SeriesRef, SeriesRefusal> {
        let (target, key) = split(pairs, self.arrived.own_agent)?;
        let now_ms = self.arrived.now_ms;
        let resolved = self.engine.resolve(&target, &key, now_ms);
        resolved.map_err(SeriesRefusal::Engine)
    }

    fn assemble(self, samples: &[Sample]) -> Batch {
        let mut batch = Batch::default();
        let is_partial = self.walked.iter().any(|walked| walked.series.is_err());
        batch.samples.reserve_exact(samples.len());
        let mut from = 0;
        for Walked { series, end } in self.walked {
            let places = from..end;
            from = end;
            match series {
                Ok(series) => {
                    if is_partial {
                        batch.origin.extend(places.clone());
                    }
                    let of_series = &samples[places.start as usize..places.end as usize];
                    batch
                        .samples
                        .extend(of_series.iter().map(|sample| RefSample {
                            series,
                            at_ms: sample.at_ms,
                            value: sample.value,
                        }));
                }
                Err(refusal) => batch.refused.extend(places.map(|place| (place, refusal))),
            }
        }
        batch
    }
}
