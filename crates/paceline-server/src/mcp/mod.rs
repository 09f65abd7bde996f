//! MCP: the operations as tools of agents, over Streamable HTTP (2026-07-28, which has no
//! handshake, and 2025-11-25 and earlier, which have one) and over standard input and output.
//!
//! Owns tools, their schemas and both transports. Refuses rules and routes: a tool is one call of
//! [`Operations`]; addresses, hosts and connections are the HTTP layer's.

mod answer;
mod arguments;
mod cancel;
mod endpoint;
mod envelope;
mod fixtures;
mod forms;
mod forward;
mod handler;
mod stdio;
mod toolbox;
mod tools;

use std::sync::Arc;

use axum::Router;

use crate::auth::Authenticator;
use crate::operations::Operations;
use endpoint::endpoint;
use fixtures::Fixtures;
use handler::Handler;

pub use forward::{ForwardError, Remote};
pub use stdio::{Backend, StdioError, serve_stdio};

/// How the endpoint behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether what the conformance suite calls is there too: tools, resources, prompts.
    pub fixtures: bool,
}

/// The endpoint, one route at `/`, to be nested where clients expect it. Whoever nests it has
/// checked host and origin.
pub fn service(
    operations: Arc<Operations>,
    authenticator: Arc<Authenticator>,
    options: Options,
) -> Router {
    let real = Handler::new(operations, authenticator);
    if options.fixtures {
        endpoint(Fixtures { real })
    } else {
        endpoint(real)
    }
}

#[cfg(test)]
mod tests;
