//! One request of either version. Owns the order in which a body is walked (series first, a
//! series' labels again only when it is not known); refuses to judge labels or to store anything.

use std::ops::Range;

use paceline_metrics::MetricKind;
use thiserror::Error;

use super::hash::{HashKey, LabelsHash};
use super::v1;
use super::v2;
use super::wire::{Malformed, Reader};

/// Of one request: 2,000 are usual, the largest senders are set to 10,000.
pub const SAMPLES_MAX: usize = 500_000;
/// Series, metadata entries and symbols of one request, each.
pub const ENTRIES_MAX: usize = 500_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    One,
    Two,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    #[error(transparent)]
    Malformed(#[from] Malformed),
    #[error("read `{message}`: more than {max} {what} in one request")]
    TooMany {
        message: &'static str,
        what: &'static str,
        max: usize,
    },
}

#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub at_ms: i64,
    pub value: f64,
}

/// One series of a request.
#[derive(Clone, Debug)]
pub struct SeriesAt {
    /// Its message within the body.
    pub place: Range<usize>,
    pub hash: LabelsHash,
    /// Those pushed for it, of the list that is passed along.
    pub samples: Range<usize>,
}

/// What a request holds beside samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    pub histograms: u64,
    pub exemplars: u64,
}

/// What a sender says of a metric's name; texts may be no UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Described<'b> {
    pub name: &'b [u8],
    pub kind: MetricKind,
    pub unit: &'b [u8],
    pub help: &'b [u8],
}

pub type LabelPairs<'b> = Vec<(&'b [u8], &'b [u8])>;

/// A body that can be walked. Walking twice gives the same twice.
pub enum Message<'b> {
    One(&'b [u8]),
    Two(v2::Request<'b>),
}

impl<'b> Message<'b> {
    /// # Errors
    /// When the body is not such a message.
    pub fn read(version: Version, body: &'b [u8], key: &HashKey) -> Result<Self, Unreadable> {
        Ok(match version {
            Version::One => Self::One(body),
            Version::Two => Self::Two(v2::Request::read(body, key)?),
        })
    }

    /// Every series, its samples appended to `samples`.
    ///
    /// # Errors
    /// Where the body is malformed; what was visited before is to be forgotten.
    pub fn walk(
        &self,
        key: &HashKey,
        samples: &mut Vec<Sample>,
        visit: &mut dyn FnMut(SeriesAt, &[Sample]),
    ) -> Result<Extras, Unreadable> {
        match self {
            Self::One(body) => v1::walk(body, key, samples, visit),
            Self::Two(request) => request.walk(key, samples, visit),
        }
    }

    /// The labels of a series that was walked, as they came.
    ///
    /// # Errors
    /// Where they are malformed.
    pub fn labels(&self, at: &SeriesAt, pairs: &mut LabelPairs<'b>) -> Result<(), Malformed> {
        pairs.clear();
        match self {
            Self::One(body) => v1::labels(body, &at.place, pairs),
            Self::Two(request) => request.labels(&at.place, pairs),
        }
    }

    /// What 2.0 says of the metric of one series; `name` is its name.
    pub fn described_by(&self, at: &SeriesAt, name: &'b [u8]) -> Option<Described<'b>> {
        match self {
            Self::One(_) => None,
            Self::Two(request) => request.described(&at.place, name),
        }
    }

    /// What 1.0 says of metrics, apart from series.
    ///
    /// # Errors
    /// Where it is malformed.
    pub fn descriptions(&self) -> Result<Vec<Described<'b>>, Unreadable> {
        match self {
            Self::One(body) => v1::descriptions(body),
            Self::Two(_) => Ok(Vec::new()),
        }
    }
}

/// `Sample` is the same in both versions.
#[inline]
pub(super) fn sample(mut reader: Reader<'_>) -> Result<Sample, Malformed> {
    let mut sample = Sample {
        at_ms: 0,
        value: 0.0,
    };
    while let Some(field) = reader.next()? {
        match field.number {
            1 => sample.value = field.double()?,
            2 => sample.at_ms = field.int64()?,
            _ => {}
        }
    }
    Ok(sample)
}

/// As both versions number them.
pub(super) fn kind(number: u64) -> MetricKind {
    match number {
        1 => MetricKind::Counter,
        // Info and state sets are gauges of ones and zeros.
        2 | 6 | 7 => MetricKind::Gauge,
        3 | 4 => MetricKind::Histogram,
        5 => MetricKind::Summary,
        _ => MetricKind::Unknown,
    }
}

/// # Errors
/// When there is no place for one more.
#[inline]
pub(super) fn count_one(
    have: usize,
    max: usize,
    message: &'static str,
    what: &'static str,
) -> Result<(), Unreadable> {
    if have < max {
        return Ok(());
    }
    Err(Unreadable::TooMany { message, what, max })
}
