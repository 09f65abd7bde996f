//! MCP over standard input and output, for clients that start a program instead of opening an
//! address. Owns which server answers: one on this process's own store, or a running one.
//!
//! Refuses to print anything but messages on standard output.

use std::io;
use std::sync::Arc;

use super::forward::{self, ForwardError, Remote};
use super::handler::Handler;
use crate::auth::Authenticator;
use crate::operations::Operations;

/// Who answers.
pub enum Backend {
    /// The operations of this process.
    Embedded {
        operations: Arc<Operations>,
        authenticator: Arc<Authenticator>,
    },
    /// The endpoint of a running server.
    Forward(Remote),
}

#[derive(Debug, thiserror::Error)]
pub enum StdioError {
    #[error(transparent)]
    Forward(#[from] ForwardError),
    #[error("standard input ended before the handshake: {0}")]
    Handshake(String),
    #[error("cannot read messages: {0}")]
    Read(#[source] io::Error),
}

/// Serves until standard input ends.
///
/// # Errors
/// When it cannot start or standard input breaks; a message's trouble is answered to its sender.
pub async fn serve_stdio(backend: Backend) -> Result<(), StdioError> {
    match backend {
        Backend::Embedded {
            operations,
            authenticator,
        } => embedded(Handler::new(operations, authenticator)).await,
        Backend::Forward(remote) => {
            let input = tokio::io::BufReader::new(tokio::io::stdin());
            forward::run(&remote, input, tokio::io::stdout()).await
        }
    }
}

async fn embedded(handler: Handler) -> Result<(), StdioError> {
    let serving = rmcp::serve_server(handler, rmcp::transport::stdio()).await;
    let serving = serving.map_err(|error| StdioError::Handshake(error.to_string()))?;
    // It ends with standard input; how is of no use to anybody.
    let _ = serving.waiting().await;
    Ok(())
}
