//! `paceline mcp`. Owns which server answers: a running one, or one in this process; refuses to
//! print anything but messages on the output stream.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use paceline_server::auth::Authenticator;
use paceline_server::mcp::{Backend, Remote, StdioError, serve_stdio};
use tokio::sync::watch;

use super::serve::start_log;
use crate::failure::Failure;
use crate::local::Local;
use crate::remote::DEFAULT_URL;

/// Speak MCP over standard input and output, for clients that cannot speak HTTP
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline mcp                                    forwards to http://127.0.0.1:7717
  paceline mcp --url https://fleet.example --token plt_…
  paceline mcp --data ./fleet                     needs no server

In a client's configuration: {\"command\": \"paceline\", \"args\": [\"mcp\"]}")]
pub struct Mcp {
    /// Address of the running server
    #[arg(long, env = "PACELINE_URL", value_name = "URL", default_value = DEFAULT_URL)]
    url: String,
    /// Token of an agent or an operator, where the server requires one
    #[arg(
        long,
        env = "PACELINE_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// Answer from this data directory instead, without a server
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Mcp {
    pub async fn run(self) -> Result<(), Failure> {
        start_log();
        match self.data {
            Some(data) => {
                embedded(&Local {
                    data: Some(data),
                    config: None,
                })
                .await
            }
            None => {
                let token = self.token.filter(|token| !token.is_empty());
                let remote = Remote::new(&self.url, token.as_deref()).map_err(StdioError::from)?;
                Ok(serve_stdio(Backend::Forward(remote)).await?)
            }
        }
    }
}

async fn embedded(local: &Local) -> Result<(), Failure> {
    let (opened, config) = local.open_or_create()?;
    let (stop, stopped) = watch::channel(false);
    let maintenance = opened.maintain(&config, stopped);
    // Whoever starts the process may open the directory anyway.
    let authenticator = Authenticator::new(opened.store.clone(), opened.clock.clone(), false);
    let backend = Backend::Embedded {
        operations: opened.operations.clone(),
        authenticator: Arc::new(authenticator),
    };
    let outcome = serve_stdio(backend).await;
    // Both only fail when maintenance has ended by itself.
    let _ = stop.send(true);
    let _ = maintenance.await;
    opened.close().await;
    Ok(outcome?)
}

impl From<StdioError> for Failure {
    fn from(error: StdioError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            StdioError::Forward(_) => {
                failure.hint("`--url` names a running server, such as `http://127.0.0.1:7717`")
            }
            StdioError::Handshake(_) | StdioError::Read(_) => failure.hint(
                "an MCP client starts this command and talks to it; people use `paceline --help`",
            ),
        }
    }
}
