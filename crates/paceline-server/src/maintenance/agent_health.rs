//! Who was heard of is stored, who was not is judged; the tasks of the dead are free at once.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use async_trait::async_trait;

use super::{Maintenance, ROWS_A_TURN, Service, Trouble, is_full};

pub(super) struct AgentHealth;

#[async_trait]
impl Service for AgentHealth {
    fn name(&self) -> &'static str {
        "agent_health"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        let seen = with.presence.take();
        if !seen.is_empty() {
            with.store.record_presence(with.context(), seen).await?;
        }
        let judged = with
            .store
            .judge_health(with.context(), with.silence, ROWS_A_TURN)
            .await?;
        let died = judged.value.dead.len() as u64;
        with.recorder.agents_died.fetch_add(died, Relaxed);
        for dead in &judged.value.dead {
            if let Some(agent) = &dead.agent_id {
                tracing::warn!(%agent, released = dead.task_ids.len(), "agent is dead");
            }
            with.waiters.tasks_ready(dead.task_ids.len(), None);
        }
        Ok(is_full(judged.value.changed))
    }
}
