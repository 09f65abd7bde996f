//! Alerts, rules, silences, channels, anomalies. Owns their routes; refuses to wait for anything: the
//! live feed tells when there is news.

use paceline_api::operation::Route;
use paceline_api::*;

use crate::service::{get, route};
use crate::{Client, ClientError};

const RULE: &str = "/api/alert-rules/{rule_id}";

const fn other(method: &'static str, path: &'static str) -> Route {
    Route { method, path }
}

impl Client {
    pub async fn list_alerts(&self, query: &AlertListQuery) -> Result<AlertList, ClientError> {
        self.read(const { route(Operation::AlertList) }, &[], query)
            .await
    }

    pub async fn get_alert(&self, fingerprint: &str) -> Result<Alert, ClientError> {
        self.read(get("/api/alerts/{fingerprint}"), &[fingerprint], &())
            .await
    }

    pub async fn alert_history(
        &self,
        query: &AlertHistoryQuery,
    ) -> Result<Page<AlertEvent>, ClientError> {
        self.read(get("/api/alerts/history"), &[], query).await
    }

    pub async fn acknowledge_alert(
        &self,
        fingerprint: &str,
        request: &AlertAcknowledgeRequest,
    ) -> Result<Alert, ClientError> {
        let route = const { route(Operation::AlertAcknowledge) };
        self.write(route, &[fingerprint], request).await
    }

    pub async fn unacknowledge_alert(&self, fingerprint: &str) -> Result<Alert, ClientError> {
        let route = other("DELETE", "/api/alerts/{fingerprint}/acknowledge");
        self.remove(route, &[fingerprint], &()).await
    }

    pub async fn list_alert_rules(
        &self,
        query: &AlertRuleQuery,
    ) -> Result<AlertRuleList, ClientError> {
        self.read(const { route(Operation::AlertRuleList) }, &[], query)
            .await
    }

    pub async fn create_alert_rule(
        &self,
        request: &AlertRuleRequest,
    ) -> Result<AlertRule, ClientError> {
        self.create(const { route(Operation::AlertRuleCreate) }, request)
            .await
    }

    pub async fn switch_alert_rule(
        &self,
        rule_id: &str,
        enabled: bool,
    ) -> Result<AlertRule, ClientError> {
        let request = AlertRuleSwitch { enabled };
        self.write(other("PATCH", RULE), &[rule_id], &request).await
    }

    pub async fn delete_alert_rule(&self, rule_id: &str) -> Result<AlertRule, ClientError> {
        let route = const { route(Operation::AlertRuleDelete) };
        self.remove(route, &[rule_id], &()).await
    }

    pub async fn preview_alert_rule(
        &self,
        request: &AlertPreviewRequest,
    ) -> Result<AlertPreview, ClientError> {
        let route = other("POST", "/api/alert-rules/preview");
        self.write(route, &[], request).await
    }

    pub async fn list_silences(&self, query: &ListQuery) -> Result<Page<Silence>, ClientError> {
        self.read(get("/api/silences"), &[], query).await
    }

    pub async fn create_silence(&self, request: &SilenceRequest) -> Result<Silence, ClientError> {
        self.create(const { route(Operation::SilenceCreate) }, request)
            .await
    }

    pub async fn end_silence(&self, silence_id: &str) -> Result<Silence, ClientError> {
        let route = other("DELETE", "/api/silences/{silence_id}");
        self.remove(route, &[silence_id], &()).await
    }

    pub async fn list_alert_channels(&self) -> Result<Page<AlertChannel>, ClientError> {
        self.read(get("/api/alert-channels"), &[], &()).await
    }

    pub async fn test_alert_channel(&self, channel: &str) -> Result<AlertDelivery, ClientError> {
        let route = other("POST", "/api/alert-channels/{channel}/test");
        self.write(route, &[channel], &()).await
    }

    pub async fn list_alert_deliveries(
        &self,
        query: &ListQuery,
    ) -> Result<Page<AlertDelivery>, ClientError> {
        self.read(get("/api/alert-deliveries"), &[], query).await
    }

    pub async fn list_anomalies(
        &self,
        query: &AnomalyListQuery,
    ) -> Result<AnomalyList, ClientError> {
        self.read(const { route(Operation::AnomalyList) }, &[], query)
            .await
    }

    pub async fn dismiss_anomaly(&self, anomaly_id: &str) -> Result<Anomaly, ClientError> {
        let route = const { route(Operation::AnomalyDismiss) };
        self.write(route, &[anomaly_id], &()).await
    }

    pub async fn preview_anomalies(
        &self,
        request: &AnomalyPreviewRequest,
    ) -> Result<AnomalyPreview, ClientError> {
        let route = other("POST", "/api/anomalies/preview");
        self.write(route, &[], request).await
    }
}
