//! What a detector says. Owns the kinds and their evidence; refuses words: see `words`.

use serde::{Deserialize, Serialize};

/// In rising order of how much a kind explains: what began as a spike may turn out to be a level
/// shift, and a level that nothing moves any more a flat line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    UnusualShape,
    Spike,
    LevelShift,
    Drift,
    LostPeriodicity,
    FlatLine,
    Gone,
}

/// Which hours the normal range is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    #[default]
    None,
    Daily,
    Weekly,
}

/// Where nineteen of twenty values are expected now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Usual {
    pub low: f64,
    pub high: f64,
    /// ` on Tuesdays at this hour`, where the series has such a season.
    pub hours: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub kind: Kind,
    pub since_ms: i64,
    /// When the value was seen: the worst so far.
    pub at_ms: i64,
    /// The last one before the series was gone.
    pub value: f64,
    /// Nineteen of twenty values lie between `low` and `high` at this time.
    pub low: f64,
    pub high: f64,
    /// How far out: in the values' unit for spikes, shifts and drifts, in observations for flat lines
    /// and gaps, the correlation with the last cycle for lost periodicity, a distance for shapes.
    pub size: f64,
    /// Seen less often than once in so many observations; never more than have been seen.
    pub once_in: u64,
    pub resolution_ms: i64,
    pub rhythm: Rhythm,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Signal {
    Began {
        evidence: Evidence,
    },
    /// Only when its kind is seen better than before.
    Continues {
        evidence: Evidence,
    },
    Ended {
        evidence: Evidence,
        /// The last moment that was not normal.
        until_ms: i64,
        /// It went on for so long that it is what is expected now.
        is_new_normal: bool,
    },
}

impl Signal {
    #[must_use]
    pub const fn evidence(&self) -> &Evidence {
        match self {
            Self::Began { evidence }
            | Self::Continues { evidence }
            | Self::Ended { evidence, .. } => evidence,
        }
    }
}
