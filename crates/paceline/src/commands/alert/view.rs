//! Alerts as people see them. Owns the columns and the words; refuses JSON, which is the API's.

use paceline_api::{
    Alert, AlertChannel, AlertDelivery, AlertDeliveryState, AlertEvent, AlertEventKind, AlertList,
    AlertPreview, AlertRule, AlertRuleHealth, AlertRuleList, AlertSeverity, AlertState, Page,
    Silence, SilenceMatcher, SilenceState,
};

use crate::terminal::words::{duration_ms, short, time, time_or_nothing};
use crate::terminal::{Part, Present, Table, View};

const TEXT_SHOWN: usize = 120;

pub fn severity(text: &str) -> Result<AlertSeverity, String> {
    match text {
        "info" => Ok(AlertSeverity::Info),
        "warning" => Ok(AlertSeverity::Warning),
        "critical" => Ok(AlertSeverity::Critical),
        _ => Err("must be info, warning or critical".to_owned()),
    }
}

pub fn severity_word(severity: AlertSeverity) -> &'static str {
    severity.as_str()
}

fn state(alert: &Alert) -> String {
    let word = match alert.state {
        AlertState::Pending => "pending",
        AlertState::Firing => "firing",
        AlertState::Resolved => "over",
    };
    let marks = [
        ("silenced", !alert.silenced_by.is_empty()),
        ("acknowledged", alert.acknowledged.is_some()),
        ("explained", alert.caused_by.is_some()),
    ];
    let marks = marks.iter().filter(|(_, is_so)| *is_so);
    marks.fold(word.to_owned(), |text, (mark, _)| format!("{text}, {mark}"))
}

/// Nothing where it is at once.
fn span(seconds: f64) -> String {
    if seconds == 0.0 {
        return "at once".to_owned();
    }
    duration_ms(seconds * 1_000.0)
}

const ALERTS: &[&str] = &["severity", "state", "alert", "what", "!fingerprint"];

fn alert_row(alert: &Alert) -> Vec<String> {
    vec![
        severity_word(alert.severity).to_owned(),
        state(alert),
        alert.name.clone(),
        alert.sentence.clone(),
        alert.fingerprint.clone(),
    ]
}

impl Present for AlertList {
    fn view(&self) -> View {
        let rows = self.items.iter().map(alert_row).collect();
        View::list(ALERTS, rows, "nothing fires and nothing is pending")
            .and_more(self.next_cursor.as_deref())
    }
}

impl Present for Alert {
    fn view(&self) -> View {
        View::table(ALERTS, vec![alert_row(self)])
    }
}

impl Present for Page<AlertEvent> {
    fn view(&self) -> View {
        let word = |kind| match kind {
            AlertEventKind::Fired => "fired",
            AlertEventKind::Resolved => "over",
            AlertEventKind::Acknowledged => "acknowledged",
            AlertEventKind::Told => "told",
        };
        let row = |event: &AlertEvent| {
            vec![
                time(event.at),
                word(event.kind).to_owned(),
                severity_word(event.severity).to_owned(),
                event.name.clone(),
                event.detail.clone(),
            ]
        };
        let rows = self.items.iter().map(row).collect();
        View::list(
            &["!at", "what", "severity", "alert", "detail"],
            rows,
            "nothing happened",
        )
        .and_more(self.next_cursor.as_deref())
    }
}

const RULES: &[&str] = &[
    "rule",
    "state",
    "severity",
    "for",
    "expression",
    "#fired",
    "#ignored",
    "!rule_id",
];

fn rule_row(rule: &AlertRule) -> Vec<String> {
    let state = match (rule.enabled, rule.health, rule.firing, rule.pending) {
        (false, ..) => "off".to_owned(),
        (_, AlertRuleHealth::Err, ..) => "failing".to_owned(),
        (_, _, 0, 0) => "quiet".to_owned(),
        (_, _, 0, pending) => format!("{pending} pending"),
        (_, _, firing, _) => format!("{firing} firing"),
    };
    vec![
        rule.record.clone().unwrap_or_else(|| rule.name.clone()),
        state,
        severity_word(rule.severity).to_owned(),
        span(rule.for_seconds),
        short(&rule.expr, TEXT_SHOWN),
        rule.noise.fired.to_string(),
        rule.noise.ignored.to_string(),
        rule.rule_id.clone(),
    ]
}

impl Present for AlertRuleList {
    fn view(&self) -> View {
        let rows = self.items.iter().map(rule_row).collect();
        let mut view = View::list(RULES, rows, "no rules").and_more(self.next_cursor.as_deref());
        for rule in self.items.iter().filter(|rule| rule.last_error.is_some()) {
            let error = rule.last_error.as_deref().unwrap_or_default();
            view = view.and_say(format!("{} cannot be evaluated: {error}", rule.name));
        }
        for error in &self.file_errors {
            view = view.and_say(format!("{}:{}: {}", error.file, error.line, error.message));
        }
        view
    }
}

impl Present for AlertRule {
    fn view(&self) -> View {
        View::table(RULES, vec![rule_row(self)])
    }
}

impl Present for AlertPreview {
    fn view(&self) -> View {
        let view = View::sentence(format!("It {}.", self.sentence));
        let rows: Vec<_> = self
            .firings
            .iter()
            .take(20)
            .map(|firing| {
                let labels: Vec<_> = firing
                    .labels
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                vec![
                    time(firing.fired_at),
                    time_or_nothing(firing.resolved_at),
                    format!("{}", firing.value),
                    labels.join(" "),
                ]
            })
            .collect();
        if rows.is_empty() {
            return view.and_say(format!("expression: {}", self.expr));
        }
        view.and(Part::Table(Table::new(
            &["!fired", "!over", "#value", "labels"],
            rows,
        )))
        .and_say(format!("expression: {}", self.expr))
    }
}

const SILENCES: &[&str] = &[
    "state",
    "matchers",
    "!until",
    "by",
    "#holds back",
    "comment",
    "!silence_id",
];

fn silence_row(silence: &Silence) -> Vec<String> {
    let state = match silence.state {
        SilenceState::Pending => "to come",
        SilenceState::Active => "in force",
        SilenceState::Expired => "over",
    };
    let matchers: Vec<_> = silence.matchers.iter().map(matcher).collect();
    vec![
        state.to_owned(),
        matchers.join(" "),
        time(silence.ends_at),
        silence.created_by.clone(),
        silence.silences.to_string(),
        short(&silence.comment, TEXT_SHOWN),
        silence.silence_id.clone(),
    ]
}

fn matcher(matcher: &SilenceMatcher) -> String {
    let sign = match (matcher.is_equal, matcher.is_regex) {
        (true, false) => "=",
        (false, false) => "!=",
        (true, true) => "=~",
        (false, true) => "!~",
    };
    format!("{}{sign}{}", matcher.name, matcher.value)
}

impl Present for Page<Silence> {
    fn view(&self) -> View {
        let rows = self.items.iter().map(silence_row).collect();
        View::list(SILENCES, rows, "no silences").and_more(self.next_cursor.as_deref())
    }
}

impl Present for Silence {
    fn view(&self) -> View {
        View::table(SILENCES, vec![silence_row(self)])
    }
}

impl Present for Page<AlertChannel> {
    fn view(&self) -> View {
        let row = |channel: &AlertChannel| {
            let kind = serde_json::to_value(channel.kind).ok();
            let kind = kind.and_then(|kind| kind.as_str().map(str::to_owned));
            vec![
                channel.name.clone(),
                kind.unwrap_or_default(),
                channel.host.clone(),
                severity_word(channel.severity).to_owned(),
                span(channel.after_seconds as f64),
                if channel.is_failing {
                    "failing"
                } else {
                    "well"
                }
                .to_owned(),
                channel.waiting.to_string(),
                time_or_nothing(channel.delivered_at),
                channel.last_error.clone().unwrap_or_default(),
            ]
        };
        let rows = self.items.iter().map(row).collect();
        let head = &[
            "channel",
            "kind",
            "host",
            "from",
            "after",
            "state",
            "#waiting",
            "!last sent",
            "last error",
        ];
        let empty = "no channels; `[[alerts.channels]]` in paceline.toml or `paceline serve \
                     --alert-webhook URL` adds one";
        View::list(head, rows, empty)
    }
}

const DELIVERIES: &[&str] = &["!at", "channel", "state", "#attempts", "what", "last error"];

fn delivery_row(delivery: &AlertDelivery) -> Vec<String> {
    let state = match delivery.state {
        AlertDeliveryState::Waiting => "waiting",
        AlertDeliveryState::Delivered => "delivered",
        AlertDeliveryState::GivenUp => "given up",
    };
    vec![
        time(delivery.created_at),
        delivery.channel.clone(),
        state.to_owned(),
        delivery.attempts.to_string(),
        short(&delivery.summary, TEXT_SHOWN),
        delivery.last_error.clone().unwrap_or_default(),
    ]
}

impl Present for Page<AlertDelivery> {
    fn view(&self) -> View {
        let rows = self.items.iter().map(delivery_row).collect();
        View::list(DELIVERIES, rows, "nothing was sent yet").and_more(self.next_cursor.as_deref())
    }
}

impl Present for AlertDelivery {
    fn view(&self) -> View {
        View::table(DELIVERIES, vec![delivery_row(self)])
    }
}
