//! Chunks of one series joined to one run of samples in a range. Owns the sharing of timestamps:
//! series that were pushed in the same rows come out with one vector of times.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::columns::decode_time_column;
use super::cursor::RawChunk;
use crate::TimeRange;
use crate::codec::CodecError;

/// Times that are remembered for the next series.
const SHARED_SAMPLES_MAX: usize = 1 << 20;

/// Block and number of each time chunk.
type Key = Vec<(usize, u32)>;

pub(super) struct Stitcher {
    range: TimeRange,
    shared: HashMap<Key, Arc<Joined>>,
    shared_samples: usize,
}

struct Joined {
    times: Arc<[i64]>,
    from: From,
}

enum From {
    /// The chunks follow each other: these of each.
    Ranges(Vec<Range<usize>>),
    /// They overlap: (chunk, place) for each time.
    Picks(Vec<(u32, u32)>),
}

/// A series' chunks from all blocks.
#[derive(Default)]
pub(super) struct Chunks {
    key: Key,
    chunks: Vec<RawChunk>,
}

impl Chunks {
    pub(super) fn add(&mut self, block: usize, chunks: Vec<RawChunk>) {
        self.key
            .extend(chunks.iter().map(|chunk| (block, chunk.time)));
        self.chunks.extend(chunks);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }
}

impl Stitcher {
    pub(super) fn new(range: TimeRange) -> Self {
        Self {
            range,
            shared: HashMap::new(),
            shared_samples: 0,
        }
    }

    /// The samples in the range, oldest first, each time once.
    pub(super) fn join(&mut self, chunks: Chunks) -> Result<(Arc<[i64]>, Vec<f64>), CodecError> {
        let joined = match self.shared.get(&chunks.key) {
            Some(joined) => Arc::clone(joined),
            None => self.remember(&chunks)?,
        };
        let mut values = Vec::with_capacity(joined.times.len());
        match &joined.from {
            From::Ranges(ranges) => {
                for (range, chunk) in ranges.iter().zip(&chunks.chunks) {
                    values.extend_from_slice(&chunk.values[range.clone()]);
                }
            }
            From::Picks(picks) => values.extend(
                picks
                    .iter()
                    .map(|(chunk, at)| chunks.chunks[*chunk as usize].values[*at as usize]),
            ),
        }
        Ok((Arc::clone(&joined.times), values))
    }

    fn remember(&mut self, chunks: &Chunks) -> Result<Arc<Joined>, CodecError> {
        let joined = Arc::new(self.join_times(&chunks.chunks)?);
        self.shared_samples += joined.times.len();
        if self.shared_samples > SHARED_SAMPLES_MAX {
            self.shared.clear();
            self.shared_samples = joined.times.len();
        }
        self.shared.insert(chunks.key.clone(), Arc::clone(&joined));
        Ok(joined)
    }

    fn join_times(&self, chunks: &[RawChunk]) -> Result<Joined, CodecError> {
        let mut times = Vec::new();
        let mut bounds = Vec::with_capacity(chunks.len());
        for chunk in chunks {
            let start = times.len();
            decode_time_column(&chunk.chunk, 0, &mut times)?;
            bounds.push(start..times.len());
        }
        let rising = times.windows(2).all(|pair| pair[0] < pair[1]);
        Ok(if rising {
            self.in_ranges(&times, &bounds)
        } else {
            self.in_picks(&times, &bounds)
        })
    }

    fn in_ranges(&self, times: &[i64], bounds: &[Range<usize>]) -> Joined {
        let from = times.partition_point(|time| *time < self.range.from_ms);
        let to = times.partition_point(|time| *time <= self.range.to_ms);
        let to = to.max(from);
        let within = |bound: &Range<usize>| {
            let start = from.clamp(bound.start, bound.end) - bound.start;
            let end = to.clamp(bound.start, bound.end) - bound.start;
            start..end
        };
        Joined {
            times: times[from..to].into(),
            from: From::Ranges(bounds.iter().map(within).collect()),
        }
    }

    /// Of two samples of one time the one that came first to the disk counts, as in the head.
    fn in_picks(&self, times: &[i64], bounds: &[Range<usize>]) -> Joined {
        let mut picks: Vec<(i64, u32, u32)> = Vec::with_capacity(times.len());
        for (chunk, bound) in bounds.iter().enumerate() {
            for (at, time) in times[bound.clone()].iter().enumerate() {
                if (self.range.from_ms..=self.range.to_ms).contains(time) {
                    picks.push((*time, chunk as u32, at as u32));
                }
            }
        }
        picks.sort_unstable();
        picks.dedup_by_key(|pick| pick.0);
        Joined {
            times: picks.iter().map(|pick| pick.0).collect(),
            from: From::Picks(picks.iter().map(|pick| (pick.1, pick.2)).collect()),
        }
    }
}
