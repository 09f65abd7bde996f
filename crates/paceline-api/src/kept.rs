//! What a server keeps in files: monthly reports, results of benchmarks. Owns the shapes of their
//! lists; refuses what is in a report or a result, which have documents of their own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Timestamp;

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A report that the server wrote by itself when its month was over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeptReport {
    /// Such as `2026-10`.
    pub month: String,
    pub bytes: u64,
}

/// The result of a `paceline bench`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeptBenchmark {
    pub name: String,
    pub suite: String,
    pub version: String,
    #[serde(default)]
    pub commit: Option<String>,
    #[serde(default)]
    pub measured_at: Option<Timestamp>,
    #[serde(default)]
    pub partial: bool,
    #[serde(default)]
    pub machine: Value,
    pub scenarios: Vec<KeptScenario>,
}

/// A scenario's medians over its runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeptScenario {
    pub scenario: String,
    pub load: String,
    pub unit: String,
    pub median: Value,
}
