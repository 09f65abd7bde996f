//! Buckets of five minutes and of an hour. Owns what a bucket knows of its samples and which samples
//! stand for it in an answer; refuses questions that a bucket cannot answer rightly: those stay raw.

mod answer;
mod buckets;
mod reading;

#[cfg(test)]
mod tests;

pub(crate) use answer::Answer;
pub(crate) use buckets::{Buckets, COLUMNS, Column};
pub(crate) use reading::{Reading, Samples};

use crate::Resolution;

impl Resolution {
    /// The length of a bucket, 0 for raw samples.
    #[must_use]
    pub const fn step_ms(self) -> i64 {
        match self {
            Self::Raw => 0,
            Self::FiveMinutes => 5 * 60_000,
            Self::OneHour => 3_600_000,
        }
    }
}
