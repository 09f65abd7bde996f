//! How the time of an operation grows with what is stored. Owns the fit over all turns of all ages
//! and the words for it; refuses to judge what was not measured at every age.

use paceline_analysis::growth::{self, FLAT_BELOW, GrowthVerdict};
use paceline_analysis::robust;

use crate::report::{AgeFigures, Growth};
use crate::target::Check;

/// Into how many observations the turns of an age are folded. Neighbouring turns are disturbed by
/// the same things, so that forty of them know less than forty observations would.
const BLOCKS: usize = 5;

/// None where an age has no figures.
pub fn fit(ages: &[AgeFigures]) -> Option<Growth> {
    if ages.iter().any(|age| age.turns_ms.is_empty()) {
        return None;
    }
    let observations: Vec<_> = ages.iter().flat_map(observations).collect();
    let fitted = growth::growth(&observations)?;
    let has_interval = fitted.low.is_finite() && fitted.high.is_finite();
    has_interval.then_some(())?;
    Some(Growth {
        exponent: fitted.exponent,
        low: fitted.low,
        high: fitted.high,
        tail: fitted.tail,
        words: match fitted.verdict {
            GrowthVerdict::Flat => "flat".to_owned(),
            GrowthVerdict::Grows => grows(fitted.exponent),
            GrowthVerdict::Unclear => "unclear: the turns are too uneven".to_owned(),
        },
    })
}

fn observations(age: &AgeFigures) -> impl Iterator<Item = (f64, f64)> {
    let length = age.turns_ms.len().div_ceil(BLOCKS).max(1);
    let blocks = age.turns_ms.chunks(length);
    blocks.filter_map(|block| Some((age.stored as f64, robust::median(block)?)))
}

/// What a thousand times the records cost, which people can picture.
fn grows(exponent: f64) -> String {
    let factor = 1_000_f64.powf(exponent);
    format!("GROWS: a thousand times the records, {factor:.1} times the time")
}

/// The oldest by the youngest.
pub fn ratio(ages: &[AgeFigures]) -> f64 {
    let youngest = ages.iter().min_by_key(|age| age.stored);
    let oldest = ages.iter().max_by_key(|age| age.stored);
    match (youngest, oldest) {
        (Some(youngest), Some(oldest)) if 0.0 < youngest.p50_ms => oldest.p50_ms / youngest.p50_ms,
        _ => 0.0,
    }
}

pub fn check(growth: Option<&Growth>) -> Check {
    Check {
        target: format!("exponent's interval reaches below {FLAT_BELOW}"),
        measured: growth.map(|growth| growth.low),
        holds: growth.is_some_and(|growth| growth.low < FLAT_BELOW),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(stored: u64, turns_ms: &[f64]) -> AgeFigures {
        AgeFigures {
            stored,
            operations: 10,
            p50_ms: robust::median(turns_ms).unwrap_or(0.0),
            p99_ms: 1.0,
            max_ms: 1.0,
            turns_ms: turns_ms.to_vec(),
        }
    }

    /// Forty turns around a level, with a little of what noise does.
    fn turns(level: f64) -> Vec<f64> {
        let wobble = |turn: u32| 1.0 + f64::from(turn * 7 % 11) / 100.0;
        (0..40).map(|turn| level * wobble(turn)).collect()
    }

    #[test]
    fn the_oldest_is_compared_with_the_youngest() {
        let check = |ages: &[(u64, f64)], expected: f64| {
            let ages: Vec<_> = ages
                .iter()
                .map(|&(stored, ms)| age(stored, &[ms]))
                .collect();
            assert_eq!(ratio(&ages), expected);
        };
        check(&[(1_000_000, 0.5), (1_000, 0.25)], 2.0);
        check(&[(1_000, 0.5), (10, 9.0), (1_000_000, 13.5)], 1.5);
        check(&[], 0.0);
    }

    #[test]
    fn what_costs_more_in_an_older_store_grows_and_what_does_not_is_flat() {
        let sizes = [1_000, 10_000, 100_000];
        let fitted = |exponent: f64| {
            let level = |stored: u64| (stored as f64 / 1_000.0).powf(exponent) / 10.0;
            let ages: Vec<_> = sizes
                .iter()
                .map(|&stored| age(stored, &turns(level(stored))))
                .collect();
            fit(&ages).unwrap()
        };
        let flat = fitted(0.0);
        assert!(check(Some(&flat)).holds && flat.words == "flat", "{flat:?}");
        let linear = fitted(1.0);
        assert!(!check(Some(&linear)).holds, "{linear:?}");
        assert!(linear.words.contains("1000.0 times the time"), "{linear:?}");
    }

    #[test]
    fn what_was_not_measured_at_every_age_is_not_judged() {
        let ages = [age(1_000, &turns(1.0)), age(10_000, &[])];
        assert_eq!(fit(&ages), None);
        assert!(!check(None).holds);
    }
}
