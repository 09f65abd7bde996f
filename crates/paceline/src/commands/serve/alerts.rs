//! The flags of alerts. Owns their words; refuses to check them, which the configuration does for every
//! source, and to describe a channel in more than its address, which is the file's.

use std::path::PathBuf;

use clap::Args;
use paceline_server::config::{AlertsLayer, HiddenUrl};

#[derive(Args, Debug)]
#[command(next_help_heading = "Alerts")]
pub struct AlertFlags {
    /// Where alerts are posted, in the form of Alertmanager's webhooks; other channels are described in
    /// `paceline.toml`
    #[arg(long, value_name = "URL")]
    alert_webhook: Option<String>,
    /// Alertmanager that alerts are pushed to
    #[arg(long, value_name = "URL")]
    alertmanager: Option<String>,
    /// Rule file, or folder of rule files; `rules` in the data directory unless said; repeatable
    #[arg(long, value_name = "PATH", value_delimiter = ',')]
    alert_rules: Vec<PathBuf>,
    /// Receiver that may be on this machine or a private network; repeatable
    #[arg(
        long = "alert-allow-host",
        alias = "alert-allowed-hosts",
        value_delimiter = ',',
        value_name = "HOST"
    )]
    alert_allowed_hosts: Vec<String>,
    /// Where people see the dashboard, for links in alerts
    #[arg(long, value_name = "URL")]
    alert_external_url: Option<String>,
    /// For how long an alert that fires again is not told again; 24h unless said
    #[arg(long, value_name = "SPAN")]
    alert_deduplicate: Option<String>,
}

impl AlertFlags {
    pub fn layer(self) -> AlertsLayer {
        AlertsLayer {
            rules: given(self.alert_rules),
            external_url: self.alert_external_url,
            allowed_hosts: given(self.alert_allowed_hosts),
            deduplicate: self.alert_deduplicate,
            webhook: self.alert_webhook.map(HiddenUrl),
            alertmanager: self.alertmanager.map(HiddenUrl),
            channels: None,
        }
    }
}

fn given<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}
