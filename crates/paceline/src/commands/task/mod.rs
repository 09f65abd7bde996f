//! `paceline task`: the queue and what becomes of its tasks. Owns the list of its verbs; refuses
//! rules, which are the server's.

mod cancel;
mod claim;
mod complete;
mod enqueue;
mod fail;
mod get;
mod list;
mod plan;
mod queue;
mod release;
mod renew;
mod update;
mod view;
mod view_answers;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::remote::Remote;

#[derive(Args, Debug)]
pub struct TaskCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Enqueue(Box<enqueue::Enqueue>),
    Claim(claim::Claim),
    Renew(renew::Renew),
    Complete(complete::Complete),
    Fail(fail::Fail),
    Release(release::Release),
    Update(update::Update),
    Cancel(cancel::Cancel),
    Get(get::Get),
    List(list::List),
    #[command(visible_alias = "queue-status")]
    Queue(queue::Queue),
    #[command(visible_alias = "execution-plan")]
    Plan(plan::Plan),
}

/// Who holds a task, as the claim said.
#[derive(Args, Debug)]
struct Holder {
    /// Id of the task
    #[arg(value_name = "TASK_ID")]
    task_id: String,
    /// The agent that claimed it
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: String,
    /// The number that the claim answered
    #[arg(long, value_name = "N")]
    fence: u64,
}

impl TaskCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let client = &self.remote.client()?;
        match self.verb {
            Verb::Enqueue(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Claim(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Renew(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Complete(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Fail(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Release(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Update(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Cancel(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Get(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::List(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Queue(verb) => self.remote.show(&verb.ask(client).await?),
            Verb::Plan(verb) => self.remote.show(&verb.ask(client).await?),
        }
    }
}
