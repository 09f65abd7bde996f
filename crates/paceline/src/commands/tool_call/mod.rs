//! `paceline tool-call`: what agents' tools did. Owns the list of its verbs; refuses to time
//! anything itself.

mod lines;
mod record;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::remote::Remote;

#[derive(Args, Debug)]
pub struct ToolCallCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Record(record::Record),
}

impl ToolCallCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = &self.remote.client()?;
        match self.verb {
            Verb::Record(verb) => {
                let answer = verb.ask(client).await?;
                self.remote.show(&answer)?;
                record::all_taken(&answer)
            }
        }
    }
}
