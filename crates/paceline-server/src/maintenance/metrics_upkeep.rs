//! The metrics engine's upkeep: blocks are sealed, merged, rolled up and, past retention, dropped.

use std::time::Duration;

use async_trait::async_trait;

use super::{Maintenance, Service, Trouble};

pub(super) struct MetricsUpkeep;

#[async_trait]
impl Service for MetricsUpkeep {
    fn name(&self) -> &'static str {
        "metrics_upkeep"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(2)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        with.metrics.maintain().await?;
        Ok(false)
    }
}
