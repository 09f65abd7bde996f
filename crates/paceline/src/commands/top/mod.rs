//! `paceline top`: a fleet on a terminal, live. Owns flags, and the choice between a session and one
//! picture; refuses to ask for anything that the live feed does not tell.
//!
//! `model` is state and its changes, `view` draws it, both without I/O; `link` and `session` are the I/O.

mod link;
mod model;
mod once;
mod session;
mod view;

use std::io::IsTerminal;

use clap::Args;

use crate::failure::Failure;
use crate::remote::Remote;
use crate::terminal::Format;
use view::Theme;

/// Watch a fleet on the terminal: how it is, its queue, slow operations, busy agents, events
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline top
  paceline top --url http://10.0.0.5:7717 --token \"$TOKEN\"
  paceline top --once
  paceline top --once --format json | jq .headline

Keys: q quits, tab goes from table to table, s sorts, / filters, p holds still, ? tells the others.
Without colour where NO_COLOR is set.")]
pub struct Top {
    /// Print one picture and end
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    remote: Remote,
}

impl Top {
    pub async fn run(self) -> Result<(), Failure> {
        if !self.once {
            self.check_terminal()?;
        }
        let client = self.remote.client()?;
        let live = link::connect(&client).await?;
        if self.once {
            once::show(&client, live, self.remote.format).await
        } else {
            session::watch(client, live, theme()).await
        }
    }

    fn check_terminal(&self) -> Result<(), Failure> {
        if self.remote.format == Format::Json {
            let failure = Failure::usage("a terminal cannot be watched as JSON");
            return Err(failure.hint("add `--once`, which prints one picture"));
        }
        if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
            let failure = Failure::usage("`paceline top` needs a terminal to be watched on");
            return Err(failure.hint("use `--once` in scripts and pipes"));
        }
        Ok(())
    }
}

/// <https://no-color.org>: set and not empty.
fn theme() -> Theme {
    match std::env::var_os("NO_COLOR") {
        Some(value) if !value.is_empty() => Theme::plain(),
        _ => Theme::coloured(),
    }
}
