//! `paceline task list`. Owns its flags; refuses to sort what the server has ordered.

use clap::Args;
use paceline_api::{Page, StatusList, Task, TaskListQuery, TaskSource};
use paceline_client::{Client, ClientError};

use super::enqueue::source;

/// List tasks by status, source, agent type or assignee
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline task list --status ready,running
  paceline task list --exclude-status completed --agent-type code --limit 500 --format json")]
pub struct List {
    /// Only these, separated by commas: pending, blocked, ready, running, completed, failed, cancelled
    #[arg(long)]
    status: Option<StatusList>,
    /// All but these, separated by commas
    #[arg(long, value_name = "STATUS")]
    exclude_status: Option<StatusList>,
    /// human, agent_requirements, agent_planner or agent_implementation
    #[arg(long, value_parser = source)]
    source: Option<TaskSource>,
    /// Only tasks for this kind of agent
    #[arg(long, value_name = "TYPE")]
    agent_type: Option<String>,
    /// Only tasks of this agent
    #[arg(long, value_name = "AGENT_ID")]
    assigned_to: Option<String>,
    /// Only tasks whose summary or description has this text, in any case
    #[arg(long)]
    text: Option<String>,
    /// At most so many, 1 to 500; 50 unless said
    #[arg(long)]
    limit: Option<u32>,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl List {
    pub async fn ask(self, client: &Client) -> Result<Page<Task>, ClientError> {
        let query = TaskListQuery {
            status: self.status,
            exclude_status: self.exclude_status,
            source: self.source,
            agent_type: self.agent_type,
            assigned_to: self.assigned_to,
            q: self.text,
            limit: self.limit,
            cursor: self.cursor,
        };
        client.list_tasks(&query).await
    }
}
