//! Operators' tokens: made, listed and revoked by whoever may open the data directory, beside a
//! running server too. Owns making the secret and showing it once; refuses to store it: the store
//! gets its hash.

use std::path::Path;

use paceline_core::Clock;
use paceline_store::sqlite::Tokens;
use paceline_store::{NewToken, StoreError};

pub use paceline_store::TokenInfo;

use crate::clock::SystemClock;
use crate::ids;
use crate::run::STORE_FILE;

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

/// Blocks, as all of these do.
///
/// # Errors
/// When the system gives no randomness or the store does not take it.
pub fn create(data: &Path, name: &str) -> Result<TokenCreated, TokenError> {
    let (token, hash) = ids::new_token().map_err(TokenError::Randomness)?;
    let (token_id, name) = (ids::new_id("tok"), name.to_owned());
    let new = NewToken {
        token_id,
        name,
        hash,
    };
    let info = open(data)?.create(SystemClock::start().now(), &new)?;
    Ok(TokenCreated { token, info })
}

/// All that were ever made, revoked ones included.
///
/// # Errors
/// When the store cannot be read.
pub fn list(data: &Path) -> Result<Vec<TokenInfo>, TokenError> {
    Ok(open(data)?.list()?)
}

/// A running server forgets it within two seconds.
///
/// # Errors
/// When there is no such token or the store does not take it.
pub fn revoke(data: &Path, token_id: &str) -> Result<TokenInfo, TokenError> {
    Ok(open(data)?.revoke(SystemClock::start().now(), token_id)?)
}

fn open(data: &Path) -> Result<Tokens, StoreError> {
    Tokens::open(data.join(STORE_FILE))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use paceline_store::sqlite::{Options, SqliteStore};
    use paceline_store::{Store, TokenOwner};

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_token_made_beside_a_running_store_is_known_to_it_at_once() {
        let data = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock::start());
        let path = data.path().join(STORE_FILE);
        let store = SqliteStore::open(&path, clock, Options::default()).unwrap();
        let created = create(data.path(), "deploy").unwrap();
        let hash = ids::token_hash(&created.token);
        let owner = store.token_owner(hash).await.unwrap().value;
        let token_id = created.info.token_id.clone();
        let name = "deploy".to_owned();
        assert_eq!(
            owner,
            Some(TokenOwner::Operator {
                token_id: token_id.clone(),
                name
            })
        );
        assert_eq!(list(data.path()).unwrap(), [created.info]);
        assert!(revoke(data.path(), &token_id).unwrap().revoked_at.is_some());
        assert_eq!(store.token_owner(hash).await.unwrap().value, None);
        assert!(revoke(data.path(), "tok_unknown").is_err());
        store.close().await;
    }

    #[test]
    fn without_a_store_there_are_no_tokens() {
        let data = tempfile::tempdir().unwrap();
        assert!(list(data.path()).is_err());
    }
}
