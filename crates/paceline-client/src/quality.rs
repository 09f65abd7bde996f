//! Quality assessments. Owns their routes; refuses to compute a score.

use paceline_api::*;

use crate::service::route;
use crate::{Client, ClientError};

impl Client {
    pub async fn assess_quality(
        &self,
        request: &QualityAssessRequest,
    ) -> Result<QualityAssessment, ClientError> {
        self.create(const { route(Operation::QualityAssess) }, request)
            .await
    }

    pub async fn list_quality(
        &self,
        query: &QualityListQuery,
    ) -> Result<Page<QualityAssessment>, ClientError> {
        self.read(const { route(Operation::QualityList) }, &[], query)
            .await
    }
}
