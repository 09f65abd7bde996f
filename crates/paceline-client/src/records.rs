//! Tool calls, performance, reports, features and probes. Owns their routes; refuses to aggregate.

use paceline_api::operation::Route;
use paceline_api::*;

use crate::service::{empty, get, route};
use crate::{Client, ClientError};

impl Client {
    pub async fn record_tool_calls(
        &self,
        request: &ToolCallRecordRequest,
    ) -> Result<ToolCallRecorded, ClientError> {
        self.create(const { route(Operation::ToolCallRecord) }, request)
            .await
    }

    pub async fn performance(&self, query: &PerformanceQuery) -> Result<Performance, ClientError> {
        self.read(get("/api/performance"), &[], query).await
    }

    pub async fn agent_performance(
        &self,
        query: &AgentPerformanceQuery,
    ) -> Result<AgentPerformance, ClientError> {
        self.read(get("/api/agent-performance"), &[], query).await
    }

    pub async fn agent_timeline(
        &self,
        agent_id: &str,
        query: &AgentTimelineQuery,
    ) -> Result<AgentTimeline, ClientError> {
        let route = get("/api/agents/{agent_id}/timeline");
        self.read(route, &[agent_id], query).await
    }

    pub async fn list_tool_calls(
        &self,
        query: &ToolCallListQuery,
    ) -> Result<Page<RecordedToolCall>, ClientError> {
        self.read(get("/api/tool-calls"), &[], query).await
    }

    pub async fn report(&self, query: &ReportQuery) -> Result<Report, ClientError> {
        self.read(const { route(Operation::PerfReport) }, &[], query)
            .await
    }

    pub async fn list_features(&self) -> Result<FeatureList, ClientError> {
        self.read(get("/api/features"), &[], &()).await
    }

    pub async fn set_feature(
        &self,
        name: &str,
        request: &FeatureSetRequest,
    ) -> Result<Feature, ClientError> {
        let route = Route {
            method: "PUT",
            path: "/api/features/{name}",
        };
        self.write(route, &[name], request).await
    }

    /// Whether the server runs.
    pub async fn health(&self) -> Result<(), ClientError> {
        self.probe("/healthz").await
    }

    /// Whether the server takes requests.
    pub async fn readiness(&self) -> Result<(), ClientError> {
        self.probe("/readyz").await
    }

    async fn probe(&self, path: &'static str) -> Result<(), ClientError> {
        self.success(&empty(get(path), path.to_owned()))
            .await
            .map(drop)
    }
}
