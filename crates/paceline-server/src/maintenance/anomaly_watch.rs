//! Detectors see what came every second, what they find is stored.

use std::time::Duration;

use async_trait::async_trait;

use super::{Maintenance, Service, Trouble};

pub(super) struct AnomalyWatch;

#[async_trait]
impl Service for AnomalyWatch {
    fn name(&self) -> &'static str {
        "anomaly_watch"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        with.anomalies.turn().await?;
        Ok(false)
    }
}
