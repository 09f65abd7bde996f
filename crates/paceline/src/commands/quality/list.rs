//! `paceline quality list`. Owns its flags; refuses to average.

use clap::Args;
use paceline_api::{Page, QualityAssessment, QualityListQuery};
use paceline_client::{Client, ClientError};

/// List assessments by task or agent
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline quality list --agent-id agt_0199c5f2")]
pub struct List {
    /// Only of this task
    #[arg(long, value_name = "ID")]
    task_id: Option<String>,
    /// Only of this agent's work
    #[arg(long, value_name = "ID")]
    agent_id: Option<String>,
    /// At most so many, 1 to 500; 50 unless said
    #[arg(long)]
    limit: Option<u32>,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl List {
    pub async fn ask(self, client: &Client) -> Result<Page<QualityAssessment>, ClientError> {
        let query = QualityListQuery {
            task_id: self.task_id,
            agent_id: self.agent_id,
            limit: self.limit,
            cursor: self.cursor,
        };
        client.list_quality(&query).await
    }
}
