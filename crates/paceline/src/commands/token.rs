//! `paceline token`. Owns its verbs; refuses to show a secret twice.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use paceline_server::run::STORE_FILE;
use paceline_server::tokens::{self, TokenCreated, TokenError, TokenInfo};
use serde::Serialize;

use crate::failure::Failure;
use crate::local::Local;
use crate::terminal::words::time;
use crate::terminal::{Format, Present, View, print};

#[derive(Args, Debug)]
pub struct TokenCommand {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    local: Local,
    /// For people, or for programs
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Make a token for a person or a script; it may do everything
    #[command(after_help = "Example:
  paceline token create deploy-script")]
    Create {
        /// Who it is for
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// List tokens, revoked ones included
    #[command(after_help = "Example:
  paceline token list --format json")]
    List,
    /// Make a token worthless, within two seconds
    #[command(after_help = "Example:
  paceline token revoke tok_0199c5f2")]
    Revoke {
        /// Id of the token, as `token list` shows it
        #[arg(value_name = "TOKEN_ID")]
        token_id: String,
    },
}

impl TokenCommand {
    pub async fn run(self) -> Result<(), Failure> {
        let data = self.directory().await?;
        match self.verb {
            Verb::Create { name } => print(&Created(tokens::create(&data, &name)?), self.format),
            Verb::List => print(
                &Listed {
                    items: tokens::list(&data)?,
                },
                self.format,
            ),
            Verb::Revoke { token_id } => {
                let revoked = tokens::revoke(&data, &token_id)?;
                print(
                    &Listed {
                        items: vec![revoked],
                    },
                    self.format,
                )
            }
        }
    }

    /// The first token may come before the first server: then the store is made here.
    async fn directory(&self) -> Result<PathBuf, Failure> {
        let (config, _) = self.local.configuration()?;
        if !config.data.join(STORE_FILE).exists() {
            let (opened, _) = match self.verb {
                Verb::Create { .. } => self.local.open_or_create()?,
                Verb::List | Verb::Revoke { .. } => self.local.open()?,
            };
            opened.close().await;
        }
        Ok(config.data)
    }
}

#[derive(Serialize)]
struct Created(TokenCreated);

impl Present for Created {
    fn view(&self) -> View {
        let TokenCreated { token, info } = &self.0;
        View::facts([
            ("token", token.clone()),
            ("id", info.token_id.clone()),
            ("name", info.name.clone()),
        ])
        .and_say("The token is shown this once; pass it as --token or PACELINE_TOKEN.")
    }
}

#[derive(Serialize)]
struct Listed {
    items: Vec<TokenInfo>,
}

impl Present for Listed {
    fn view(&self) -> View {
        let row = |token: &TokenInfo| {
            let wall = |at: i64| time(paceline_api::Timestamp::from_millis(at));
            vec![
                token.token_id.clone(),
                token.name.clone(),
                wall(token.created_at.0),
                token.revoked_at.map(|at| wall(at.0)).unwrap_or_default(),
            ]
        };
        let rows = self.items.iter().map(row).collect();
        let empty = "no tokens; `paceline token create NAME` makes one";
        View::list(&["!token", "name", "!created", "!revoked"], rows, empty)
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self::new(error.to_string()).hint("`paceline token list` shows what there is")
    }
}
