//! `paceline memory`: what the fleet remembers together. Owns the list of its verbs; refuses rules,
//! which are the server's.

mod delete;
mod get;
mod search;
mod set;
mod view;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::remote::Remote;

#[derive(Args, Debug)]
pub struct MemoryCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Set(set::Set),
    Get(get::Get),
    #[command(visible_alias = "list")]
    Search(search::Search),
    Delete(delete::Delete),
}

impl MemoryCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = &self.remote.client()?;
        match self.verb {
            Verb::Set(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Get(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Search(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Delete(verb) => self.remote.show(&verb.ask(client).await?),
        }
    }
}
