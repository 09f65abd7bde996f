//! The result of a benchmark. Owns its JSON form and how runs are summed up; refuses to lay it out
//! for reading, which is the table's work.

pub use paceline_analysis::benchmark::{Conditions, FORMAT, Machine};
use serde::{Deserialize, Serialize};

use crate::metrics::MetricsReport;
use crate::options::Options;
use crate::scenario::Scenario;
use crate::stage::Measured;
use crate::target::{Check, Target};

/// Everything that was found, and under which conditions.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub format: u32,
    /// What `--suite` said.
    pub suite: String,
    pub suite_version: u32,
    pub version: String,
    pub commit: Option<String>,
    pub measured_at: String,
    pub machine: Machine,
    pub conditions: Conditions,
    /// Interrupted, so some runs are missing or shorter.
    pub partial: bool,
    pub scenarios: Vec<Row>,
    pub ages: Vec<AgeRow>,
    /// Of the metrics suites alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<MetricsReport>,
}

/// One scenario over all its runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    pub scenario: String,
    pub load: String,
    /// Arrivals come at a fixed rate, so latency is what the scenario is about.
    pub is_open: bool,
    pub clients: usize,
    pub unit: String,
    /// The median run, figure by figure; counts are sums and `max_ms` is the maximum.
    pub median: Figures,
    /// Median over the rounds of this rate divided by the ceiling's in the same round.
    pub share_of_ceiling: Option<f64>,
    pub checks: Vec<Check>,
    pub first_error: Option<String>,
    pub runs: Vec<Figures>,
}

/// What one run came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Units a second.
    pub rate: f64,
    pub operations: u64,
    pub seconds: f64,
    pub warm_up_seconds: f64,
    /// Whether throughput was even when the run began to count.
    pub is_warm: bool,
    pub errors: u64,
    pub doubled_claims: u64,
    pub p50_ms: f64,
    pub p90_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    pub max_ms: f64,
    /// Processor time of the server for one operation; it varies less than the rate where other
    /// programs take their share of the machine.
    pub server_cpu_us: Option<f64>,
    pub client_cpu_us: Option<f64>,
}

/// One operation at several ages of the store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AgeRow {
    pub operation: String,
    pub ages: Vec<AgeFigures>,
    /// The oldest by the youngest, of the medians.
    pub ratio: f64,
    /// None of what was not measured at all ages.
    pub growth: Option<Growth>,
    pub check: Check,
    pub errors: u64,
    pub first_error: Option<String>,
}

/// How the time of an operation grows with what is stored: as its power `exponent`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    pub exponent: f64,
    /// Of the exponent, with 95 % confidence.
    pub low: f64,
    pub high: f64,
    /// Between the two oldest alone: what one exponent for all ages may hide.
    pub tail: f64,
    pub words: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AgeFigures {
    /// Tasks, and as many of everything else.
    pub stored: u64,
    pub operations: u64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
    /// The median of each turn, in their order.
    pub turns_ms: Vec<f64>,
}

impl Report {
    /// Whether every target that was measured was met, without errors or doubled claims.
    pub fn holds(&self) -> bool {
        let rows = self.scenarios.iter().all(Row::holds);
        let metrics = self.metrics.as_ref().is_none_or(MetricsReport::holds);
        rows && metrics
            && self
                .ages
                .iter()
                .all(|row| row.check.holds && row.errors == 0)
    }
}

impl Row {
    pub fn new(
        scenario: Scenario,
        options: &Options,
        runs: Vec<Figures>,
        ceilings: &[Figures],
        first_error: Option<String>,
    ) -> Self {
        let spec = scenario.spec();
        let load = spec.load.at(options.rate);
        let median = Figures::median(&runs);
        let shares = runs
            .iter()
            .zip(ceilings)
            .filter(|(_, ceiling)| 0.0 < ceiling.rate);
        let share_of_ceiling = median_of(shares.map(|(run, ceiling)| run.rate / ceiling.rate));
        let check = |target: &Target| target.check(&median, share_of_ceiling);
        Self {
            scenario: spec.name.to_owned(),
            load: load.describe(options.concurrency),
            is_open: load.is_open(),
            clients: load.clients(options.concurrency),
            unit: spec.unit.to_owned(),
            checks: spec.targets.iter().map(check).collect(),
            median,
            share_of_ceiling,
            first_error,
            runs,
        }
    }

    pub fn holds(&self) -> bool {
        let is_sound = self.median.errors == 0 && self.median.doubled_claims == 0;
        is_sound && self.checks.iter().all(|check| check.holds)
    }
}

impl Figures {
    pub fn new(measured: &Measured, weight: u64) -> Self {
        let tally = &measured.tally;
        let operations = tally.operations();
        let per_operation = |seconds: f64| seconds * 1e6 / operations.max(1) as f64;
        let rate = match measured.seconds {
            seconds if 0.0 < seconds => (operations * weight) as f64 / seconds,
            _ => 0.0,
        };
        Self {
            rate,
            operations,
            seconds: measured.seconds,
            warm_up_seconds: measured.warm_up_seconds,
            is_warm: measured.is_warm,
            errors: tally.errors,
            doubled_claims: tally.doubled_claims,
            p50_ms: tally.quantile_ms(0.5),
            p90_ms: tally.quantile_ms(0.9),
            p99_ms: tally.quantile_ms(0.99),
            p999_ms: tally.quantile_ms(0.999),
            max_ms: tally.max_ms(),
            server_cpu_us: measured.server_cpu_seconds.map(per_operation),
            client_cpu_us: measured.client_cpu_seconds.map(per_operation),
        }
    }

    pub fn median(runs: &[Self]) -> Self {
        let median = |figure: fn(&Self) -> f64| median_of(runs.iter().map(figure)).unwrap_or(0.0);
        let cpu = |figure: fn(&Self) -> Option<f64>| median_of(runs.iter().filter_map(figure));
        Self {
            rate: median(|run| run.rate),
            operations: runs.iter().map(|run| run.operations).sum(),
            seconds: median(|run| run.seconds),
            warm_up_seconds: median(|run| run.warm_up_seconds),
            is_warm: runs.iter().all(|run| run.is_warm),
            errors: runs.iter().map(|run| run.errors).sum(),
            doubled_claims: runs.iter().map(|run| run.doubled_claims).sum(),
            p50_ms: median(|run| run.p50_ms),
            p90_ms: median(|run| run.p90_ms),
            p99_ms: median(|run| run.p99_ms),
            p999_ms: median(|run| run.p999_ms),
            max_ms: runs.iter().map(|run| run.max_ms).fold(0.0, f64::max),
            server_cpu_us: cpu(|run| run.server_cpu_us),
            client_cpu_us: cpu(|run| run.client_cpu_us),
        }
    }
}

/// The middle, or the mean of the two in the middle; none of nothing.
pub fn median_of(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rate: f64, p99_ms: f64) -> Figures {
        Figures {
            rate,
            p99_ms,
            max_ms: 2.0 * p99_ms,
            operations: 10,
            ..Figures::default()
        }
    }

    #[test]
    fn one_bad_run_does_not_move_the_median_but_shows_in_the_maximum() {
        let median = Figures::median(&[run(100.0, 1.0), run(10.0, 50.0), run(110.0, 2.0)]);
        assert_eq!(
            (median.rate, median.p99_ms, median.max_ms),
            (100.0, 2.0, 100.0)
        );
        assert_eq!(median.operations, 30);
    }

    #[test]
    fn the_share_of_the_ceiling_compares_runs_of_the_same_round() {
        let runs = vec![run(50.0, 1.0), run(5.0, 1.0), run(60.0, 1.0)];
        let ceilings = [run(100.0, 1.0), run(10.0, 1.0), run(100.0, 1.0)];
        let options = Options::default();
        let row = Row::new(Scenario::Enqueue, &options, runs, &ceilings, None);
        assert_eq!(row.share_of_ceiling, Some(0.5));
        assert!(row.holds());
    }

    #[test]
    fn errors_and_doubled_claims_keep_a_row_from_holding() {
        for (errors, doubled_claims) in [(1, 0), (0, 1)] {
            let bad = Figures {
                errors,
                doubled_claims,
                ..run(1.0, 1.0)
            };
            let row = Row::new(
                Scenario::MessageSend,
                &Options::default(),
                vec![bad],
                &[],
                None,
            );
            assert!(!row.holds());
        }
    }

    #[test]
    fn an_even_number_of_runs_has_the_mean_of_the_middle() {
        assert_eq!(median_of([4.0, 1.0, 3.0, 2.0].into_iter()), Some(2.5));
        assert_eq!(median_of(std::iter::empty()), None);
    }
}
