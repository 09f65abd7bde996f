//! Degradation against age. Owns the question whether each operation's time grows with the store;
//! refuses an answer where the store hardly grew.

use super::Evidence;
use super::line::Line;
use super::shape::GATE;
use crate::growth::{GrowthVerdict, growth};
use crate::report::model::{Ageing, Exponent, GrowthRow};

/// A store that grew by less says nothing about growth.
const RATIO_MIN: f64 = 1.2;
const DAYS_MIN: usize = 8;

pub(in crate::report) fn ageing(evidence: &Evidence<'_>) -> Ageing {
    let ratio = evidence.size.ratio();
    let grew = ratio.is_some_and(|ratio| RATIO_MIN <= ratio);
    let rows = evidence
        .operations
        .iter()
        .filter_map(|(operation, history)| {
            let line = Line::of_durations(history, &evidence.grid)?;
            row(operation, &line, evidence)
        });
    Ageing {
        figures: evidence.age.figures(&evidence.grid),
        size: evidence.size.name.clone(),
        size_ratio: ratio,
        operations: if grew { rows.collect() } else { Vec::new() },
        versions: evidence.age.version_spans(),
        restarts: evidence.age.restarts(),
    }
}

fn row(operation: &str, line: &Line, evidence: &Evidence<'_>) -> Option<GrowthRow> {
    let days = line.days(&evidence.grid);
    let observed = days.points.iter().filter_map(|point| {
        let size = evidence.size.at(&evidence.grid, point.cell)?;
        Some((size, point.level.exp2()))
    });
    let observed: Vec<_> = observed.collect();
    if observed.len() < DAYS_MIN {
        return None;
    }
    let fitted = growth(&observed)?;
    let ratio = evidence.size.ratio()?;
    let matters = GATE <= (fitted.exponent * ratio.log2()).abs();
    let verdict = match fitted.verdict {
        GrowthVerdict::Grows if matters => "grows",
        GrowthVerdict::Grows | GrowthVerdict::Flat => "flat",
        GrowthVerdict::Unclear => "unclear",
    };
    Some(GrowthRow {
        operation: operation.to_owned(),
        exponent: Exponent {
            estimate: fitted.exponent,
            low: fitted.low,
            high: fitted.high,
        },
        verdict: verdict.to_owned(),
    })
}
