//! `paceline alert`: what is wrong, who is told, and by which rules. Owns the list of its verbs; refuses
//! to judge: rules are the server's.

mod acknowledge;
mod channel;
mod create;
mod history;
mod list;
mod rule;
mod silence;
mod view;
mod watch;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::remote::Remote;

#[derive(Args, Debug)]
pub struct AlertCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    List(list::List),
    Watch(watch::Watch),
    History(history::History),
    #[command(visible_alias = "ack")]
    Acknowledge(acknowledge::Acknowledge),
    Create(Box<create::Create>),
    Preview(Box<create::Preview>),
    Rules(rule::Rules),
    Enable(rule::Enable),
    Disable(rule::Disable),
    Delete(rule::Delete),
    Silence(silence::Create),
    Unsilence(silence::End),
    Silences(silence::List),
    Channels(channel::Channels),
    Test(channel::Test),
    Deliveries(channel::Deliveries),
}

impl AlertCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = &self.remote.client()?;
        match self.verb {
            Verb::List(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Watch(verb) => verb.run(client, self.remote.format).await,
            Verb::History(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Acknowledge(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Create(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Preview(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Rules(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Enable(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Disable(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Delete(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Silence(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Unsilence(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Silences(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Channels(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Test(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Deliveries(verb) => self.remote.show(&verb.ask(client).await?),
        }
    }
}
