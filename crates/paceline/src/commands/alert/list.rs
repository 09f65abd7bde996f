//! `paceline alert list`. Owns its flags; refuses to follow (`watch` does).

use clap::Args;
use paceline_api::{AlertList, AlertListQuery, AlertSeverity, AlertState};
use paceline_client::{Client, ClientError};

use super::view::severity;

/// What fires and what is pending, the most severe first
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline alert list
  paceline alert list --state resolved --format json")]
pub struct List {
    /// Only these: pending, firing or resolved
    #[arg(long, value_parser = state, value_name = "STATE")]
    state: Option<AlertState>,
    /// Only of this severity: info, warning or critical
    #[arg(long, value_parser = severity, value_name = "SEVERITY")]
    severity: Option<AlertSeverity>,
    /// Only of the rule of this name
    #[arg(long)]
    name: Option<String>,
    /// Only about this agent
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
    pub async fn ask(self, client: &Client) -> Result<AlertList, ClientError> {
        let query = AlertListQuery {
            state: self.state,
            severity: self.severity,
            name: self.name,
            agent_id: self.agent_id,
            limit: self.limit,
            cursor: self.cursor,
        };
        client.list_alerts(&query).await
    }
}

fn state(text: &str) -> Result<AlertState, String> {
    match text {
        "pending" => Ok(AlertState::Pending),
        "firing" => Ok(AlertState::Firing),
        "resolved" => Ok(AlertState::Resolved),
        _ => Err("must be pending, firing or resolved".to_owned()),
    }
}
