//! `paceline anomaly`: what series did that is unlikely for them, now and in the past, and what
//! numbers of a table did. Owns the list of
//! its verbs; refuses to judge: detectors are the server's.

mod dismiss;
mod judge;
mod list;
mod preview;
mod view;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::remote::Remote;

#[derive(Args, Debug)]
pub struct AnomalyCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    List(list::List),
    Dismiss(dismiss::Dismiss),
    Preview(preview::Preview),
    Judge(judge::Judge),
}

impl AnomalyCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = &self.remote.client()?;
        match self.verb {
            // A table on this machine needs no server.
            Verb::Judge(verb) => self.remote.show(&verb.run()?),
            Verb::List(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Dismiss(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Preview(verb) => self.remote.show(&verb.ask(client).await?),
        }
    }
}
