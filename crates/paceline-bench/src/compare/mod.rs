//! Two results beside each other: is it slower? Owns which figures are compared and what must be
//! said before anybody believes the verdict; refuses to compute one, which is
//! `paceline-analysis`' work.

mod table;
mod warnings;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use paceline_analysis::benchmark::{Kept, Measurement};
use paceline_analysis::compare::{self as statistics, Pair, Verdict};
use serde::Serialize;

use crate::kept::{self, Shelf};
use crate::run::Format;

/// Of the JSON form of a comparison.
const FORMAT: u32 = 1;

/// What `bench compare` found.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    pub format: u32,
    pub before: Source,
    pub after: Source,
    /// The least relative change that counts.
    pub gate: f64,
    /// What makes the two hard to compare, as sentences.
    pub warnings: Vec<String>,
    pub operations: Vec<Compared>,
    /// Measured in one of them alone, or under another load.
    pub left_out: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Source {
    pub path: PathBuf,
    pub suite: String,
    pub version: String,
    pub commit: Option<String>,
    pub measured_at: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    pub operation: String,
    pub figure: &'static str,
    pub unit: String,
    #[serde(flatten)]
    pub comparison: statistics::Comparison,
}

impl Comparison {
    /// Of two results, each named by a file, `last`, `previous` or the beginning of a kept name.
    pub fn of(shelf: &Shelf, before: &str, after: &str, gate: f64) -> Result<Self> {
        let (before, after) = (shelf.find(before)?, shelf.find(after)?);
        let (old, new) = (kept::read(&before)?, kept::read(&after)?);
        let (pairs, left_out) = pair(&old, &new);
        Ok(Self {
            format: FORMAT,
            gate,
            warnings: warnings::between(&old, &new, gate),
            operations: judged(&pairs, gate),
            left_out,
            before: Source::of(before, old),
            after: Source::of(after, new),
        })
    }

    /// Whether nothing got slower.
    pub fn holds(&self) -> bool {
        self.count(Verdict::Slower) == 0
    }

    pub fn count(&self, verdict: Verdict) -> usize {
        let rows = self.operations.iter();
        rows.filter(|row| row.comparison.verdict == verdict).count()
    }

    /// Text that ends with a line feed.
    pub fn render(&self, format: Format) -> Result<String> {
        match format {
            Format::Table => Ok(table::render(self)),
            Format::Json => Ok(serde_json::to_string_pretty(self)? + "\n"),
        }
    }
}

impl Source {
    fn of(path: PathBuf, kept: Kept) -> Self {
        Self {
            path,
            suite: kept.suite,
            version: kept.version,
            commit: kept.commit,
            measured_at: kept.measured_at,
        }
    }
}

/// Measurements of the same thing under the same load, and the names of the others.
fn pair(old: &Kept, new: &Kept) -> (Vec<(Measurement, Measurement)>, Vec<String>) {
    let key = |one: &Measurement| (one.operation.clone(), one.figure);
    let mut before: BTreeMap<_, _> = old
        .measurements()
        .into_iter()
        .map(|one| (key(&one), one))
        .collect();
    let (mut pairs, mut left_out) = (Vec::new(), Vec::new());
    for after in new.measurements() {
        let name = after.operation.clone();
        match before.remove(&key(&after)) {
            Some(before) if before.load == after.load => pairs.push((before, after)),
            Some(before) => left_out.push(format!(
                "{name}: measured as {} and as {}",
                before.load, after.load
            )),
            None => left_out.push(format!("{name}: only in the second")),
        }
    }
    let only_before = before.into_values();
    left_out.extend(only_before.map(|one| format!("{}: only in the first", one.operation)));
    left_out.dedup();
    (pairs, left_out)
}

fn judged(pairs: &[(Measurement, Measurement)], gate: f64) -> Vec<Compared> {
    let asked: Vec<_> = pairs
        .iter()
        .map(|(before, after)| Pair {
            before: &before.runs,
            after: &after.runs,
            measure: before.measure,
        })
        .collect();
    let compared = statistics::compare_all(&asked, gate);
    let row = |((before, _), comparison): (&(Measurement, Measurement), _)| Compared {
        operation: before.operation.clone(),
        figure: before.figure,
        unit: before.unit.clone(),
        comparison,
    };
    pairs.iter().zip(compared).map(row).collect()
}

#[cfg(test)]
mod tests;
