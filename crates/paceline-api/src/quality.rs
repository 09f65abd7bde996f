//! Quality assessments on the wire.
//! Owns these shapes; refuses to invent a score.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Scores a task's work, each criterion 0 to 10.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QualityAssessRequest {
    pub task_id: String,
    pub completeness: f64,
    pub code_quality: f64,
    pub documentation: f64,
    pub efficiency: f64,
    pub impact: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    pub assessed_by: String,
    /// Author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// Refuse unless `epoch` is current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub election: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
}

/// Scores of a task's work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QualityAssessment {
    pub assessment_id: String,
    pub task_id: String,
    /// Who did the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    pub completeness: f64,
    pub code_quality: f64,
    pub documentation: f64,
    pub efficiency: f64,
    pub impact: f64,
    /// The weighted mean, 0 to 10.
    pub overall_score: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    pub assessed_by: String,
    /// Made by a program, not by a reviewer.
    pub automatic: bool,
    pub assessed_at: Timestamp,
}

/// Selects assessments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct QualityListQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
