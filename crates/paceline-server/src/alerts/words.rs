//! Alerts in words. Owns the sentence of an alert, with the number, the normal range and since when,
//! and where to look; refuses markup.

use paceline_analysis::alerts::{Alert, Labels};
use paceline_analysis::anomaly::clock;

use super::rule::{ALERT_NAME, Rule, SEVERITY};
use crate::operations::AGENT_LABEL;

const SUMMARY: &str = "summary";
const OPERATION: &str = "operation";

/// What a sentence says beside the alert itself.
pub struct Known<'k> {
    /// With the hours that it is of.
    pub normal: Option<(f64, f64, &'k str)>,
    /// The name of its agent.
    pub agent: Option<&'k str>,
    pub is_rule_gone: bool,
}

/// `task_claim p99 is 41 ms, above 20 ms, normally 2 to 6 ms, since 14:03`
pub fn sentence(rule: &Rule, alert: &Alert, known: &Known<'_>, now_ms: i64) -> String {
    let mut text = match alert.annotations.get(SUMMARY) {
        Some(summary) if !summary.is_empty() => summary.trim_end_matches('.').to_owned(),
        _ => head(rule, alert),
    };
    if let (Some(name), Some(id)) = (known.agent, alert.labels.get(AGENT_LABEL)) {
        text = named(&text, id, name);
    }
    if let Some((low, high, hours)) = known.normal {
        let range = rule.unit.range(low, high);
        text.push_str(&format!(", normally {range}{hours}"));
    }
    let since = alert.fired_at.unwrap_or(alert.active_at);
    text.push_str(&format!(", since {}", clock(since.wall_ms, now_ms)));
    if known.is_rule_gone {
        text.push_str("; its rule is gone");
    }
    text
}

/// `agent `ada` (agt_07) is slow`: people know the name, and find it by the id. Where the text does not speak of
/// the agent it is added; an id inside of an address or a longer word stays what it is.
fn named(text: &str, id: &str, name: &str) -> String {
    let both = format!("`{name}` ({id})");
    let quoted = format!("`{id}`");
    if text.contains(&quoted) {
        return text.replace(&quoted, &both);
    }
    let is_word = |(at, _): &(usize, &str)| {
        let before = text[..*at].chars().next_back();
        let after = text[at + id.len()..].chars().next();
        let ends = |one: Option<char>| {
            one.is_none_or(|one| one.is_whitespace() || ",;:()\"'!?".contains(one))
        };
        ends(before) && ends(after)
    };
    match text.match_indices(id).find(is_word) {
        Some((at, _)) => format!("{}{both}{}", &text[..at], &text[at + id.len()..]),
        None => format!("{text}, agent {both}"),
    }
}

fn head(rule: &Rule, alert: &Alert) -> String {
    let mut about = about(rule, &alert.labels);
    if let Some(operation) = alert.labels.get(OPERATION)
        && !rule.labels.contains_key(OPERATION)
    {
        about = format!("{operation} {about}");
    }
    let value = rule.unit.one(alert.value);
    match &rule.compared {
        Some(compared) => {
            let side = if compared.is_above { "above" } else { "below" };
            format!(
                "{about} is {value}, {side} {}",
                rule.unit.one(compared.limit)
            )
        }
        None => format!("{about} is {value}"),
    }
}

/// The subject with what tells this alert from the rule's others.
fn about(rule: &Rule, labels: &Labels) -> String {
    let is_own = |name: &str| {
        [ALERT_NAME, SEVERITY, OPERATION, AGENT_LABEL].contains(&name)
            || rule.labels.contains_key(name)
    };
    let others: Vec<String> = labels
        .iter()
        .filter(|(name, _)| !is_own(name))
        .map(|(name, value)| format!("{name} `{value}`"))
        .collect();
    let mut text = rule.subject.clone();
    if let Some(agent) = labels.get(AGENT_LABEL) {
        text.push_str(&format!(" of agent `{agent}`"));
    }
    if !others.is_empty() {
        text.push_str(&format!(" ({})", others.join(", ")));
    }
    text
}

/// The dashboard's page for it.
pub fn link(rule: &Rule, labels: &Labels) -> String {
    if let Some(operation) = labels.get(OPERATION) {
        return format!("/operations/{}", encoded(operation));
    }
    if let Some(agent) = labels.get(AGENT_LABEL) {
        return format!("/agents/{}", encoded(agent));
    }
    match &rule.path {
        Some(path) => path.clone(),
        None => {
            let compared = rule.compared.as_ref().map(|compared| &compared.left);
            let query = compared.unwrap_or(&rule.query);
            format!("/explore?q={}", encoded(query.text()))
        }
    }
}

/// For a path or a parameter (RFC 3986, unreserved characters stay).
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// `3 alerts of Slow`, `1 alert of Slow`
pub fn several(count: u64, name: &str) -> String {
    let alerts = if count == 1 { "alert" } else { "alerts" };
    format!("{count} {alerts} of {name}")
}
