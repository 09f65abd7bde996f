//! Scores that change with time (urgency, ageing): only those that are due are computed again.

use std::time::Duration;

use async_trait::async_trait;

use super::{Maintenance, ROWS_A_TURN, Service, Trouble, is_full};

pub(super) struct PriorityAgeing;

#[async_trait]
impl Service for PriorityAgeing {
    fn name(&self) -> &'static str {
        "priority_ageing"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        let changed = with
            .store
            .refresh_priorities(with.context(), ROWS_A_TURN)
            .await?
            .value;
        Ok(is_full(changed as usize))
    }
}
