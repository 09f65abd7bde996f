//! `paceline task get`. Owns its flags; refuses more than one task.

use clap::Args;
use paceline_api::Task;
use paceline_client::{Client, ClientError};

/// Show one task with everything known about it
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline task get tsk_0199c5f3")]
pub struct Get {
    /// Id of the task
    #[arg(value_name = "TASK_ID")]
    task_id: String,
}

impl Get {
    pub async fn ask(self, client: &Client) -> Result<Task, ClientError> {
        client.get_task(&self.task_id).await
    }
}
