//! Terms of office that ran out: the election is vacant from then on, with the moment kept.

use std::time::Duration;

use async_trait::async_trait;

use super::{Maintenance, ROWS_A_TURN, Service, Trouble, is_full};

pub(super) struct TermExpiry;

#[async_trait]
impl Service for TermExpiry {
    fn name(&self) -> &'static str {
        "term_expiry"
    }

    fn period(&self) -> Duration {
        Duration::from_millis(250)
    }

    async fn turn(&self, with: &Maintenance) -> Result<bool, Trouble> {
        let ended = with
            .store
            .end_terms(with.context(), ROWS_A_TURN)
            .await?
            .value;
        Ok(is_full(ended.len()))
    }
}
