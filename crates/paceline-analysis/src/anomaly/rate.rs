//! How anomalous the fleet is. Owns the count of series beside what chance alone would bring;
//! refuses to name a cause.

use serde::{Deserialize, Serialize};

use super::options::{Options, WEEK_MS};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FleetRate {
    pub watched: u64,
    pub anomalous: u64,
    /// How many would be, on average, if nothing was wrong anywhere.
    pub by_chance: f64,
    /// How likely so many or more are if nothing is wrong anywhere and series are independent.
    pub chance: f64,
}

/// `false_per_week` is what a series brings by chance, the promise or, better, what was measured.
/// An anomaly by chance is open for as long as it takes to be quiet.
#[must_use]
pub fn fleet_rate(watched: u64, anomalous: u64, options: &Options) -> FleetRate {
    let open_ms = options.quiet_after_ms() + options.bucket_ms();
    let share = (options.false_per_week.max(0.0) * open_ms as f64 / WEEK_MS as f64).min(1.0);
    let by_chance = watched as f64 * share;
    FleetRate {
        watched,
        anomalous: anomalous.min(watched),
        by_chance,
        chance: poisson_at_least(anomalous.min(watched), by_chance),
    }
}

impl FleetRate {
    #[must_use]
    pub fn share(&self) -> f64 {
        self.anomalous as f64 / self.watched.max(1) as f64
    }
}

/// Of a Poisson distribution with this mean, which counts of rare and independent events have.
fn poisson_at_least(count: u64, mean: f64) -> f64 {
    if count == 0 {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    // From the first term on, in logarithms: they fall off, or are summed from the other side.
    let log_factorial = (1..=count).map(|one| (one as f64).ln()).sum::<f64>();
    let first = count as f64 * mean.ln() - mean - log_factorial;
    if mean < count as f64 {
        return series(first, |at| mean / (count as f64 + at)).min(1.0);
    }
    let before = first + (count as f64).ln() - mean.ln();
    let below = series(before, |at| (count as f64 - at) / mean);
    (1.0 - below).clamp(0.0, 1.0)
}

fn series(first: f64, ratio: impl Fn(f64) -> f64) -> f64 {
    let (mut sum, mut term, mut at) = (1.0, 1.0, 1.0);
    while 1e-16 * sum < term {
        term *= ratio(at).max(0.0);
        sum += term;
        at += 1.0;
    }
    (first + f64::ln(sum)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_tails_are_those_of_a_table() {
        let check = |count: u64, mean: f64, expected: f64| {
            let found = poisson_at_least(count, mean);
            assert!((found - expected).abs() < 1e-6, "{count} {mean}: {found}");
        };
        check(0, 3.0, 1.0);
        check(1, 1.0, 0.632_121);
        check(3, 1.0, 0.080_301);
        check(2, 5.0, 0.959_572);
        check(10, 10.0, 0.542_070);
        check(1, 0.0, 0.0);
    }

    #[test]
    fn one_of_ten_thousand_is_chance_and_twenty_are_not() {
        let options = Options::every(60_000);
        let few = fleet_rate(10_000, 4, &options);
        assert!((few.by_chance - 3.27).abs() < 0.02, "{few:?}");
        assert!(0.1 < few.chance);
        let many = fleet_rate(10_000, 20, &options);
        assert!(many.chance < 1e-6, "{many:?}");
        assert_eq!(fleet_rate(0, 7, &options).anomalous, 0);
    }
}
