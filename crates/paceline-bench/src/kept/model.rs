//! A kept result as it is read back. Owns what comparing and history need of it, and the reasons why
//! a file is none; refuses to guess the fields of another format.

use std::path::Path;

use anyhow::{Context, Result, bail};
use paceline_analysis::compare::Measure;
use serde::Deserialize;

use crate::report::{Conditions, FORMAT, Figures, Machine, Row};

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
    pub scenarios: Vec<Row>,
    #[serde(default)]
    pub metrics: Option<KeptMetrics>,
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
#[derive(Deserialize)]
struct Probe {
    format: Option<u32>,
}

/// The subject that is ours in the metrics suites.
const OURS: &str = "paceline";

impl Kept {
    /// # Errors
    /// Names the file and what is wrong with it.
    pub fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let bytes = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
        Self::parse(&bytes).with_context(|| format!("`{shown}` is no result to compare"))
    }

    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let probe: Probe = serde_json::from_slice(bytes)?;
        match probe.format {
            Some(FORMAT) => Ok(serde_json::from_slice(bytes)?),
            Some(newer) if FORMAT < newer => {
                bail!(
                    "it has format {newer}, and this version knows up to {FORMAT}: update paceline"
                )
            }
            Some(older) => bail!(
                "it has format {older}, which has not all that format {FORMAT} has: measure again"
            ),
            None => bail!("it has no field `format`"),
        }
    }

    /// What can be compared. The ceilings are left out: they are not what is measured, but show
    /// what the machine allowed. Ages too: each is one process.
    pub fn measurements(&self) -> Vec<Measurement> {
        let rows = self.scenarios.iter().filter(|row| !is_ceiling(row));
        let scenarios = rows.flat_map(of_row);
        let figures = self.metrics.iter().flat_map(|metrics| &metrics.figures);
        scenarios
            .chain(figures.filter_map(KeptFigure::measurement))
            .collect()
    }

    /// What the bare handler reached, by its scenario's name.
    pub fn ceilings(&self) -> impl Iterator<Item = (&str, f64)> {
        let rows = self.scenarios.iter().filter(|row| is_ceiling(row));
        rows.map(|row| (row.scenario.as_str(), row.median.rate))
    }
}

fn is_ceiling(row: &Row) -> bool {
    row.scenario.starts_with("ceiling")
}

/// The maximum of a closed loop; the latencies of an open one, whose rate is given.
fn of_row(row: &Row) -> Vec<Measurement> {
    let of =
        |figure: &'static str, unit: String, measure, value: fn(&Figures) -> f64| Measurement {
            operation: row.scenario.clone(),
            figure,
            unit,
            load: row.load.clone(),
            measure,
            runs: row.runs.iter().map(value).collect(),
            p99_ms: Some(row.median.p99_ms),
        };
    match row.is_open {
        true => vec![
            of("p50", "ms".to_owned(), Measure::Cost, |run| run.p50_ms),
            of("p99", "ms".to_owned(), Measure::Cost, |run| run.p99_ms),
        ],
        false => {
            let unit = format!("{}/s", row.unit);
            vec![of("rate", unit, Measure::Rate, |run| run.rate)]
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
