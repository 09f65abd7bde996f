//! `paceline task plan`. Owns its flags; refuses to plan by itself.

use clap::Args;
use paceline_api::{TaskExecutionPlan, TaskPlanRequest};
use paceline_client::{Client, ClientError};

/// In which batches tasks can run side by side
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline task plan tsk_0199c5f3 tsk_0199c5f4 tsk_0199c5f5")]
pub struct Plan {
    /// Ids of the tasks
    #[arg(value_name = "TASK_ID", required = true)]
    task_ids: Vec<String>,
}

impl Plan {
    pub async fn ask(self, client: &Client) -> Result<TaskExecutionPlan, ClientError> {
        client
            .execution_plan(&TaskPlanRequest {
                task_ids: self.task_ids,
            })
            .await
    }
}
