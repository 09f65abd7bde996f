//! The server that a command talks to. Owns `--url`, `--token` and `--format`; refuses to start a
//! server on its own.

use clap::Args;
use paceline_client::Client;

use crate::failure::Failure;
use crate::terminal::{Format, Present, print};

pub const DEFAULT_URL: &str = "http://127.0.0.1:7717";

#[derive(Args, Debug)]
#[command(next_help_heading = "Server and output")]
pub struct Remote {
    /// Address of the server
    #[arg(long, global = true, env = "PACELINE_URL", value_name = "URL", default_value = DEFAULT_URL)]
    pub url: String,
    /// Token of an agent or an operator, where the server requires one
    #[arg(
        long,
        global = true,
        env = "PACELINE_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    pub token: Option<String>,
    /// For people, or as the HTTP API answers it
    #[arg(long, global = true, value_enum, default_value_t)]
    pub format: Format,
}

impl Remote {
    pub fn client(&self) -> Result<Client, Failure> {
        client(&self.url, self.token.as_deref())
    }

    pub fn show(&self, answer: &impl Present) -> Result<(), Failure> {
        print(answer, self.format)
    }
}

/// An empty address or token, as an unset variable in a script leaves it, is none.
pub fn client(url: &str, token: Option<&str>) -> Result<Client, Failure> {
    let url = if url.is_empty() { DEFAULT_URL } else { url };
    let token = token.filter(|token| !token.is_empty()).map(str::to_owned);
    Ok(Client::new(url, token)?)
}
