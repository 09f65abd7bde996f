//! The recorder's histograms, read once a second: what operations did in the last minute.

use std::time::Duration;

use async_trait::async_trait;

use super::{Maintenance, Service, Trouble};

pub(super) struct OperationWindow;

#[async_trait]
impl Service for OperationWindow {
    fn name(&self) -> &'static str {
        "operation_window"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        with.recorder.read_window();
        Ok(false)
    }
}
