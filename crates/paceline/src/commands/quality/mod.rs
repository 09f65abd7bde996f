//! `paceline quality`: how good the work was. Owns the list of its verbs; refuses to invent a
//! score.

mod assess;
mod list;
mod view;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::remote::Remote;

#[derive(Args, Debug)]
pub struct QualityCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Assess(assess::Assess),
    List(list::List),
}

impl QualityCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = &self.remote.client()?;
        match self.verb {
            Verb::Assess(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::List(verb) => self.remote.show(&verb.ask(client).await?),
        }
    }
}
