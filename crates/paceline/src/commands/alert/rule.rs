//! `paceline alert rules`, `enable`, `disable`, `delete`. Owns their flags; refuses to change rule files.

use clap::Args;
use paceline_api::{AlertRule, AlertRuleList, AlertRuleQuery, AlertRuleSource};
use paceline_client::{Client, ClientError};

/// Rules in force with their state, and what is wrong with rule files
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert rules --source api")]
pub struct Rules {
    /// Only Paceline's own (default), people's (api), or those of files (file)
    #[arg(long, value_parser = source, value_name = "SOURCE")]
    source: Option<AlertRuleSource>,
    /// At most so many, 1 to 500
    #[arg(long, default_value_t = 500)]
    limit: u32,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl Rules {
    pub async fn ask(self, client: &Client) -> Result<AlertRuleList, ClientError> {
        let query = AlertRuleQuery {
            name: None,
            source: self.source,
            limit: Some(self.limit),
            cursor: self.cursor,
        };
        client.list_alert_rules(&query).await
    }
}

/// Switch a rule on again
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert enable default.TaskStuck")]
pub struct Enable {
    /// As `paceline alert rules` shows it
    rule_id: String,
}

impl Enable {
    pub async fn ask(self, client: &Client) -> Result<AlertRule, ClientError> {
        client.switch_alert_rule(&self.rule_id, true).await
    }
}

/// Switch a rule off, Paceline's own too; what fires under it is over
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert disable default.TaskStuck")]
pub struct Disable {
    /// As `paceline alert rules` shows it
    rule_id: String,
}

impl Disable {
    pub async fn ask(self, client: &Client) -> Result<AlertRule, ClientError> {
        client.switch_alert_rule(&self.rule_id, false).await
    }
}

/// Take a rule away that a person made
#[derive(Args, Debug)]
#[command(after_help = "Example:
  paceline alert delete rul_01m8ce58q8efr85fc39a0g0ajz")]
pub struct Delete {
    /// As `paceline alert rules` shows it
    rule_id: String,
}

impl Delete {
    pub async fn ask(self, client: &Client) -> Result<AlertRule, ClientError> {
        client.delete_alert_rule(&self.rule_id).await
    }
}

fn source(text: &str) -> Result<AlertRuleSource, String> {
    match text {
        "default" => Ok(AlertRuleSource::Default),
        "api" => Ok(AlertRuleSource::Api),
        "file" => Ok(AlertRuleSource::File),
        _ => Err("must be default, api or file".to_owned()),
    }
}
