//! `paceline metric`: numbers of one's own. Owns the list of its verbs; refuses to ask questions,
//! which `paceline query` does.

mod define;
mod lines;
mod list;
mod record;
mod view;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::remote::Remote;

#[derive(Args, Debug)]
pub struct MetricCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Define(define::Define),
    List(list::List),
    Record(record::Record),
}

impl MetricCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = &self.remote.client()?;
        match self.verb {
            Verb::Define(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::List(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Record(verb) => {
                let answer = verb.ask(client).await?;
                self.remote.show(&answer)?;
                record::all_taken(&answer)
            }
        }
    }
}
