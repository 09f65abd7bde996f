//! Memory entries past their time to live, and idempotency keys past theirs.

use std::time::Duration;

use async_trait::async_trait;

use super::{Maintenance, ROWS_A_TURN, Service, Trouble, is_full};

pub(super) struct MemoryExpiry;

#[async_trait]
impl Service for MemoryExpiry {
    fn name(&self) -> &'static str {
        "memory_expiry"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        let gone = with
            .store
            .forget_expired(with.context(), ROWS_A_TURN)
            .await?
            .value;
        Ok(is_full(gone as usize))
    }
}
