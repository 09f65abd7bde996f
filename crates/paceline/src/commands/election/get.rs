//! `paceline election get`. Owns its flags; refuses to list elections: `agent list` names leaders.

use clap::Args;
use paceline_api::LeaderGet;
use paceline_client::{Client, ClientError};

/// Who leads an election, and who did
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline election get planner")]
pub struct Get {
    /// Name of the election
    #[arg(value_name = "ELECTION")]
    election: String,
}

impl Get {
    pub async fn ask(self, client: &Client) -> Result<LeaderGet, ClientError> {
        client.get_leader(&self.election).await
    }
}
