//! What was not taken, and why. Owns the names of the reasons and the sentence that a sender gets;
//! refuses to know what a refused point held.

use std::collections::BTreeMap;

use paceline_metrics::RefusalReason;

use super::origin::WrongOrigin;
use super::wire::Rejected;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A metric without data: in JSON, data that could not be read.
    NoData,
    NoValue,
    NotANumber,
    InvalidName,
    /// Names that begin with `paceline_` are the server's own.
    ReservedName,
    /// Another metric of the same resource has the same name once both are translated.
    NameCollision,
    /// The same series and time came twice in one request.
    SameSeriesTwice,
    UnknownTemporality,
    NegativeIncrease,
    ContradictingBuckets,
    TooOld,
    TooFarAhead,
    TooManySeries,
    InvalidAgent,
    AnotherAgent,
    /// An event or span lacks what it should say.
    Incomplete,
    /// A tool call or quality assessment that the operation behind it refused.
    NotRecorded,
    Engine(RefusalReason),
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoData => "no_data",
            Self::NoValue => "no_value",
            Self::NotANumber => "not_a_number",
            Self::InvalidName => "invalid_name",
            Self::ReservedName => "reserved_name",
            Self::NameCollision => "name_collision",
            Self::SameSeriesTwice => "same_series_twice",
            Self::UnknownTemporality => "unknown_temporality",
            Self::NegativeIncrease => "negative_increase",
            Self::ContradictingBuckets => "contradicting_buckets",
            Self::TooOld => "too_old",
            Self::TooFarAhead => "too_far_ahead",
            Self::TooManySeries => "too_many_series",
            Self::InvalidAgent => "invalid_agent",
            Self::AnotherAgent => "another_agent",
            Self::Incomplete => "incomplete",
            Self::NotRecorded => "not_recorded",
            Self::Engine(reason) => reason.as_str(),
        }
    }
}

impl From<WrongOrigin> for Reason {
    fn from(wrong: WrongOrigin) -> Self {
        match wrong {
            WrongOrigin::InvalidAgent => Self::InvalidAgent,
            WrongOrigin::AnotherAgent => Self::AnotherAgent,
        }
    }
}

/// Of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    counts: BTreeMap<&'static str, u64>,
    /// What the first refusal was about.
    example: Option<String>,
}

impl Account {
    pub fn refuse(&mut self, reason: Reason, count: usize, what: &str) {
        if count == 0 {
            return;
        }
        *self.counts.entry(reason.as_str()).or_default() += count as u64;
        if self.example.is_none() && !what.is_empty() {
            let shown = crate::http::failure::shown(what);
            self.example = Some(format!("{} `{shown}`", reason.as_str()));
        }
    }

    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    pub fn rejected(&self) -> Rejected {
        let count = self.counts.values().sum();
        if count == 0 {
            return Rejected::default();
        }
        let listed: Vec<_> = self
            .counts
            .iter()
            .map(|(reason, count)| format!("{reason}: {count}"))
            .collect();
        let mut message = format!("not taken: {}", listed.join(", "));
        if let Some(example) = &self.example {
            message.push_str("; first: ");
            message.push_str(example);
        }
        Rejected { count, message }
    }
}
