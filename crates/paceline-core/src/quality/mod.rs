//! Quality: what somebody thought of a finished task. Owns the five dimensions and their weights;
//! refuses to invent a score: every number comes from an assessor.

pub mod assess;

use serde::{Deserialize, Serialize};

use crate::{AgentId, AssessmentId, TaskId, Timestamp};

/// Each from 0 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    pub completeness: f64,
    pub code_quality: f64,
    pub documentation: f64,
    pub efficiency: f64,
    pub impact: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assess {
    pub assessment_id: AssessmentId,
    pub task_id: TaskId,
    pub scores: Scores,
    pub notes: Option<String>,
    pub assessed_by: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    pub assessment_id: AssessmentId,
    pub task_id: TaskId,
    /// Who did the task, where that is known.
    pub agent_id: Option<AgentId>,
    pub scores: Scores,
    pub overall_score: f64,
    pub notes: Option<String>,
    pub assessed_by: String,
    pub assessed_at: Timestamp,
    /// Drawn by a program rather than judged; kept apart in every mean.
    pub automatic: bool,
    pub imported: bool,
}
