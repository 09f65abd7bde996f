//! What the routes share. Owns the way from a request's headers to its [`Caller`]; refuses to be
//! built twice: whoever starts the server makes one.

use std::sync::Arc;

use http::HeaderMap;

use super::caller;
use super::prometheus::Questions;
use crate::auth::Authenticator;
use crate::live::Live;
use crate::operations::{ApiFailure, Caller, Operations, Surface};

pub struct App {
    pub operations: Arc<Operations>,
    pub authenticator: Arc<Authenticator>,
    /// Asked in PromQL.
    pub questions: Arc<Questions>,
    /// Followed over WebSockets.
    pub live: Arc<Live>,
    /// `http` or `https`, as callers see it.
    pub scheme: &'static str,
}

impl App {
    /// Lets the page behind a WebSocket in, or anybody else who shows a token as elsewhere.
    ///
    /// # Errors
    /// As [`Self::caller`].
    pub async fn welcome_websocket(&self, headers: &HeaderMap) -> Result<(), ApiFailure> {
        let token = caller::websocket_token(headers)?;
        self.authenticator.authenticate(token).await.map(drop)
    }

    /// # Errors
    /// When a header is malformed, or a token is missing or unknown.
    pub async fn caller(&self, headers: &HeaderMap) -> Result<Caller, ApiFailure> {
        let claimed = caller::read(headers)?;
        Ok(Caller {
            identity: self.authenticator.authenticate(claimed.token).await?,
            surface: Surface::Http,
            idempotency_key: claimed.idempotency_key,
            session_id: claimed.session_id,
        })
    }
}
