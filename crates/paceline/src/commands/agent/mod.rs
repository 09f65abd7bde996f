//! `paceline agent`: who is in the fleet. Owns the list of its verbs; refuses rules, which are the
//! server's.

mod deregister;
mod get;
mod heartbeat;
mod list;
mod performance;
mod register;
mod update;
mod view;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::remote::Remote;

#[derive(Args, Debug)]
pub struct AgentCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Register(register::Register),
    #[command(visible_alias = "status")]
    List(list::List),
    Get(get::Get),
    #[command(visible_alias = "update-status")]
    Update(update::Update),
    Heartbeat(heartbeat::Heartbeat),
    Deregister(deregister::Deregister),
    Performance(performance::Performance),
}

impl AgentCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = &self.remote.client()?;
        match self.verb {
            Verb::Register(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::List(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Get(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Update(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Heartbeat(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Deregister(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Performance(verb) => self.remote.show(&verb.ask(client).await?),
        }
    }
}
