//! Samples that have left the head: immutable files of 2 h and of days, their rollups, merge and
//! retention. Owns everything in the folder `blocks`; refuses to know the head, its log and who
//! pushes. The format is drawn in `docs/format/metrics-block.md`.
//!
//! ```text
//! write_block -> 2 h raw -> maintain: day raw + five minutes + one hour -> budget -> retention
//! select(matchers, range, function) <- per day: raw, or the rollup that answers the function
//! ```

mod blocks;
mod cache;
mod columns;
mod cursor;
mod file;
mod format;
mod frames;
mod index;
mod manifest;
mod merge;
mod near;
mod open;
mod postings;
mod select;
mod stitch;
mod upkeep;
mod write;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

pub use blocks::{BlockOptions, BlockStats, Blocks};
pub use open::Damage;
pub use select::{BlockIter, BlockSelection, Later};

use crate::{Labels, METRIC_NAME};

/// The label that series of one metric are sorted by, so that an agent's buckets lie together.
const AGENT: &str = "agent";
pub(crate) const DAY_MS: i64 = 24 * 3_600_000;

/// The order of series in a block and of a selection: metric name, agent, then all labels.
#[must_use]
pub fn series_order(one: &Labels, other: &Labels) -> Ordering {
    let by = |name: &str| one.get(name).cmp(other.get(name));
    by(METRIC_NAME)
        .then_with(|| by(AGENT))
        .then_with(|| one.cmp(other))
}
