//! Leases that ran out: their tasks go back to the queue within a second, without any leader.

use std::time::Duration;

use async_trait::async_trait;

use super::{Maintenance, ROWS_A_TURN, Service, Trouble, is_full};

pub(super) struct LeaseExpiry;

#[async_trait]
impl Service for LeaseExpiry {
    fn name(&self) -> &'static str {
        "lease_expiry"
    }

    fn period(&self) -> Duration {
        Duration::from_millis(250)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        let freed = with
            .store
            .expire_leases(with.context(), ROWS_A_TURN)
            .await?
            .value;
        with.waiters.tasks_ready(freed.len(), None);
        Ok(is_full(freed.len()))
    }
}
