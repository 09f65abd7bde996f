//! `paceline quality assess`. Owns its flags; refuses to leave a criterion out.

use clap::Args;
use paceline_api::{QualityAssessRequest, QualityAssessment};
use paceline_client::{Client, ClientError};

use crate::values::Guard;

/// Score a task's work, each criterion 0 to 10
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline quality assess tsk_0199c5f3 --completeness 9 --code-quality 8 --documentation 7 \\
    --efficiency 8 --impact 6 --assessed-by reviewer-2 --notes 'tests are missing'")]
pub struct Assess {
    /// Id of the task
    #[arg(value_name = "TASK_ID")]
    task_id: String,
    /// Weighs .30
    #[arg(long, value_name = "SCORE")]
    completeness: f64,
    /// Weighs .25
    #[arg(long, value_name = "SCORE")]
    code_quality: f64,
    /// Weighs .15
    #[arg(long, value_name = "SCORE")]
    documentation: f64,
    /// Weighs .15
    #[arg(long, value_name = "SCORE")]
    efficiency: f64,
    /// Weighs .15
    #[arg(long, value_name = "SCORE")]
    impact: f64,
    /// What the scores do not say
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// Who judges
    #[arg(long, value_name = "NAME")]
    assessed_by: String,
    /// The agent that judges
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: Option<String>,
    #[command(flatten)]
    guard: Guard,
}

impl Assess {
    pub async fn ask(self, client: &Client) -> Result<QualityAssessment, ClientError> {
        let request = QualityAssessRequest {
            task_id: self.task_id,
            completeness: self.completeness,
            code_quality: self.code_quality,
            documentation: self.documentation,
            efficiency: self.efficiency,
            impact: self.impact,
            notes: self.notes,
            assessed_by: self.assessed_by,
            agent_id: self.agent_id,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        client.assess_quality(&request).await
    }
}
