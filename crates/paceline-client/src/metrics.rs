//! Custom metrics. Owns their routes; refuses to buffer: a push is one request.

use paceline_api::*;

use crate::service::route;
use crate::{Client, ClientError};

impl Client {
    pub async fn define_metric(
        &self,
        request: &MetricDefineRequest,
    ) -> Result<MetricDefinition, ClientError> {
        self.create(const { route(Operation::MetricDefine) }, request)
            .await
    }

    pub async fn list_metrics(
        &self,
        query: &MetricListQuery,
    ) -> Result<Page<MetricDefinition>, ClientError> {
        self.read(const { route(Operation::MetricList) }, &[], query)
            .await
    }

    pub async fn record_metrics(
        &self,
        request: &MetricRecordRequest,
    ) -> Result<MetricRecorded, ClientError> {
        self.create(const { route(Operation::MetricRecord) }, request)
            .await
    }
}
