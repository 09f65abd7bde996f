//! `paceline alert history`. Owns its flags; refuses to count.

use clap::Args;
use paceline_api::{AlertEvent, AlertHistoryQuery, Page, Timestamp};
use paceline_client::{Client, ClientError};

use crate::values::time_or_span_back;

/// What happened to alerts, the newest first
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert history --since 2h")]
pub struct History {
    /// Only since then: a time, or a span back such as 2h
    #[arg(long, value_parser = time_or_span_back, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Only of this alert
    #[arg(long)]
    fingerprint: Option<String>,
    /// At most so many, 1 to 500; 50 unless said
    #[arg(long)]
    limit: Option<u32>,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl History {
    pub async fn ask(self, client: &Client) -> Result<Page<AlertEvent>, ClientError> {
        let query = AlertHistoryQuery {
            from: self.since,
            to: None,
            fingerprint: self.fingerprint,
            limit: self.limit,
            cursor: self.cursor,
        };
        client.alert_history(&query).await
    }
}
