//! Rules are asked every second, what they find is stored, and channels are told.

use std::time::Duration;

use async_trait::async_trait;

use super::{Maintenance, Service, Trouble};

pub(super) struct Alerting;

#[async_trait]
impl Service for Alerting {
    fn name(&self) -> &'static str {
        "alerting"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        // Figures of a server that has read none yet would end what fired before its start.
        if with.recorder.has_gauges() {
            with.alerts.turn().await?;
        }
        Ok(false)
    }
}
