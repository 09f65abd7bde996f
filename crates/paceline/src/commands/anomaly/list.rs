//! `paceline anomaly list`. Owns its flags.

use clap::Args;
use paceline_api::{AnomalyList, AnomalyListQuery, Timestamp};
use paceline_client::{Client, ClientError};

use crate::values::time_or_span_back;

/// What series did that is unlikely for them, the newest first
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline anomaly list
  paceline anomaly list --since 7d --about task_claim")]
pub struct List {
    /// Those that had not ended by then: a time, or a span back such as 2h; a day unless said
    #[arg(long, value_parser = time_or_span_back, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Those that began before: a time, or a span back
    #[arg(long, value_parser = time_or_span_back, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Only of this metric or operation
    #[arg(long, value_name = "NAME")]
    about: Option<String>,
    /// Only of this agent
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
    pub async fn ask(self, client: &Client) -> Result<AnomalyList, ClientError> {
        let query = AnomalyListQuery {
            from: self.since,
            to: self.until,
            about: self.about,
            agent_id: self.agent_id,
            limit: self.limit,
            cursor: self.cursor,
        };
        client.list_anomalies(&query).await
    }
}
