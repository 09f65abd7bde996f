//! How long questions to the metrics take. Owns a histogram for each kind of question and each way
//! it may end; refuses to keep the questions themselves.

use std::time::Duration;

use super::histogram::{Histogram, Reading};

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Instant,
    Range,
    /// Series, labels and what is known of them.
    Labels,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Instant, Self::Range, Self::Labels];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Range => "range",
            Self::Labels => "labels",
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Ok,
    Rejected,
    Timeout,
    /// The client went away, or did not read the answer.
    Canceled,
    Error,
}

impl Ending {
    pub const ALL: [Self; 5] = [
        Self::Ok,
        Self::Rejected,
        Self::Timeout,
        Self::Canceled,
        Self::Error,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Rejected => "rejected",
            Self::Timeout => "timeout",
            Self::Canceled => "cancelled",
            Self::Error => "error",
        }
    }
}

#[derive(Debug, Default)]
pub struct Questions([[Histogram; 5]; 3]);

impl Questions {
    pub fn add(&self, kind: Kind, ending: Ending, took: Duration) {
        let ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.0[kind as usize][ending as usize].add(ns);
    }

    /// Those that happened, and the good end of every kind.
    pub fn readings(&self) -> impl Iterator<Item = (Kind, Ending, Reading)> {
        let all = Kind::ALL
            .into_iter()
            .flat_map(|kind| Ending::ALL.map(|ending| (kind, ending)));
        let read = all.map(|(kind, ending)| {
            let reading = self.0[kind as usize][ending as usize].read();
            (kind, ending, reading)
        });
        read.filter(|(_, ending, reading)| *ending == Ending::Ok || 0 < reading.count())
    }
}
