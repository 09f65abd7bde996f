//! Elections. Owns their routes; refuses to renew on its own.

use paceline_api::*;

use crate::service::route;
use crate::{Client, ClientError};

impl Client {
    pub async fn campaign(
        &self,
        election: &str,
        request: &LeaderCampaignRequest,
    ) -> Result<LeaderState, ClientError> {
        self.write(
            const { route(Operation::LeaderCampaign) },
            &[election],
            request,
        )
        .await
    }

    pub async fn renew_lead(
        &self,
        election: &str,
        request: &LeaderRenewRequest,
    ) -> Result<LeaderState, ClientError> {
        self.write(
            const { route(Operation::LeaderRenew) },
            &[election],
            request,
        )
        .await
    }

    pub async fn resign(
        &self,
        election: &str,
        request: &LeaderResignRequest,
    ) -> Result<LeaderState, ClientError> {
        self.write(
            const { route(Operation::LeaderResign) },
            &[election],
            request,
        )
        .await
    }

    pub async fn get_leader(&self, election: &str) -> Result<LeaderGet, ClientError> {
        self.read(const { route(Operation::LeaderGet) }, &[election], &())
            .await
    }
}
