//! `paceline anomaly dismiss`. Owns its argument.

use clap::Args;
use paceline_api::Anomaly;
use paceline_client::{Client, ClientError};

/// Say that it was none; the like of it is not told again
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline anomaly dismiss anm_01ka3v8qhe")]
pub struct Dismiss {
    /// As `paceline anomaly list` shows it
    #[arg(value_name = "ID")]
    anomaly_id: String,
}

impl Dismiss {
    pub async fn ask(self, client: &Client) -> Result<Anomaly, ClientError> {
        client.dismiss_anomaly(&self.anomaly_id).await
    }
}
