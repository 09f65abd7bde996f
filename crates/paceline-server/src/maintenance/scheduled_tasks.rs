//! Tasks whose `not_before` has come.

use std::time::Duration;

use async_trait::async_trait;

use super::{Maintenance, ROWS_A_TURN, Service, Trouble, is_full};

pub(super) struct ScheduledTasks;

#[async_trait]
impl Service for ScheduledTasks {
    fn name(&self) -> &'static str {
        "scheduled_tasks"
    }

    fn period(&self) -> Duration {
        Duration::from_millis(250)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        let woken = with
            .store
            .wake_scheduled(with.context(), ROWS_A_TURN)
            .await?
            .value as usize;
        with.waiters.tasks_ready(woken, None);
        Ok(is_full(woken))
    }
}
