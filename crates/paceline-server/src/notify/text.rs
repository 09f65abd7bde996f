//! Texts of alerts on their way into other formats. Owns cutting and cleaning; refuses to know formats.

use std::borrow::Cow;

use jiff::Timestamp;
use paceline_analysis::alerts::{Notice, NoticeStatus, Noticed};
use paceline_api::AlertSeverity;

/// At most so many bytes, cut between characters, with a sign that it was.
pub(super) fn cut(text: &str, bytes_max: usize) -> Cow<'_, str> {
    if text.len() <= bytes_max {
        return Cow::Borrowed(text);
    }
    const SIGN: &str = "…";
    let end = text.floor_char_boundary(bytes_max.saturating_sub(SIGN.len()));
    Cow::Owned(format!("{}{SIGN}", &text[..end]))
}

/// On one line: control characters, line ends and what turns the direction of text around become spaces.
pub(crate) fn one_line(text: &str) -> String {
    let turns = |one: char| matches!(one, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clean = text.chars().map(|one| {
        if one.is_control() || turns(one) {
            ' '
        } else {
            one
        }
    });
    let clean: String = clean.collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn rfc3339(at_ms: i64) -> String {
    let time = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{time:.3}")
}

/// The highest among its alerts that are as the notice is; warning where nothing known is said.
pub(super) fn severity(notice: &Notice) -> AlertSeverity {
    let alerts = notice.alerts.iter();
    let same = alerts.filter(|alert| alert.status == notice.status);
    same.map(severity_of).max().unwrap_or_default()
}

pub(super) fn severity_of(alert: &Noticed) -> AlertSeverity {
    crate::alerts::severity_of(&alert.labels)
}

/// Its own sentence, or at least its name.
pub(super) fn sentence(alert: &Noticed) -> &str {
    let summary = alert.annotations.get("summary");
    let name = || alert.labels.get("alertname");
    summary.or_else(name).map_or("an alert", String::as_str)
}

pub(super) const fn status(status: NoticeStatus) -> &'static str {
    match status {
        NoticeStatus::Firing => "firing",
        NoticeStatus::Resolved => "resolved",
    }
}

/// Where to look, if anybody said where the dashboard is.
pub(super) fn link(external_url: Option<&str>, path: &str) -> Option<String> {
    let base = external_url?;
    match path.starts_with('/') {
        true => Some(format!("{base}{path}")),
        false => Some(format!("{base}/{path}")),
    }
}
