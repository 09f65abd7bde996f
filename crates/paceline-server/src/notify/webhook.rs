//! Bodies in Alertmanager's forms. Owns both: what its webhooks send (version 4) and what its API takes
//! (`/api/v2/alerts`); refuses labels that are empty, which mean no label there.
//!
//! "Configuration", `<webhook_config>`, and "Sending alerts", Alertmanager documentation.

use paceline_analysis::alerts::{Labels, Notice, Noticed};
use serde::Serialize;

use super::text::{link, rfc3339, status};

/// Go's zero time, which Alertmanager writes for an alert without an end.
const NO_END: &str = "0001-01-01T00:00:00Z";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'n> {
    version: &'static str,
    group_key: &'n str,
    truncated_alerts: u64,
    status: &'static str,
    receiver: &'n str,
    group_labels: &'n Labels,
    common_labels: Labels,
    common_annotations: Labels,
    #[serde(rename = "externalURL")]
    external_url: &'n str,
    alerts: Vec<Received<'n>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Received<'n> {
    status: &'static str,
    labels: &'n Labels,
    annotations: &'n Labels,
    starts_at: String,
    ends_at: String,
    #[serde(rename = "generatorURL")]
    generator_url: String,
    fingerprint: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pushed<'n> {
    labels: Present<'n>,
    annotations: Present<'n>,
    starts_at: String,
    ends_at: String,
    #[serde(rename = "generatorURL", skip_serializing_if = "Option::is_none")]
    generator_url: Option<String>,
}

/// Labels without the empty ones.
struct Present<'n>(&'n Labels);

impl Serialize for Present<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().filter(|(_, value)| !value.is_empty()))
    }
}

/// What a webhook receiver named `receiver` is sent.
pub(super) fn message(
    notice: &Notice,
    receiver: &str,
    external_url: Option<&str>,
) -> serde_json::Result<Vec<u8>> {
    let one = |alert| received(alert, external_url);
    serde_json::to_vec(&Message {
        version: "4",
        group_key: &notice.group_key,
        truncated_alerts: notice.left_out,
        status: status(notice.status),
        receiver,
        group_labels: &notice.group_labels,
        common_labels: notice.common_labels(),
        common_annotations: notice.common_annotations(),
        external_url: external_url.unwrap_or_default(),
        alerts: notice.alerts.iter().map(one).collect(),
    })
}

fn received<'n>(alert: &'n Noticed, external_url: Option<&str>) -> Received<'n> {
    Received {
        status: status(alert.status),
        labels: &alert.labels,
        annotations: &alert.annotations,
        starts_at: rfc3339(alert.starts_at_ms),
        ends_at: alert.ends_at_ms.map_or_else(|| NO_END.to_owned(), rfc3339),
        generator_url: link(external_url, &alert.path).unwrap_or_default(),
        fingerprint: alert.fingerprint.to_string(),
    }
}

/// What an Alertmanager is told of these alerts; it takes those that fire for over at
/// `ends_at_ms_of_firing` unless it is told again before.
pub(super) fn push(
    alerts: &[Noticed],
    ends_at_ms_of_firing: i64,
    external_url: Option<&str>,
) -> serde_json::Result<Vec<u8>> {
    let one = |alert| pushed(alert, ends_at_ms_of_firing, external_url);
    let all: Vec<Pushed<'_>> = alerts.iter().map(one).collect();
    serde_json::to_vec(&all)
}

fn pushed<'n>(
    alert: &'n Noticed,
    ends_at_ms_of_firing: i64,
    external_url: Option<&str>,
) -> Pushed<'n> {
    Pushed {
        labels: Present(&alert.labels),
        annotations: Present(&alert.annotations),
        starts_at: rfc3339(alert.starts_at_ms),
        ends_at: rfc3339(alert.ends_at_ms.unwrap_or(ends_at_ms_of_firing)),
        generator_url: link(external_url, &alert.path),
    }
}
