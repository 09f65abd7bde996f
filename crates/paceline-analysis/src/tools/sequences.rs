//! The commonest sequences of calls. Owns their counting; refuses lengths that would need a table
//! larger than tools have triples.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Call;
use super::totals::Names;

const TOLD_MAX: usize = 10;
/// What happened once is no habit.
const COUNT_MIN: u64 = 2;

/// Tools used one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    pub tools: Vec<String>,
    pub count: u64,
}

/// Of `LENGTH` calls in a row; overlapping ones count each.
pub(super) fn commonest<const LENGTH: usize>(
    pieces: &[&[Call<'_>]],
    names: &Names<'_>,
) -> Vec<Sequence> {
    let mut counts: HashMap<[u8; LENGTH], u64> = HashMap::new();
    for piece in pieces {
        let places: Vec<u8> = piece.iter().map(|call| names.place(call.tool)).collect();
        for window in places.windows(LENGTH) {
            if let Ok(window) = window.try_into() {
                *counts.entry(window).or_default() += 1;
            }
        }
    }
    let name = |window: [u8; LENGTH]| window.map(|place| names.name(place).to_owned()).to_vec();
    let mut sequences: Vec<Sequence> = counts
        .into_iter()
        .filter(|(_, count)| COUNT_MIN <= *count)
        .map(|(window, count)| Sequence {
            tools: name(window),
            count,
        })
        .collect();
    sequences.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.tools.cmp(&b.tools)));
    sequences.truncate(TOLD_MAX);
    sequences
}
