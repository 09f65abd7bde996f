//! Operators' tokens: made, listed and revoked by whoever may open the data directory. Owns making
//! the secret and showing it once; refuses to store it: the store gets its hash.

use paceline_core::Now;
use paceline_store::{Context, NewToken, Store, StoreError};

pub use paceline_store::TokenInfo;

use crate::ids;

#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no randomness for a token: {0}")]
    Randomness(getrandom::Error),
}

/// A new token and the only sight of its secret.
#[derive(Clone, Debug, serde::Serialize)]
pub struct TokenCreated {
    pub token: String,
    #[serde(flatten)]
    pub info: TokenInfo,
}

/// # Errors
/// When the system gives no randomness or the store does not take it.
pub async fn create(store: &dyn Store, now: Now, name: String) -> Result<TokenCreated, TokenError> {
    let (token, hash) = ids::new_token().map_err(TokenError::Randomness)?;
    let token_id = ids::new_id("tok");
    let new = NewToken {
        token_id,
        name,
        hash,
    };
    let created = store.create_token(Context::at(now), new).await;
    let info = created.map_err(|failure| failure.error)?.value;
    Ok(TokenCreated { token, info })
}

/// All that were ever made, revoked ones included.
///
/// # Errors
/// When the store does not answer.
pub async fn list(store: &dyn Store) -> Result<Vec<TokenInfo>, TokenError> {
    let listed = store.tokens().await;
    Ok(listed.map_err(|failure| failure.error)?.value)
}

/// # Errors
/// When there is no such token or the store does not take it.
pub async fn revoke(
    store: &dyn Store,
    now: Now,
    token_id: String,
) -> Result<TokenInfo, TokenError> {
    let revoked = store.revoke_token(Context::at(now), token_id).await;
    Ok(revoked.map_err(|failure| failure.error)?.value)
}
