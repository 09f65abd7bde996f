//! `agent-health-metrics.json`: a log of alerts, and counters. Owns telling what it holds; refuses
//! to store it, because health here is judged by silence and alerts are raised, not taken over.

use serde_json::Value;

use super::documents::{document, items};
use super::feed::Feed;
use super::sources::Source;

pub(super) fn read(source: &Source, feed: &mut Feed<'_>) {
    let Some(document) = document(source, feed) else {
        return;
    };
    let alerts = items(&document, "alerts").unwrap_or_default();
    let tracked = document.get("agents_tracked").and_then(Value::as_object);
    let rows = alerts.len() as u64 + tracked.map_or(0, |agents| agents.len() as u64);
    feed.account.rows_read += rows;
    feed.account.not_stored += rows;
    feed.note_count(
        rows,
        "alerts and tracked agents are history: health is judged here by silence alone",
    );
}
