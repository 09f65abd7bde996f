//! How much evidence a change needs: writes the table in `src/change_points/thresholds.rs`.
//! `cargo run --release -p paceline-analysis --example thresholds -- [series a family]`
//!
//! For each length, series without any change of every family, and the evidence that all but the
//! wanted share of them stay under in the family where that is most.

#[path = "../tests/series/mod.rs"]
mod series;

use paceline_analysis::change_points::{explanations, more_by_correlation, times_one};
use series::{NAMED, Noise, OTHERS};

/// The share of series with an alarm that the table aims at; what is promised is 5 %.
const WANTED: f64 = 0.04;
const LENGTHS: [usize; 10] = [20, 30, 50, 100, 200, 300, 500, 1_000, 2_000, 5_000];
const FAMILIES: [&str; 10] = [
    "normal",
    "log-normal",
    "Student t, 3 degrees",
    "bimodal, 15 %",
    "exponential",
    "gamma, shape 2",
    "AR(1) 0.3",
    "AR(1) 0.6",
    "AR(1) 0.8",
    "AR(1) 0.6 of Student t",
];
/// Longer series are fewer, and their rates less exact.
const VALUES_MAX: usize = 1_500_000;

fn main() {
    let argument = std::env::args().nth(1);
    let wanted: usize = argument.map_or(4_000, |text| text.parse().expect("a number of series"));
    for length in LENGTHS {
        let count = wanted.min(VALUES_MAX / length);
        let families = NAMED
            .iter()
            .chain(OTHERS)
            .filter(|noise| FAMILIES.contains(&noise.name));
        let needed: Vec<_> = families
            .map(|noise| (needed(noise, length, count), noise.name))
            .collect();
        let worst = needed
            .iter()
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .expect("there are families");
        println!("    ({length}, {:.1}), // {}", worst.0, worst.1);
    }
}

/// What one change among uncorrelated values must need, so that this family keeps to the rate.
fn needed(noise: &Noise, length: usize, count: usize) -> f64 {
    let largest = |seed: usize| {
        let explanations = explanations(&noise.series(length, seed as u64, &[]));
        let one = explanations.iter().map(|explanation| {
            let alone = explanation.evidence / times_one(length, explanation.cuts.len());
            alone - more_by_correlation(length, explanation.correlation)
        });
        one.fold(0.0, f64::max)
    };
    let mut largest: Vec<f64> = (0..count).map(largest).collect();
    largest.sort_by(f64::total_cmp);
    largest[((1.0 - WANTED) * count as f64) as usize]
}
