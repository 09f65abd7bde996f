//! The history of benchmarks on the wire. Owns its shape; which results make a course, and where it
//! steps, is judged elsewhere.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kept results of `paceline bench` on the newest one's machine and build, figure by figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkHistory {
    /// Oldest first.
    pub results: Vec<BenchmarkResult>,
    pub courses: Vec<BenchmarkCourse>,
    /// What was not taken, as sentences.
    pub left_out: Vec<String>,
}

/// One kept result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkResult {
    /// `paceline bench compare` takes it.
    pub name: String,
    pub measured_at: String,
    pub version: String,
    pub commit: Option<String>,
    /// Interrupted, so some runs are missing or shorter.
    pub partial: bool,
}

/// One figure of one operation under one load, over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkCourse {
    pub operation: String,
    /// `rate`, `p50`, `p99` or `cost`.
    pub figure: String,
    pub unit: String,
    /// Clients or arrivals; empty where there is no choice.
    pub load: String,
    /// Of a cost, less is better; of a rate, more.
    pub is_cost: bool,
    pub points: Vec<BenchmarkPoint>,
    /// Where the level changed, and stayed changed.
    pub steps: Vec<BenchmarkStep>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkPoint {
    /// Its place in `results`.
    pub result: u32,
    /// Process runs.
    pub runs: u32,
    /// Of the runs.
    pub median: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkStep {
    /// The first result on the new level, as its place in `results`.
    pub result: u32,
    /// Relative: 0.2 is 20 % more than before; with the interval that covers it 19 times in 20.
    pub change: f64,
    pub low: f64,
    pub high: f64,
}
