//! A message for Slack and for what takes the same: Mattermost, Rocket.Chat, Discord. Owns its shape,
//! escaping and lengths; refuses blocks, which only Slack draws, and mentions from alerts' texts.
//!
//! "Formatting text for app surfaces" and "Legacy attachments", Slack's documentation.

use paceline_analysis::alerts::{Notice, NoticeStatus, Noticed};
use paceline_api::AlertSeverity;
use serde_json::{Value, json};

use super::text::{cut, link, one_line, sentence, severity, severity_of, status};

/// Slack cuts an attachment's text off at 8,000 and folds it much before.
const TEXT_BYTES_MAX: usize = 1_000;
const FIELD_BYTES_MAX: usize = 120;
const FIELDS_MAX: usize = 8;
/// Slack advises against more than twenty.
const ATTACHMENTS_MAX: usize = 10;

pub(super) fn message(notice: &Notice, external_url: Option<&str>) -> serde_json::Result<Vec<u8>> {
    let head = status(notice.status);
    let text = format!("*{head}*: {}", escaped(&notice.sentence, TEXT_BYTES_MAX));
    let shown = notice.alerts.iter().take(ATTACHMENTS_MAX);
    let mut attachments: Vec<Value> = shown.map(|alert| attachment(alert, external_url)).collect();
    let unseen = notice.alerts.len().saturating_sub(ATTACHMENTS_MAX) as u64;
    let unseen = unseen.saturating_add(notice.left_out);
    if 0 < unseen {
        let more = format!("and {unseen} more");
        let color = color(notice.status, severity(notice));
        attachments.push(json!({"color": color, "fallback": more, "text": more}));
    }
    serde_json::to_vec(&json!({"text": text, "attachments": attachments}))
}

fn attachment(alert: &Noticed, external_url: Option<&str>) -> Value {
    let sentence = escaped(sentence(alert), TEXT_BYTES_MAX);
    let title = alert
        .labels
        .get("alertname")
        .map_or("alert", String::as_str);
    let mut attachment = json!({
        "color": color(alert.status, severity_of(alert)),
        "fallback": sentence,
        "title": escaped(title, FIELD_BYTES_MAX),
        "text": sentence,
        "fields": fields(alert),
        "ts": alert.ends_at_ms.unwrap_or(alert.starts_at_ms) / 1_000,
    });
    if let Some(link) = link(external_url, &alert.path) {
        attachment["title_link"] = json!(link);
    }
    attachment
}

fn fields(alert: &Noticed) -> Vec<Value> {
    let told = |(name, _): &(&String, &String)| name.as_str() != "alertname";
    let field = |(name, value): (&String, &String)| {
        let (title, value) = (
            escaped(name, FIELD_BYTES_MAX),
            escaped(value, FIELD_BYTES_MAX),
        );
        json!({"title": title, "value": value, "short": true})
    };
    let labels = alert.labels.iter().filter(told);
    labels.take(FIELDS_MAX).map(field).collect()
}

const fn color(status: NoticeStatus, severity: AlertSeverity) -> &'static str {
    match (status, severity) {
        (NoticeStatus::Resolved, _) => "#2e8b57",
        (NoticeStatus::Firing, AlertSeverity::Critical) => "#c0392b",
        (NoticeStatus::Firing, AlertSeverity::Warning) => "#d98e04",
        (NoticeStatus::Firing, AlertSeverity::Info) => "#3b7dd8",
    }
}

/// `<` begins links and mentions (`<!channel>`) there; cut before it is escaped, so that no sign is cut
/// in two.
fn escaped(text: &str, bytes_max: usize) -> String {
    let line = one_line(text);
    let mut escaped = String::with_capacity(line.len());
    for letter in cut(&line, bytes_max).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}
