//! `paceline feature`: switches of a running server. Owns its verbs; refuses names that the server
//! does not know, by its answer.

use clap::{Args, Subcommand};
use paceline_api::{Feature, FeatureList, FeatureSetRequest};

use crate::failure::Failure;
use crate::remote::Remote;
use crate::terminal::{Present, View};

#[derive(Args, Debug)]
pub struct FeatureCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// List the switches and how they are set
    List,
    /// Switch one until the server ends
    #[command(after_help = "Example:
  paceline feature set enable-agent-metrics false")]
    Set {
        /// Name of the feature
        #[arg(value_name = "NAME")]
        name: String,
        /// On or off
        #[arg(value_name = "true|false", action = clap::ArgAction::Set)]
        enabled: bool,
    },
}

impl FeatureCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = self.remote.client()?;
        match self.verb {
            Verb::List => self.remote.show(&client.list_features().await?),
            Verb::Set { name, enabled } => {
                let request = FeatureSetRequest { enabled };
                self.remote
                    .show(&client.set_feature(&name, &request).await?)
            }
        }
    }
}

impl Present for FeatureList {
    fn view(&self) -> View {
        View::list(
            &["feature", "enabled"],
            self.items.iter().map(row).collect(),
            "no features",
        )
    }
}

impl Present for Feature {
    fn view(&self) -> View {
        View::table(&["feature", "enabled"], vec![row(self)])
    }
}

fn row(feature: &Feature) -> Vec<String> {
    let enabled = if feature.enabled { "yes" } else { "no" };
    vec![feature.name.clone(), enabled.to_owned()]
}
