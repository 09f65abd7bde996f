//! PromQL. Owns the questions a client can ask; refuses to read PromQL: what is wrong with it, the
//! server says.

use http::StatusCode;
use paceline_api::prometheus::{PromQuery, PromRangeQuery, PromValue, PrometheusAnswer};
use serde::Serialize;

use crate::encode::query_string;
use crate::error::ClientError;
use crate::service::{empty, get};
use crate::transport::{Call, Client, Repeat};

/// What the server takes for a query unless told otherwise, beyond the usual patience.
const QUERY_SECONDS: u32 = 120;

impl Client {
    /// PromQL at one time. A refusal in Prometheus's shape is an answer too.
    pub async fn query(
        &self,
        query: &PromQuery,
    ) -> Result<PrometheusAnswer<PromValue>, ClientError> {
        self.promql("/prometheus/api/v1/query", query).await
    }

    /// PromQL at every step of a range.
    pub async fn query_range(
        &self,
        query: &PromRangeQuery,
    ) -> Result<PrometheusAnswer<PromValue>, ClientError> {
        self.promql("/prometheus/api/v1/query_range", query).await
    }

    async fn promql<Q: Serialize>(
        &self,
        path: &'static str,
        query: &Q,
    ) -> Result<PrometheusAnswer<PromValue>, ClientError> {
        let parameters = query_string(query).map_err(|error| ClientError::Encode {
            path: path.to_owned(),
            source: error.into(),
        })?;
        let (status, body) = self
            .exchange(&Call {
                repeat: Repeat::Freely,
                wait_seconds: QUERY_SECONDS,
                ..empty(get(path), format!("{path}{parameters}"))
            })
            .await?;
        serde_json::from_slice(&body).map_err(|error| match status {
            StatusCode::OK => ClientError::Decode {
                path: path.to_owned(),
                source: error.into(),
            },
            status => ClientError::refusal(status, &body),
        })
    }
}
