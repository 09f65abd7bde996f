//! Who a token belongs to. Owns authentication and its short memory; refuses to store a token: the
//! store has hashes, and so has the memory.

use std::collections::HashMap;
use std::sync::Arc;

use paceline_api::ErrorCode;
use paceline_core::{Clock, Steady};
use paceline_store::{Store, TokenOwner};
use parking_lot::Mutex;

use crate::ids;
use crate::operations::{ApiFailure, Identity};

/// A revoked token works for at most this long.
const REMEMBERED_MS: i64 = 2_000;
const REMEMBERED_MAX: usize = 10_000;

pub struct Authenticator {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    required: bool,
    remembered: Mutex<HashMap<[u8; 32], (Identity, Steady)>>,
}

impl Authenticator {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, required: bool) -> Self {
        Self {
            store,
            clock,
            required,
            remembered: Mutex::default(),
        }
    }

    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// Where tokens are not required, a caller without one is trusted; a wrong one is refused all
    /// the same.
    ///
    /// # Errors
    /// When the token is missing though required, unknown or revoked.
    pub async fn authenticate(&self, bearer: Option<&str>) -> Result<Identity, ApiFailure> {
        let Some(token) = bearer else {
            return if self.required {
                Err(missing())
            } else {
                Ok(Identity::Trusted)
            };
        };
        let hash = ids::token_hash(token);
        let now = self.clock.now().steady;
        if let Some(identity) = self.remembered(&hash, now) {
            return Ok(identity);
        }
        let owner = self
            .store
            .token_owner(hash)
            .await
            .map_err(|failure| failure.error)?
            .value;
        let identity = match owner {
            Some(TokenOwner::Agent(agent)) => Identity::Agent(agent),
            Some(TokenOwner::Operator { token_id, .. }) => Identity::Operator { token_id },
            None => return Err(unknown()),
        };
        self.remember(hash, identity.clone(), now);
        Ok(identity)
    }

    fn remembered(&self, hash: &[u8; 32], now: Steady) -> Option<Identity> {
        let remembered = self.remembered.lock();
        let (identity, since) = remembered.get(hash)?;
        (now - *since < REMEMBERED_MS).then(|| identity.clone())
    }

    fn remember(&self, hash: [u8; 32], identity: Identity, now: Steady) {
        let mut remembered = self.remembered.lock();
        if REMEMBERED_MAX <= remembered.len() {
            remembered.retain(|_, (_, since)| now - *since < REMEMBERED_MS);
        }
        if remembered.len() < REMEMBERED_MAX {
            remembered.insert(hash, (identity, now));
        }
    }
}

fn missing() -> ApiFailure {
    ApiFailure::new(ErrorCode::Unauthenticated, "a token is required")
        .hint("send `Authorization: Bearer …`; `paceline token create` makes one")
}

fn unknown() -> ApiFailure {
    ApiFailure::new(
        ErrorCode::Unauthenticated,
        "the token is unknown or was revoked",
    )
    .hint("register again, or ask for a new one from `paceline token create`")
}
