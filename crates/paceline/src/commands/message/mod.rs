//! `paceline message`: what agents tell each other. Owns the list of its verbs; refuses rules,
//! which are the server's.

mod ack;
mod read;
mod send;
mod view;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::remote::Remote;

#[derive(Args, Debug)]
pub struct MessageCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Send(send::Send),
    Read(read::Read),
    Ack(ack::Ack),
}

impl MessageCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = &self.remote.client()?;
        match self.verb {
            Verb::Send(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Read(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Ack(verb) => self.remote.show(&verb.ask(client).await?),
        }
    }
}
