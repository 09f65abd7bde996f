//! `paceline memory set`. Owns its flags; refuses to interpret a value.

use clap::Args;
use paceline_api::{MemoryEntry, MemorySetRequest};
use paceline_client::Client;

use crate::failure::Failure;
use crate::values::{Guard, JsonArgument, list, read_text};

/// Store a shared value, optionally only over a certain version
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline memory set decisions database 'SQLite, because there is nothing to run'
  paceline memory set plans today '{\"goal\": \"release\"}' --expected-version 3 --tags plan,release
  cat notes.json | paceline memory set notes imported - --ttl-seconds 86400")]
pub struct Set {
    /// Where the key is looked for
    #[arg(value_name = "NAMESPACE")]
    namespace: String,
    /// Name of the value
    #[arg(value_name = "KEY")]
    key: String,
    /// JSON, or a plain text; `-` reads it from the input
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    value: String,
    /// Refuse unless this is the current version; 0 means that there is none yet
    #[arg(long, value_name = "N")]
    expected_version: Option<u64>,
    /// Forget it after so long
    #[arg(long, value_name = "SECONDS")]
    ttl_seconds: Option<u64>,
    /// Words to find it by, separated by commas
    #[arg(long, alias = "tag", value_delimiter = ',')]
    tags: Vec<String>,
    /// The agent that writes
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: Option<String>,
    #[command(flatten)]
    guard: Guard,
}

impl Set {
    pub async fn ask(self, client: &Client) -> Result<MemoryEntry, Failure> {
        let request = MemorySetRequest {
            value: value(&self.value)?.0,
            expected_version: self.expected_version,
            ttl_seconds: self.ttl_seconds,
            tags: list(self.tags),
            agent_id: self.agent_id,
            election: self.guard.election,
            epoch: self.guard.epoch,
        };
        Ok(client
            .set_memory(&self.namespace, &self.key, &request)
            .await?)
    }
}

fn value(argument: &str) -> Result<JsonArgument, Failure> {
    let text = if argument == "-" {
        read_text("-")?
    } else {
        argument.to_owned()
    };
    text.trim_end_matches(['\n', '\r'])
        .parse()
        .map_err(|problem| {
            Failure::usage(format!("the value is {problem}"))
                .hint("quote it for the shell, as in '{\"a\": 1}'; plain text needs no JSON")
        })
}
