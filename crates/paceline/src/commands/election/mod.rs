//! `paceline election`: who leads. Owns the list of its verbs; refuses rules, which are the
//! server's.

mod campaign;
mod get;
mod renew;
mod resign;
mod view;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::remote::Remote;

#[derive(Args, Debug)]
pub struct ElectionCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Campaign(campaign::Campaign),
    Renew(renew::Renew),
    Resign(resign::Resign),
    Get(get::Get),
}

impl ElectionCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = &self.remote.client()?;
        match self.verb {
            Verb::Campaign(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Renew(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Resign(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Get(verb) => self.remote.show(&verb.ask(client).await?),
        }
    }
}
