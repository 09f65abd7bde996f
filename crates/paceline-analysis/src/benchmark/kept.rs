//! A kept result as it is read back, `docs/format/bench-result.md`. Owns what comparing and history
//! need of it, and which formats are none; refuses to guess the fields of another format.

use serde::{Deserialize, Serialize};

use crate::compare::Measure;

/// Of the form below; raised when a field changes its meaning.
pub const FORMAT: u32 = 2;
/// The subject that is ours in the metrics suites.
const OURS: &str = "paceline";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    pub cores: usize,
    pub cpu: String,
    /// None where the system does not say.
    pub memory_bytes: Option<u64>,
    pub kernel: String,
    /// Where the data lies.
    pub filesystem: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Conditions {
    /// `release` or `debug`.
    pub build: String,
    pub durability: String,
    pub runs: usize,
    /// The longest that a run may warm up; each run says how long it did.
    pub warm_up_seconds_max: f64,
    pub duration_seconds: f64,
    /// Agents of the scenarios that have many, each a client of its own.
    pub fleet_size: usize,
    /// Of the last minute, before the first run: what else the machine was doing.
    pub load_average_before: Option<f64>,
    /// After the last, with this benchmark's own load in it.
    pub load_average_after: Option<f64>,
    pub remarks: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Kept {
    pub suite: String,
    pub suite_version: u32,
    pub version: String,
    pub commit: Option<String>,
    pub measured_at: String,
    pub machine: Machine,
    pub conditions: Conditions,
    pub partial: bool,
    pub scenarios: Vec<Scenario>,
    #[serde(default)]
    pub metrics: Option<KeptMetrics>,
}

/// One scenario over all its runs.
#[derive(Clone, Debug, Deserialize)]
pub struct Scenario {
    pub scenario: String,
    pub load: String,
    /// Arrivals come at a fixed rate, so latency is what the scenario is about.
    pub is_open: bool,
    pub unit: String,
    pub median: Figures,
    pub runs: Vec<Figures>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Figures {
    /// Units a second.
    pub rate: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

#[derive(Clone, Debug, Deserialize)]
pub struct KeptMetrics {
    pub figures: Vec<KeptFigure>,
}

/// One figure of the metrics suites, of all that were measured side by side.
#[derive(Clone, Debug, Deserialize)]
pub struct KeptFigure {
    pub figure: String,
    pub unit: String,
    pub values: Vec<KeptValue>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct KeptValue {
    pub subject: String,
    pub runs: Vec<f64>,
}

/// One figure of one operation, a number a process run.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    pub operation: String,
    pub figure: &'static str,
    pub unit: String,
    /// What makes two measurements of the same name differ: clients, arrivals.
    pub load: String,
    pub measure: Measure,
    pub runs: Vec<f64>,
    /// Beside it, for people; none where a result has no latencies.
    pub p99_ms: Option<f64>,
}

/// Enough of any version to say which it is.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Probe {
    format: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongFormat {
    #[error("it has format {0}, and this version knows up to {FORMAT}: update paceline")]
    Newer(u32),
    #[error("it has format {0}, which has not all that format {FORMAT} has: measure again")]
    Older(u32),
    #[error("it has no field `format`")]
    None,
}

impl Probe {
    /// Whether [`Kept`] can be read from it.
    ///
    /// # Errors
    /// When it is of another format, or of none.
    pub fn check(self) -> Result<(), WrongFormat> {
        match self.format {
            Some(FORMAT) => Ok(()),
            Some(newer) if FORMAT < newer => Err(WrongFormat::Newer(newer)),
            Some(older) => Err(WrongFormat::Older(older)),
            None => Err(WrongFormat::None),
        }
    }
}

impl Kept {
    /// What can be compared. The ceilings are left out: they are not what is measured, but show
    /// what the machine allowed. Ages too: each is one process.
    #[must_use]
    pub fn measurements(&self) -> Vec<Measurement> {
        let rows = self.scenarios.iter().filter(|row| !row.is_ceiling());
        let scenarios = rows.flat_map(Scenario::measurements);
        let figures = self.metrics.iter().flat_map(|metrics| &metrics.figures);
        scenarios
            .chain(figures.filter_map(KeptFigure::measurement))
            .collect()
    }

    /// What the bare handler reached, by its scenario's name.
    pub fn ceilings(&self) -> impl Iterator<Item = (&str, f64)> {
        let rows = self.scenarios.iter().filter(|row| row.is_ceiling());
        rows.map(|row| (row.scenario.as_str(), row.median.rate))
    }
}

impl Scenario {
    fn is_ceiling(&self) -> bool {
        self.scenario.starts_with("ceiling")
    }

    /// The maximum of a closed loop; the latencies of an open one, whose rate is given.
    fn measurements(&self) -> Vec<Measurement> {
        let of =
            |figure: &'static str, unit: String, measure, value: fn(&Figures) -> f64| Measurement {
                operation: self.scenario.clone(),
                figure,
                unit,
                load: self.load.clone(),
                measure,
                runs: self.runs.iter().map(value).collect(),
                p99_ms: Some(self.median.p99_ms),
            };
        match self.is_open {
            true => vec![
                of("p50", "ms".to_owned(), Measure::Cost, |run| run.p50_ms),
                of("p99", "ms".to_owned(), Measure::Cost, |run| run.p99_ms),
            ],
            false => {
                let unit = format!("{}/s", self.unit);
                vec![of("rate", unit, Measure::Rate, |run| run.rate)]
            }
        }
    }
}

impl KeptFigure {
    fn measurement(&self) -> Option<Measurement> {
        let ours = self.values.iter().find(|value| value.subject == OURS)?;
        let is_rate = self.unit.ends_with("/s") || self.unit.ends_with("/CPU s");
        Some(Measurement {
            operation: self.figure.clone(),
            figure: if is_rate { "rate" } else { "cost" },
            unit: self.unit.clone(),
            load: String::new(),
            measure: if is_rate {
                Measure::Rate
            } else {
                Measure::Cost
            },
            runs: ours.runs.clone(),
            p99_ms: None,
        })
    }
}
